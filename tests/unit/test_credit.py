import subprocess
import sys

import pytest

import casework.credit as credit

PARTS = ("performance", "provisions", "rating", "receivables", "scorecard")


def test_every_name_is_that_of_its_part():
    parts = [getattr(credit, part) for part in PARTS]
    for name in credit.__all__:
        homes = [part for part in parts if name in part.__all__]
        assert len(homes) == 1, name
        assert getattr(credit, name) is getattr(homes[0], name)
    assert set(PARTS) <= set(dir(credit))


def test_no_name_stands_in_two_parts():
    names = [name for part in PARTS for name in getattr(credit, part).__all__]
    assert len(names) == len(set(names))


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match=r"casework\.credit.*no attribute 'score_everybody'"):
        credit.score_everybody  # noqa: B018


def test_importing_it_loads_no_numbers():
    code = "import sys, casework.credit; sys.exit('numpy' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
