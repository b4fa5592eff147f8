"""Suppliers: incoming quality, sampling plans, capability, grades, supply contracts, sourcing under disruption."""
