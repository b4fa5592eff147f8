import matplotlib.pyplot as plt
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.figures import draw
from casework.figures.requirements import limits
from casework.stats.sampling_paths import sample_size_path
from casework.studies.requirements import REQUIREMENTS, STATEMENTS, TREE
from casework.voice.requirements.agreement import rule_agreement
from casework.voice.requirements.ctq import ctq_tree
from casework.voice.requirements.kinds import classify_requirements
from casework.voice.requirements.sources import interviews_needed
from casework.voice.requirements.statements import check_statements


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def texts(ax):
    return " ".join(item.get_text() for item in ax.texts)


def test_statements_are_rows_and_rules_columns():
    ax = draw(check_statements(STATEMENTS))
    assert len(ax.get_yticks()) == len(STATEMENTS)
    assert [label.get_text() for label in ax.get_xticklabels()][1] == "single\nfactor"


def test_many_statements_become_shares():
    ax = draw(check_statements([f"The lid {i} shuts." for i in range(30)]))
    assert ax.get_xlabel() == "statements that meet the rule [%]"


def test_statements_with_dollars_and_repeated_index():
    check = check_statements(pd.Series(["$a$ must be good", "It is $5"], index=[1, 1]))
    draw(check).get_figure().canvas.draw()


def test_unknown_picture():
    with pytest.raises(ParameterError, match="one of statements, rules"):
        draw(check_statements(STATEMENTS), kind="pie")


def test_tree_and_capability():
    tree = ctq_tree(TREE)
    assert "at most 30 s" in texts(draw(tree))
    ax = draw(tree.capability(pd.DataFrame({"delivery_days": [1, 9]})))
    assert "50.0% within" in texts(ax).replace("\n", " ")


def test_limits_in_words():
    row = pd.Series({"unit": "s", "lower": 1.0, "upper": 3.0})
    assert limits(row) == "1 to 3 s"
    assert limits(row.replace(3.0, float("nan"))) == "at least 1 s"
    assert limits(pd.Series({"unit": "yes or no", "lower": 1.0, "upper": float("nan")})) == "must be yes"
    assert limits(pd.Series({"unit": "yes/no", "lower": float("nan"), "upper": 0.0})) == "must be no"


def test_others_draw():
    met = pd.DataFrame({"single": [True, False], "concise": [False, True]})
    for result in (
        rule_agreement(met, ~met),
        rule_agreement(met, met),
        classify_requirements(REQUIREMENTS),
        interviews_needed(share=0.3),
        sample_size_path(path=-0.9),
        sample_size_path(path=0.05),
    ):
        ax = draw(result)
        assert ax.get_title(loc="left")
        ax.get_figure().canvas.draw()
