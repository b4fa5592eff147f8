"""Whole runs kept by what went into them, and given back as copies."""
