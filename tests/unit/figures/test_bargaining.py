import matplotlib as mpl
import pandas as pd
import pytest

from casework.figures import draw
from casework.suppliers.bargaining import bargain
from casework.suppliers.contracts import Contract, Market
from casework.suppliers.demand import season_demand
from casework.suppliers.season_fit import fit_seasons
from casework.suppliers.standing import Standing, gain_leverage

mpl.use("Agg")

MARKET = Market(demand=season_demand(mean=100, sd=30), price=10, supplier_cost=4)


@pytest.mark.parametrize("floor", [100, 400])
def test_the_range_is_drawn_where_there_is_one(floor):
    found = bargain(MARKET, "buyback", retailer_floor=floor, supplier_floor=150)
    ax = draw(found)
    assert found.exists == any(patch.get_width() == pytest.approx(found.high - found.low) for patch in ax.patches)
    assert " ".join(ax.get_title(loc="left").split()) == found.summary()
    ax.get_figure().canvas.draw()


def test_the_tornado_of_the_gain():
    terms = Contract(kind="wholesale", wholesale=8)
    found = gain_leverage(
        Standing(market=MARKET, contract=terms, order=80, retailer_elsewhere=150, supplier_elsewhere=0)
    )
    ax = draw(found)
    ends = sorted(round(bar.get_x() + bar.get_width(), 6) for bar in ax.patches)
    assert ends == sorted([*found.table["gain_at_low"].round(6), *found.table["gain_at_high"].round(6)])
    assert " ".join(ax.get_title(loc="left").split()) == found.summary()
    ax.get_figure().canvas.draw()


def test_the_record_of_seasons_tells_no_estimate():
    found = fit_seasons(pd.Series([80.0, 100, 120, 90]))
    record = draw(found, kind="record")
    assert "80 to 120" in record.get_title(loc="left")
    assert [bar.get_height() for bar in record.patches] == [80, 100, 120, 90]
    ax = draw(found)
    assert " ".join(ax.get_title(loc="left").split()) == found.summary()
    ax.get_figure().canvas.draw()
