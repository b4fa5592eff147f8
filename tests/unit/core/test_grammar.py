"""The grammar is there when it is needed, and not before."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("rfc3987_syntax")

from casework.core.grammar import is_valid_syntax


def said(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_it_is_loaded_by_the_first_address_that_is_checked() -> None:
    code = (
        "import sys\nfrom casework.core.grammar import load_jsonschema\nload_jsonschema()\nload_jsonschema()\n"
        "import jsonschema\nprint('rfc3987_syntax' in sys.modules, 'lark' in sys.modules)\n"
        "check = jsonschema.Draft202012Validator.FORMAT_CHECKER\n"
        "print([check.conforms(text, 'iri') for text in ('http://例え.jp/ü', 'not one')])\n"
        "print([check.conforms(text, 'iri-reference') for text in ('/ü', '^')])\n"
        "import rfc3987_syntax\nprint(hasattr(rfc3987_syntax, 'parse'))"
    )
    assert said(code) == "False False\n[True, False]\n[True, False]\nTrue\n"


def test_notebooks_are_read_without_it() -> None:
    code = (
        "import sys\nfrom casework.studies.notebook import notebook_text, read_notebook\n"
        "from casework.studies.registry import get_study\nread_notebook(get_study('kano').notebook)\n"
        "print('nbformat' in sys.modules, 'lark' in sys.modules)"
    )
    assert said(code) == "True False\n"


def test_what_is_loaded_already_stays_as_it_is() -> None:
    code = (
        "import sys, jsonschema\nfrom casework.core.grammar import load_jsonschema\nbefore = dict(sys.modules)\n"
        "load_jsonschema()\nprint(before == dict(sys.modules))"
    )
    assert said(code) == "True\n"


def test_without_it_there_is_no_such_check() -> None:
    code = (
        "import sys, importlib.util\nfrom casework.core import grammar\ngrammar.find_spec = lambda name: None\n"
        "sys.modules['rfc3987_syntax'] = None\ngrammar.load_jsonschema()\n"
        "import jsonschema\nprint('iri' in jsonschema.Draft202012Validator.FORMAT_CHECKER.checkers)"
    )
    assert said(code) == "False\n"


def test_it_says_what_the_grammar_says() -> None:
    assert is_valid_syntax("iri", "http://a.b/c")
    assert not is_valid_syntax("iri", "a b")
