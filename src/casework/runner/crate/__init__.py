"""A run or a sweep as a Workflow Run RO-Crate, for archives and for those who want to know how it was made."""

from casework.runner.crate.export import export_crate

__all__ = ["export_crate"]
