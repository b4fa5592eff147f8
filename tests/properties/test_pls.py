"""What must hold for any data and any causal model."""

from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.unit.satisfaction.pls.reference import pls_on_rows, random_rows

from casework.core.errors import InputError
from casework.satisfaction.pls import build_model, estimate, fit_pls, parse_model
from casework.satisfaction.pls.structure import Structure

quick = settings(deadline=None, max_examples=25)
schemes = st.sampled_from(["path", "centroid", "factorial"])
letters = st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="`")


@st.composite
def models(draw):
    """Blocks, modes and paths without circles, each construct touched."""
    k = draw(st.integers(2, 5))
    sizes = tuple(draw(st.integers(1, 4)) for _ in range(k))
    modes = tuple(draw(st.sampled_from("AB")) for _ in range(k))
    chain = {(i, i + 1) for i in range(k - 1)}
    more = {(i, j) for i in range(k) for j in range(i + 2, k) if draw(st.booleans())}
    return sizes, modes, tuple(sorted(chain | more))


@quick
@given(model=models(), scheme=schemes, seed=st.integers(0, 999))
def test_agrees_with_the_algorithm_on_rows(model, scheme, seed):
    sizes, modes, paths = model
    rows = random_rows(seed, sizes, paths)
    batch = estimate(np.corrcoef(rows, rowvar=False), Structure(sizes, modes, paths, scheme), tolerance=1e-13)
    assume(batch.converged[0])
    _, expected, r2 = pls_on_rows(rows, sizes, modes, paths, scheme)
    np.testing.assert_allclose(np.abs(batch.paths[0]), np.abs(expected), atol=1e-7)
    np.testing.assert_allclose(batch.r2[0], r2, atol=1e-7)


@quick
@given(model=models(), scheme=schemes, seed=st.integers(0, 999), data=st.data())
def test_units_and_order_of_respondents_do_not_matter(model, scheme, seed, data):
    sizes, modes, paths = model
    rows = random_rows(seed, sizes, paths, n=60)
    structure = Structure(sizes, modes, paths, scheme)
    scale = np.array([data.draw(st.floats(0.01, 100)) for _ in range(rows.shape[1])])
    other = rows[np.random.default_rng(seed).permutation(60)] * scale + 5
    one, two = (estimate(np.corrcoef(x, rowvar=False), structure) for x in (rows, other))
    np.testing.assert_allclose(one.paths, two.paths, atol=1e-7)


@quick
@given(model=models(), scheme=schemes, seed=st.integers(0, 999))
def test_scores_have_variance_one_and_r2_is_explained_variance(model, scheme, seed):
    sizes, modes, paths = model
    rows = random_rows(seed, sizes, paths, n=60)
    structure = Structure(sizes, modes, paths, scheme)
    batch = estimate(np.corrcoef(rows, rowvar=False), structure)
    np.testing.assert_allclose(np.einsum("bii->bi", batch.composites), 1)
    r2 = batch.r2[0][structure.targets]
    assert ((r2 >= -1e-12) & (r2 <= 1 + 1e-12)).all()
    assert (np.abs(batch.loadings) <= 1 + 1e-12).all()
    assert np.linalg.eigvalsh(batch.composites[0])[0] > -1e-12


@quick
@given(model=models(), seed=st.integers(0, 99), flip=st.integers(0, 4))
def test_turning_a_whole_block_turns_its_paths(model, seed, flip):
    sizes, modes, paths = model
    flip %= len(sizes)
    structure = Structure(sizes, modes, paths)
    rows = random_rows(seed, sizes, paths, n=60)
    sign = np.where(structure.block == flip, -1, 1)
    one, two = (estimate(np.corrcoef(x, rowvar=False), structure) for x in (rows, rows * sign))
    assume(one.converged[0] and np.abs(np.add.reduceat(one.loadings[0], structure.starts)).min() > 1e-3)
    turned = one.paths[0].copy()
    turned[flip], turned[:, flip] = -turned[flip], -turned[:, flip]
    np.testing.assert_allclose(two.paths[0], turned, atol=1e-7)


@quick
@given(
    names=st.lists(st.text(letters, min_size=1, max_size=8).map(str.strip), min_size=4, max_size=4, unique=True),
)
def test_any_name_can_be_a_construct_or_an_indicator(names):
    assume(all(names))
    model = build_model({names[0]: [names[1]], names[2]: [names[3]]}, [(names[0], names[2])])
    assert parse_model(model.to_text()) == model
    rows = pd.DataFrame(random_rows(1, (1, 1), ((0, 1),)), columns=[names[1], names[3]])
    assert fit_pls(rows, model).path(names[0], names[2]) == pytest.approx(rows.corr().iloc[0, 1])


@settings(deadline=None, max_examples=150)
@given(text=st.text(alphabet="ABab~=<+ \n;#`'\"x1*", max_size=60))
def test_any_text_is_a_model_or_an_error_with_its_line(text):
    with suppress(InputError):
        model = parse_model(text)
        assert set(model.targets) < set(model.names)
        assert parse_model(model.to_text()).constructs == model.constructs


@quick
@given(seed=st.integers(0, 99), gaps=st.integers(0, 30), rule=st.sampled_from(["listwise", "mean"]))
@pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")
def test_missing_answers_are_always_accounted_for(seed, gaps, rule):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(random_rows(seed, (2, 2), ((0, 1),), n=40), columns=list("abcd"))
    values = frame.to_numpy().copy()
    values[rng.integers(0, 40, gaps), rng.integers(0, 4, gaps)] = np.nan
    holes = np.isnan(values)
    result = fit_pls(pd.DataFrame(values, columns=list("abcd")), "X =~ a + b; Y =~ c + d; Y ~ X", missing=rule)
    if rule == "listwise":
        assert result.moments.left_out == 40 - result.n == int(holes.any(axis=1).sum())
    else:
        assert result.n == 40
        assert sum(result.moments.filled.values()) == int(holes.sum())
    assert bool(result.moments.notes()) == bool(holes.any())
