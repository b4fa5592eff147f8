import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.suppliers.recall import RecallCosts, compare_recalls, worth_recalling

LOTS = ["a", "b", "c"]
SCOPES = pd.DataFrame({"none": False, "narrow": [True, False, False], "wide": True}, index=LOTS)
UNITS = pd.Series([500.0, 400.0, 300.0], index=LOTS)
REPORTS = pd.DataFrame([[2.0, 0.0, 0.0], [1.0, 1.0, 0.1]], columns=LOTS)
COSTS = RecallCosts(unit=2, fixed=1000, case=300, second=5000, per_report=4, recovered=0.75)


@pytest.fixture(scope="module")
def found():
    return compare_recalls(SCOPES, COSTS, units=UNITS, reports=REPORTS, weights=[3, 1])


def test_costs_by_loops(found):
    for scope in SCOPES:
        total = 0.0
        for weight, state in zip((0.75, 0.25), REPORTS.to_dict("records"), strict=True):
            left = sum(m for lot, m in state.items() if not SCOPES.loc[lot, scope])
            caught = sum(state.values()) - left
            cost = 2 * UNITS[SCOPES[scope]].sum() + 1000 * SCOPES[scope].any()
            cost += (left + 0.25 * caught) * 4 * 300 + 5000 * (1 - np.exp(-left))
            total += weight * cost
        assert found.value(scope) == pytest.approx(total)
    parts = ["recall_cost", "fixed_cost", "illness_left", "illness_recalled", "second_recall"]
    assert found.table[parts].sum(axis=1).tolist() == pytest.approx(found.table["expected_cost"].tolist())


def test_best_margin_and_information(found):
    cost = found.table.set_index("scope")["expected_cost"]
    assert found.best == cost.idxmin()
    assert found.margin == pytest.approx(np.sort(cost)[1] - cost.min())
    assert found.perfect_information == pytest.approx(cost.min() - np.array([0.75, 0.25]) @ found.by_state.min(axis=1))
    assert found.table["best_in"].sum() == pytest.approx(1)
    assert found.value("wide", "chance_of_a_second_recall") == 0


@pytest.mark.parametrize("lever", ["unit", "fixed", "case", "second"])
def test_lines_and_break_even(found, lever):
    for value in (0.0, 7.0, 1234.0):
        other = {name: getattr(COSTS, name) for name in ("unit", "fixed", "case", "second")} | {lever: value}
        costs = RecallCosts(**other, per_report=4, recovered=0.75)
        moved = compare_recalls(SCOPES, costs, units=UNITS, reports=REPORTS, weights=[3, 1])
        lines = found.lines(lever)
        expected = lines["rest"] + lines["slope"] * value
        assert moved.table["expected_cost"].tolist() == pytest.approx(expected.tolist())
    at = found.break_even("wide", "narrow", lever=lever)
    if np.isfinite(at):
        lines = found.lines(lever)
        assert lines.loc["wide", "rest"] + lines.loc["wide", "slope"] * at == pytest.approx(
            lines.loc["narrow", "rest"] + lines.loc["narrow", "slope"] * at
        )


def test_turning_points_turn(found):
    for row in found.turning_points().dropna().itertuples():
        lines = found.lines(row.lever)
        for value, best in ((row.turns_at * 0.999, None), (row.turns_at * 1.001, None)):
            cost = lines["rest"] + lines["slope"] * value
            beyond = (value > row.turns_at) == (row.turns_at >= row.as_it_is)
            best = row.other_scope if beyond else found.best
            assert cost.idxmin() == best
    assert len(found.turning_points()) == 8


def test_a_lever_of_0_has_its_line_too():
    free = RecallCosts(unit=1, case=0, per_report=2)
    found = compare_recalls(SCOPES, free, units=UNITS, reports=REPORTS)
    assert found.best == "none"
    assert found.lines("case").loc["none", "slope"] == pytest.approx(2 * REPORTS.sum(axis=1).mean())
    up = found.turning_points().query("lever == 'case'").iloc[1]
    assert np.isnan(up["times_as_high"])
    assert up["turns_at"] > 0


def test_lot_by_lot_is_best_of_all_subsets_without_second_recalls():
    costs = RecallCosts(unit=2, case=300, per_report=4, recovered=0.75)
    masks = [[bool(k >> i & 1) for i in range(3)] for k in range(8)]
    every = pd.DataFrame({str(k): mask for k, mask in enumerate(masks)}, index=LOTS)
    found = compare_recalls(every, costs, units=UNITS, reports=REPORTS, weights=[3, 1])
    chosen = worth_recalling(costs, units=UNITS, reports=REPORTS, weights=[3, 1])
    assert every[found.best].tolist() == chosen.tolist()


def test_lots_may_stand_in_any_order_and_units_of_others_do_not_matter(found):
    mixed = compare_recalls(SCOPES.iloc[::-1], COSTS, units=UNITS.reindex(["x", "c", "a", "b"], fill_value=9.0),
                            reports=REPORTS[["c", "a", "b"]], weights=[3, 1])  # fmt: skip
    assert mixed.table["expected_cost"].tolist() == pytest.approx(found.table["expected_cost"].tolist())


def test_words(found):
    assert found.summary().startswith(f"'{found.best}' costs least: ")
    assert found.to_frame().equals(found.table)
    one = compare_recalls(SCOPES[["wide"]], COSTS, units=UNITS, reports=REPORTS)
    assert one.margin == float("inf")


def test_refused(found):
    with pytest.raises(ParameterError, match="unit") as error:
        RecallCosts(unit=-1, case=float("nan"), per_report=0, recovered=2)
    assert len(error.value.problems) == 4
    with pytest.raises(DataError, match="2 lots are missing, such as 'b'") as error:
        compare_recalls(SCOPES, COSTS, units=UNITS[["a"]], reports=REPORTS[["a", "c"]])
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="yes or no") as error:
        compare_recalls(SCOPES.astype(int), COSTS, units=-UNITS, reports=REPORTS * np.nan)
    assert len(error.value.problems) == 3
    with pytest.raises(DataError, match="occurs twice"):
        compare_recalls(pd.concat([SCOPES, SCOPES]), COSTS, units=UNITS, reports=REPORTS)
    with pytest.raises(DataError, match="at least one scope"):
        compare_recalls(SCOPES[[]], COSTS, units=UNITS, reports=REPORTS)
    with pytest.raises(DataError, match="at least one state"):
        compare_recalls(SCOPES, COSTS, units=UNITS, reports=REPORTS.iloc[:0])
    with pytest.raises(ParameterError, match="2 numbers"):
        compare_recalls(SCOPES, COSTS, units=UNITS, reports=REPORTS, weights=[1])
    with pytest.raises(ParameterError, match="'wde'"):
        found.value("wde")
    with pytest.raises(ParameterError, match="lever"):
        found.break_even("wide", "narrow", lever="price")
