import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.credit.receivables.defaults import NEVER, find_defaults
from casework.credit.receivables.ledger import day_number, read_ledger
from casework.datasets.synthetic.credit_documents import credit_ledger

NAMES = ["customer", "document", "kind", "invoice", "date", "due", "amount"]
ROWS = [
    ("late", "1", "invoice", None, "2025-01-01", "2025-01-31", 100.0),
    ("late", "2", "payment", "1", "2025-05-02", None, 100.0),
    ("just", "3", "invoice", None, "2025-01-01", "2025-01-31", 100.0),
    ("just", "4", "payment", "3", "2025-05-01", None, 100.0),
    ("part", "5", "invoice", None, "2025-01-01", "2025-01-31", 100.0),
    ("part", "6", "payment", "5", "2025-02-01", None, 70.0),
    ("gone", "7", "invoice", None, "2025-01-01", "2025-01-31", 80.0),
    ("gone", "8", "write_off", "7", "2025-02-15", None, 80.0),
    ("fine", "9", "invoice", None, "2025-05-20", "2025-05-30", 10.0),
]


@pytest.fixture(scope="module")
def ledger():
    return read_ledger(pd.DataFrame(ROWS, columns=NAMES))


def test_first_day_beyond(ledger):
    found = find_defaults(ledger).to_frame().set_index("customer")
    assert found.loc["late", "default_day"] == "2025-05-02"  # 31 January and 91 days
    assert set(found.index) == {"late", "part", "gone"}
    assert found.loc["gone", "cause"] == "write_off"
    assert found.loc["gone", "open_at_default"] == 80
    assert found.loc["part", "open_at_default"] == 30
    assert found.loc["late", "open_at_default"] == 100


def test_what_counts(ledger):
    assert list(find_defaults(ledger, minimum=50).to_frame()["customer"]) == ["gone", "late"]
    assert list(find_defaults(ledger, write_offs=False).to_frame()["customer"]) == ["late", "part"]
    assert list(find_defaults(ledger, overdue_days=0).to_frame()["customer"]) == ["gone"]
    assert "3 customers of 5" in find_defaults(ledger).summary()
    none = find_defaults(ledger, overdue_days=3000, write_offs=False)
    assert (none.day == NEVER).all()
    assert none.summary() == "No customer defaulted."
    with pytest.raises(ParameterError, match="at least one of them"):
        find_defaults(ledger, overdue_days=0, write_offs=False)


def test_against_the_truth_of_the_generator():
    documents, world = credit_ledger(customers=200, seed=4)
    ledger = read_ledger(documents)
    found = find_defaults(ledger)
    truth = pd.Series(world.default, index=world.customers["customer"]).reindex(ledger.customers).to_numpy()
    own = found.happened
    assert not np.isnat(truth[own]).any()  # who never defaults is never found
    delay = found.day[own] - truth[own].astype("datetime64[D]").astype(np.int64)
    assert delay.min() > -91
    assert delay.max() <= 91 + 60
    early = truth < np.datetime64(ledger.last_day - 160, "D")
    owing = ledger.open_invoices(ledger.last_day)  # all who failed early and owed something are found
    who = np.unique(ledger.customer[(owing > 0) & early[ledger.customer]])
    assert own[who].all()
    assert day_number("day", "2025-12-31") == ledger.last_day
