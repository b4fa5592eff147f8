"""Warm starts: a template process that has everything imported, and its forks: kernels, cells, whole runs."""
