"""The studies of the course, found by the modules of this package that define `STUDY`."""
