"""PLS path modelling: causal models of satisfaction, estimated from indicators."""

from __future__ import annotations

from casework.satisfaction.pls.bootstrap import BootstrapResult, bootstrap_pls
from casework.satisfaction.pls.building import build_model, parse_model
from casework.satisfaction.pls.construct import Construct
from casework.satisfaction.pls.estimation import CHUNK, Batch, estimate
from casework.satisfaction.pls.fit import fit_correlations, fit_pls
from casework.satisfaction.pls.groups import GroupComparison, compare_groups
from casework.satisfaction.pls.index import PLSIndexResult, pls_index
from casework.satisfaction.pls.model import PLSModel
from casework.satisfaction.pls.moments import Moments, moments_from, moments_of
from casework.satisfaction.pls.named import NAMED, NamedModel, named_model
from casework.satisfaction.pls.published import PublishedComparison, compare_published
from casework.satisfaction.pls.reading import read_model
from casework.satisfaction.pls.result import PLSResult
from casework.satisfaction.pls.structure import Structure

__all__ = [
    "CHUNK",
    "NAMED",
    "Batch",
    "BootstrapResult",
    "Construct",
    "GroupComparison",
    "Moments",
    "NamedModel",
    "PLSIndexResult",
    "PLSModel",
    "PLSResult",
    "PublishedComparison",
    "Structure",
    "bootstrap_pls",
    "build_model",
    "compare_groups",
    "compare_published",
    "estimate",
    "fit_correlations",
    "fit_pls",
    "moments_from",
    "moments_of",
    "named_model",
    "parse_model",
    "pls_index",
    "read_model",
]
