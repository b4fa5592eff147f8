"""What holds for any statement, tree, sample and comment."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.stats.sampling_paths import sample_size_index, sample_size_path
from casework.voice.comments.texts import E_MAIL, NUMBER, mask_personal
from casework.voice.requirements.ctq import ctq_tree
from casework.voice.requirements.ctq_capability import ctq_capability, dpmo_of, sigma_level
from casework.voice.requirements.sources import interviews_needed
from casework.voice.requirements.statements import RULE_NAMES, check_statements

texts = st.text(min_size=1, max_size=80).filter(lambda text: bool(text.strip()))
quick = settings(max_examples=60, deadline=None)


@quick
@given(st.lists(texts, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_a_statement_is_judged_by_itself(statements, random):
    check = check_statements(statements)
    shuffled = list(range(len(statements)))
    random.shuffle(shuffled)
    again = check_statements([statements[place] for place in shuffled])
    assert again.met.to_numpy().tolist() == check.met.iloc[shuffled].to_numpy().tolist()
    assert len(check.findings) == int((~check.met).to_numpy().sum())


@quick
@given(texts, st.sampled_from([" ", "\u3000", "\t "]))
def test_white_space_around_does_not_matter(statement, blank):
    plain, padded = (check_statements([text]).met for text in (statement, blank + statement + blank))
    assert plain.to_numpy().tolist() == padded.to_numpy().tolist()
    assert list(plain.columns) == list(RULE_NAMES)


@quick
@given(st.floats(0.02, 1), st.floats(0.02, 1), st.floats(0.55, 0.99))
def test_weaker_paths_take_more_answers(first, second, power):
    low, high = sorted((first, second))
    assert sample_size_path(path=low, power=power).answers >= sample_size_path(path=high, power=power).answers
    refined = sample_size_path(path=low, method="gamma_exponential", power=power).answers
    assert refined <= sample_size_path(path=low, power=power).answers + 1


@quick
@given(st.integers(1, 50), st.floats(0, 1))
def test_more_questions_never_take_more_answers(items, correlation):
    size = {"deviation": 20, "correlation": correlation, "margin": 2}
    assert sample_size_index(items=items + 1, **size).exact <= sample_size_index(items=items, **size).exact + 1e-9


@quick
@given(st.floats(0.01, 6.5), st.floats(0, 2))
def test_sigma_level_and_defects_are_inverse(level, shift):
    assert float(sigma_level(dpmo_of(level, shift=shift), shift=shift)) == pytest.approx(level, abs=1e-6)


@quick
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_share_within_the_limits_is_a_count(values, lower, width):
    tree = ctq_tree({"need": {"driver": {"m": {"unit": "u", "lower": lower, "upper": lower + width}}}})
    row = ctq_capability(tree, pd.DataFrame({"m": values})).table.iloc[0]
    inside = sum(lower <= value <= lower + width for value in values)
    assert row["within"] == pytest.approx(inside / len(values))
    assert row["within_low"] <= row["within"] + 1e-12
    assert row["within"] <= row["within_high"] + 1e-12


@quick
@given(st.floats(0.01, 0.9), st.floats(0.05, 0.99))
def test_interviews_are_the_fewest(share, chance):
    n = interviews_needed(share=share, chance=chance, most=1).interviews
    assert 1 - (1 - share) ** n >= chance - 1e-9
    assert n == 1 or 1 - (1 - share) ** (n - 1) < chance + 1e-9
    assert math.isfinite(n)


@quick
@given(st.lists(st.text(alphabet="ab1230 +-@.()/电话,", max_size=40), min_size=1, max_size=5))
def test_masked_texts_hold_nothing_more_to_mask(comments):
    masked = mask_personal(pd.Series(comments, dtype=object))
    for text in masked:
        assert not E_MAIL.search(text)
        assert not NUMBER.search(text)
    assert mask_personal(masked).tolist() == masked.tolist()
    assert np.array_equal(masked.index, np.arange(len(comments)))
