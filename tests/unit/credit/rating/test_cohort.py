import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.rating import migration, migration_pairs

ROWS = pd.DataFrame(
    [("a", 1, "A", 0), ("a", 2, "B", 0), ("a", 3, "B", 0), ("b", 1, "A", 1), ("c", 1, "A", 0), ("c", 3, "A", 0),
     ("d", 2, "B", 0), ("d", 3, "A", 0), ("e", 3, "A", 1)],
    columns=["customer", "year", "grade", "defaulted"],
)  # fmt: skip
GRADES = ["A", "B", "C"]


def test_counts_by_hand():
    result = migration(ROWS, defaulted="defaulted", grades=GRADES)
    assert result.counts.loc["A"].tolist() == [0, 1, 0, 1]
    assert result.counts.loc["B"].tolist() == [1, 1, 0, 0]
    assert result.withdrawn == 1
    assert np.isnan(result.matrix.loc["C"]).all()
    assert result.matrix.loc["defaulted"].tolist() == [0, 0, 0, 1]
    assert result.notes[0].startswith("Grades that were never seen at the start of a period: C.")
    assert result.notes[1] == "1 rating without a next one was left out."


def test_withdrawal_as_a_state():
    result = migration(ROWS, defaulted="defaulted", grades=GRADES, withdrawn="state")
    assert result.counts.loc["A"].tolist() == [0, 1, 0, 1, 1]
    assert result.states[-1] == "withdrawn"
    assert result.power(3).loc["withdrawn"].tolist() == [0, 0, 0, 0, 1]
    assert result.grades == ("A", "B", "C")
    assert list(result.default_curve(years=2).cumulative.columns) == ["A", "B", "C"]


def test_without_outcomes_there_is_no_default_state():
    result = migration(ROWS, grades=GRADES)
    assert result.states == ("A", "B", "C")
    with pytest.raises(ParameterError, match="no default state"):
        result.default_curve()
    state = migration(ROWS, grades=GRADES, withdrawn="state")
    assert state.states == ("A", "B", "C", "withdrawn")
    assert int(state.counts.to_numpy().sum()) == 5


def test_default_may_be_a_grade_of_the_table():
    rows = pd.DataFrame({"customer": ["a", "a", "b", "b"], "year": [1, 2, 1, 2], "grade": ["A", "defaulted", "A", "B"]})
    result = migration(rows, grades=["A", "B"])
    assert result.counts.loc["A"].tolist() == [0, 1, 1]


def test_brute_force_agrees():
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"customer": np.repeat(np.arange(80), 5), "year": np.tile(np.arange(5), 80)})
    rows = rows.assign(grade=rng.choice(GRADES, 400), defaulted=(rng.random(400) < 0.05).astype(int))
    rows = rows[rng.random(400) < 0.8].sample(frac=1, random_state=1)
    counts = migration(rows, defaulted="defaulted", grades=GRADES).counts
    seen = {(row.customer, row.year): row for row in rows.itertuples()}
    wanted = pd.DataFrame(0, index=counts.index, columns=counts.columns)
    for (who, year), row in seen.items():
        if year < rows["year"].max() and (row.defaulted or (who, year + 1) in seen):
            wanted.loc[row.grade, "defaulted" if row.defaulted else seen[who, year + 1].grade] += 1
    assert counts.equals(wanted.astype(counts.dtypes.iloc[0]))


def test_intervals_hold_the_shares():
    low, high = migration(ROWS, defaulted="defaulted", grades=GRADES).intervals()
    assert low.loc["A", "B"] == pytest.approx(0.0945, abs=5e-5)  # Wilson, 1 of 2
    assert high.loc["A", "B"] == pytest.approx(0.9055, abs=5e-5)


def test_the_bootstrap_draws_customers_and_does_not_depend_on_blocks(monkeypatch):
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"customer": np.repeat(np.arange(300), 2), "year": np.tile([1, 2], 300)})
    rows = rows.assign(grade=rng.choice(["A", "B"], 600), defaulted=np.where(rng.random(600) < 0.1, 1, 0))
    result = migration(rows, defaulted="defaulted", grades=["A", "B"])
    curve = result.default_curve(years=2, resamples=400, seed=1)
    monkeypatch.setattr("casework.credit.rating.cohort.MOST_CELLS", 3000)
    assert curve == result.default_curve(years=2, resamples=400, seed=1)
    p, n = curve.cumulative.loc[1, "A"], result.n["A"]
    se = np.sqrt(p * (1 - p) / n)
    assert curve.high.loc[1, "A"] - curve.low.loc[1, "A"] == pytest.approx(2 * 1.96 * se, rel=0.2)


def test_bad_tables_are_refused():
    with pytest.raises(DataError, match="more than once"):
        migration(pd.concat([ROWS, ROWS.head(1)]))
    with pytest.raises(DataError, match="'X'"):
        migration(ROWS.assign(grade="X"))
    with pytest.raises(DataError, match="two periods"):
        migration(ROWS[ROWS["year"] == 3])
    with pytest.raises(DataError, match="neither 0 nor 1"):
        migration(ROWS.assign(defaulted=2), defaulted="defaulted")
    with pytest.raises(DataError, match="no column 'rating'"):
        migration(ROWS, grade="rating")
    with pytest.raises(ParameterError, match="'A' is a grade"):
        migration(ROWS, default="A")
    with pytest.raises(ParameterError, match="resamples"):
        migration(ROWS, defaulted="defaulted", grades=GRADES).default_curve(resamples=5)
    with pytest.raises(DataError, match="1 grades before and 2 after"):
        migration_pairs(["A"], ["A", "B"])


def test_words_and_shares():
    result = migration_pairs(list("AABBBC"), list("ABABCC"), grades=GRADES)
    assert result.summary() == "6 moves: 50% keep their grade, 17% rise, 33% fall."
    assert result.stay_share == 0.5
    assert result.directions["better_off"].tolist() == pytest.approx([0, 1 / 3, 0])
    assert len(result.to_frame()) == 9
