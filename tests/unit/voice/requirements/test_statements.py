from pathlib import Path

import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.core.messages import use_language
from casework.voice.requirements.agreement import rule_agreement
from casework.voice.requirements.rule_words import rule_words
from casework.voice.requirements.statements import RULE_NAMES, check_statements

LABELLED = Path(__file__).resolve().parents[4] / "datasets" / "requirement_statements" / "data.csv"


@pytest.fixture(scope="module")
def labelled():
    frame = pd.read_csv(LABELLED)
    return frame[["statement", "language", "split"]], frame[list(RULE_NAMES)] == "yes"


def test_enough_labelled_statements_in_both_languages_and_parts(labelled):
    sizes = labelled[0].groupby(["language", "split"]).size()
    assert (sizes >= 30).all()
    assert labelled[0]["statement"].is_unique


@pytest.mark.parametrize("language", ["English", "Chinese"])
def test_agreement_with_labels_that_the_rules_were_not_made_for(labelled, language):
    texts, labels = labelled
    chosen = (texts["language"] == language) & (texts["split"] == "held out")
    table = rule_agreement(check_statements(texts.loc[chosen, "statement"]).met, labels[chosen]).table
    assert (table["precision"] >= 0.7).all()
    assert (table["recall"] >= 0.6).all()
    total = table[["both", "broken_by_checker", "broken_by_label"]].sum()
    assert total["both"] / total["broken_by_checker"] > 0.85
    assert total["both"] / total["broken_by_label"] > 0.85


def test_reasons_quote_words_as_they_are_written():
    check = check_statements(["The staff must be FRIENDLY and Quick, please."])
    assert check.findings.set_index("rule")["words"].to_dict() == {
        "single factor": "and",
        "observable": "FRIENDLY, Quick",
        "acceptance standard": "",
        "concise": "please",
    }
    assert check.findings["reason"].iloc[1] == "A matter of opinion: FRIENDLY, Quick."


def test_languages_and_mixed_statements():
    texts = ["The app opens.", "应用在2秒内打开。", "App 在 loading time 上必须 fast"]
    check = check_statements(texts)
    assert check.languages.tolist() == ["en", "zh", "mixed"]
    assert not check.met.loc[2, "observable"]


def test_index_is_kept_and_empty_ones_are_counted():
    check = check_statements(pd.Series(["The lid shuts.", None, "  "], index=["a", "b", "c"]))
    assert check.met.index.tolist() == ["a"]
    assert check.notes == ("2 empty statements were left out.",)


def test_equal_statements_are_judged_alike_and_order_does_not_matter():
    texts = ["Be polite.", "The lid shuts within 2 s.", "Be polite."]
    first, second = check_statements(texts).met, check_statements(texts[::-1]).met
    assert (first.iloc[0] == first.iloc[2]).all()
    assert first.to_numpy()[::-1].tolist() == second.to_numpy().tolist()


def test_added_words_and_fewer_rules():
    words = rule_words({"judged": ["snappy"]}, longest={"en": 3})
    check = check_statements(["The app must be snappy."], words=words, rules=["observable", "concise"])
    assert check.met.to_numpy().tolist() == [[False, False]]
    assert check.findings["reason"].tolist()[1] == "The statement is too long."


def test_views():
    check = check_statements(["The lid shuts within 2 s.", "Be polite."])
    assert check.to_frame()["rules_met"].tolist()[0] == 5
    assert check.summary().startswith("1 of 2 statements meet all 5 rules")
    assert check_statements("The lid shuts within 2 s.").summary() == "The statement meets all rules."


def test_reasons_follow_the_language():
    with use_language("zh"):
        assert len(check_statements(["送货要快。"]).findings) == 2


def test_hostile_texts_are_text():
    texts = ["<b>{words}</b> must be 50% {x}", "(((", "\\d+[", "🙂" * 50, "a" * 5000, "%s %d"]
    assert len(check_statements(texts).met) == 6


def test_what_is_no_statement():
    with pytest.raises(DataError, match=r"statement 1: 3 is no text(.|\n)*statement 2: \['x'\] is no text"):
        check_statements(["a", 3, ["x"]])  # type: ignore[list-item]
    with pytest.raises(DataError, match="no statement"):
        check_statements([" ", ""])
    with pytest.raises(ParameterError, match=r"'concisse' is not known\. Did you mean 'concise'"):
        check_statements(["a"], rules=["concisse"])
