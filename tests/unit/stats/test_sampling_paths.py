import math

import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.stats.sampling import sample_size_mean
from casework.stats.sampling_paths import sample_size_index, sample_size_path


@pytest.mark.parametrize(
    ("path", "simple", "refined"),
    [(0.397, 40, 26), (0.147, 287, 273), (0.1, 619, 605), (0.197, 160, 146)],
)
def test_tables_3_to_5_of_kock_and_hadaya(path, simple, refined):
    assert sample_size_path(path=path).answers == simple
    assert sample_size_path(path=-path, method="gamma_exponential").answers == refined


@pytest.mark.parametrize(("path", "answers"), [(0.237, 111), (0.286, 76), (0.253, 97)])
def test_worked_examples_of_kock_and_hadaya(path, answers):
    assert sample_size_path(path=path).answers == answers


def test_few_answers_use_the_gamma_correction():
    found = sample_size_path(path=0.9, method="gamma_exponential").answers
    target = 1.6448536 + 0.8416212

    def strength(n):
        return 0.9 * math.sqrt(n) * math.sqrt((n - 1) / 2) * math.gamma((n - 1) / 2) / math.gamma(n / 2)

    assert strength(found) > target >= strength(found - 1)


def test_answers_fall_with_the_path_and_grow_with_power():
    sizes = [sample_size_path(path=b, method="gamma_exponential").answers for b in np.linspace(0.05, 0.4, 60)]
    assert sizes == sorted(sizes, reverse=True)
    assert sample_size_path(path=0.2, power=0.9).answers > sample_size_path(path=0.2).answers


def test_invitations_and_views():
    result = sample_size_path(path=0.2, response_rate=0.25)
    assert (result.answers, result.invitations) == (155, 620)
    assert result.to_frame()["value"].iloc[0] == 155
    assert "155" in result.summary()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"path": 0}, "path: 0"),
        ({"path": 1.2}, "path: 1.2"),
        ({"path": math.nan}, "path: nan"),
        ({"path": 0.2, "power": 0.01}, "power: 0.01"),
        ({"path": 0.2, "significance": 1}, "significance: 1"),
        ({"path": 0.2, "method": "guess"}, "one of inverse_square_root, gamma_exponential"),
        ({"path": 0.2, "response_rate": 0}, "response_rate: 0"),
    ],
)
def test_wrong_arguments(given, message):
    with pytest.raises(ParameterError, match=message):
        sample_size_path(**given)


def test_index_of_one_question_is_a_mean_and_of_equal_questions_too():
    mean = sample_size_mean(deviation=18, margin=1.5).exact
    assert sample_size_index(deviation=18, items=1, correlation=0.3, margin=1.5).exact == pytest.approx(mean)
    assert sample_size_index(deviation=18, items=9, correlation=1, margin=1.5).exact == pytest.approx(mean)


def test_index_deviation_is_that_of_simulated_means():
    rng = np.random.default_rng(3)
    answers = 20 * (math.sqrt(0.4) * rng.normal(size=(200_000, 1)) + math.sqrt(0.6) * rng.normal(size=(200_000, 5)))
    result = sample_size_index(deviation=20, items=5, correlation=0.4, margin=2)
    assert result.deviation == pytest.approx(answers.mean(axis=1).std(), rel=0.01)


def test_index_correlation_out_of_range():
    with pytest.raises(ParameterError, match=r"correlation: -0\.6"):
        sample_size_index(deviation=20, items=3, correlation=-0.6, margin=2)
