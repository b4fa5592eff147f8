import pandas as pd
from tests.unit.satisfaction.pls.surveys import fitted
from tests.unit.satisfaction.pls.test_published import mobi_fit

from casework.satisfaction.pls import bootstrap_pls, compare_groups, compare_published, conditioning, pls_index
from casework.satisfaction.pls.headings import BOOTSTRAP, COMPARISONS, GROUPS, INDEX

KNOWN = {*BOOTSTRAP, *INDEX, *GROUPS, *COMPARISONS}


def test_every_column_of_every_table_is_marked():
    fit, by = fitted(60), pd.Series(["a", "b"] * 30)
    boot = bootstrap_pls(fit, resamples=30, by=by)
    compared = compare_groups(fit, by=by, permutations=20, resamples=20)
    tables = [boot.table("path"), boot.table("index"), boot.failures(), pls_index(boot, low=1, high=10).to_frame()]
    tables += [compared.paths, compared.totals, compared.indices, compared.micom, compared.sizes]
    tables += [conditioning(fit).to_frame(), compare_published(mobi_fit()).to_frame()]
    shown = {str(column).replace("_", " ") for table in tables for column in table}
    assert shown <= KNOWN
