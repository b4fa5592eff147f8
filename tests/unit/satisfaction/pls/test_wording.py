import pandas as pd
from tests.unit.satisfaction.pls.reference import random_rows

from casework.satisfaction.pls import NAMED, fit_pls, named_model
from casework.satisfaction.pls.wording import CONSTRUCTS, HEADINGS


def test_every_column_of_the_tables_is_marked():
    rows = pd.DataFrame(random_rows(3, (2, 1), ((0, 1),)), columns=["a", "b", "c"])
    result = fit_pls(rows, "A =~ a + b; B =~ c; B ~ A")
    tables = (result.to_frame(), result.measurement(), result.explained(), result.effects(), result.effect_sizes())
    columns = {str(name).replace("_", " ") for table in (*tables, result.check_table()) for name in table.columns}
    assert columns <= set(HEADINGS)
    assert str(result.performance().name).replace("_", " ") in HEADINGS


def test_every_construct_of_the_named_models_is_marked():
    assert {name for key in NAMED for name in named_model(key).names} == set(CONSTRUCTS)
