"""Networks: which plants and warehouses to open, who serves whom, and what closed sites would cost."""

from casework.supply_chain.network.distance import distance_matrix
from casework.supply_chain.network.location import LocationResult, facility_location

__all__ = ["LocationResult", "distance_matrix", "facility_location"]
