"""The only place that reads data: cards, contracts, loading, checking, fingerprints, export, generators."""
