from casework.studies.base import given_columns
from casework.studies.registry import get_study


def test_a_study_knows_its_notebook_defaults_and_results() -> None:
    study = get_study("orientation")
    assert study.notebook.name == "00_orientation.ipynb"
    assert study.notebook.is_file()
    assert study.defaults() == {"module": ""}
    assert study.result("n_studies") is not None
    assert study.result("nothing") is None


def test_only_what_differs_from_the_default_counts_as_given() -> None:
    study = get_study("kano")
    parameters = study.parameters.model_validate({"segment": "sex", "seed": study.defaults()["seed"]})
    assert given_columns(parameters) == {"segment": "sex"}
