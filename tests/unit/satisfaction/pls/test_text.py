import pytest

from casework.satisfaction.pls.text import Statement, read_statements, write_name


def test_statements_with_comments_quotes_and_lines_that_go_on():
    text = """
    # a model
    Image =~ i1 + i2 +   # first
        i3
    "my value" <~ `v 1`
      + 'v2'
    Sat =~ s1; Sat ~ Image + "my value"
    """
    statements, problems, lost = read_statements(text)
    assert not problems
    assert not lost
    assert statements == [
        Statement(3, "Image", "=~", ("i1", "i2", "i3")),
        Statement(5, "my value", "<~", ("v 1", "v2")),
        Statement(7, "Sat", "=~", ("s1",)),
        Statement(7, "Sat", "~", ("Image", "my value")),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("A =~", "'A' has no indicators"),
        ("A ~", "'' after ~"),
        ("A =~ a b", "'a b' after =~. Expected: names with \\+ between them"),
        ("A =~ a + + b", "'a \\+ \\+ b' after =~"),
        ("=~ a", "'' before =~. Expected: the name of one construct"),
        ("A B =~ a", "'A B' before =~"),
        ("A = a", "'=' cannot be read"),
        ("A ~ 0.5*B", "'\\*' cannot be read"),
        ("A", "0 of the signs =~, <~, ~"),
        ("A ~ B ~ C", "2 of the signs"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(line, message):
    import re

    _, problems, _ = read_statements(f"Ok =~ x\n\n{line}")
    assert len(problems) == 1
    assert problems[0].where == "model, line 3"
    assert re.search(message, str(problems[0]))


def test_windows_line_ends():
    statements, _, _ = read_statements("A =~ a\r\nB =~ b\rC =~ c")
    assert [item.line for item in statements] == [1, 2, 3]


@pytest.mark.parametrize("name", ["q1", "质量", "a b", "x`y", 'x"y', "a+b", "=~", "a#b"])
def test_a_written_name_is_read_back(name):
    statements, problems, _ = read_statements(f"{write_name(name)} =~ a")
    assert not problems
    assert statements[0].left == name
