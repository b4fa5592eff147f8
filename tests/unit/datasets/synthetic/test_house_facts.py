from casework.datasets.synthetic.house_facts import EFFECTS, NAMES, NEEDS, PRODUCTS, ROOF, TECHNICAL, by_product
from casework.datasets.synthetic.kano import PHONE_PLAN


def test_facts_speak_of_the_same_needs_and_characteristics():
    assert set(EFFECTS) == set(NEEDS)
    assert {name for row in EFFECTS.values() for name in row} == set(NAMES) == set(TECHNICAL)
    assert {name for row in ROOF.values() for name in row} | set(ROOF) <= set(NAMES)
    assert set(NEEDS) <= {attribute.label for attribute in PHONE_PLAN}


def test_every_characteristic_is_measured_on_every_product():
    for row in TECHNICAL.values():
        assert len(row["values"]) == len(PRODUCTS)
        assert row["direction"] in ("more", "less")
        assert row["cost"] > 0


def test_values_go_to_the_products_in_order():
    assert by_product({"values": [1, 2, 3], "cost": 4}, ["a", "b"]) == {"cost": 4, "a": 1, "b": 2}
    assert by_product({"a": 7}, ["a"]) == {"a": 7}
