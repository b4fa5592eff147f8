"""Networks: which plants and warehouses to open, who serves whom, and what closed sites would cost."""

from casework.supply_chain.network.curve import (
    SiteCurve,
    SiteValues,
    at_number,
    present_network,
    site_curve,
    site_values,
)
from casework.supply_chain.network.distance import distance_matrix
from casework.supply_chain.network.echelons import EchelonResult, two_echelon_network
from casework.supply_chain.network.location import LocationResult, facility_location
from casework.supply_chain.network.places_table import NetworkTable, read_network
from casework.supply_chain.network.scenarios import ScenarioResult, closures, compare_sourcing, scenario_design

__all__ = [
    "EchelonResult",
    "LocationResult",
    "NetworkTable",
    "ScenarioResult",
    "SiteCurve",
    "SiteValues",
    "at_number",
    "closures",
    "compare_sourcing",
    "distance_matrix",
    "facility_location",
    "present_network",
    "read_network",
    "scenario_design",
    "site_curve",
    "site_values",
    "two_echelon_network",
]
