"""Who leaves sooner, and why: proportional hazards (Cox) with their test."""

from casework.customers.hazards.cox import CoxResult, Ties, cox
from casework.customers.hazards.proportionality import ProportionalityResult, Transform, proportional_hazards

__all__ = ["CoxResult", "ProportionalityResult", "Ties", "Transform", "cox", "proportional_hazards"]
