"""PLS path modelling: causal models of satisfaction, estimated from indicators."""

from __future__ import annotations

from casework.satisfaction.pls.blindfolding import BlindfoldResult, blindfold
from casework.satisfaction.pls.bootstrap import BootstrapResult, bootstrap_pls
from casework.satisfaction.pls.building import build_model, parse_model
from casework.satisfaction.pls.conditioning import ConditioningResult, conditioning
from casework.satisfaction.pls.construct import Construct
from casework.satisfaction.pls.cvpat import CVPATResult, compare_predictions, cvpat
from casework.satisfaction.pls.estimation import CHUNK, Batch, estimate
from casework.satisfaction.pls.fit import fit_correlations, fit_pls
from casework.satisfaction.pls.fit_measures import FitMeasures, fit_measures
from casework.satisfaction.pls.fit_test import FitTest, fit_test
from casework.satisfaction.pls.groups import GroupComparison, compare_groups, large_groups
from casework.satisfaction.pls.index import PLSIndexResult, pls_index
from casework.satisfaction.pls.ipma import ImportanceMap, importance_map, importances
from casework.satisfaction.pls.model import PLSModel
from casework.satisfaction.pls.moments import Moments, moments_from, moments_of
from casework.satisfaction.pls.named import NAMED, NamedModel, named_model
from casework.satisfaction.pls.predict import PredictResult, predict_pls
from casework.satisfaction.pls.published import PublishedComparison, compare_published
from casework.satisfaction.pls.quality import MeasurementQuality, Thresholds, measurement_quality
from casework.satisfaction.pls.reading import read_model
from casework.satisfaction.pls.result import PLSResult
from casework.satisfaction.pls.structure import Structure
from casework.satisfaction.pls.validity import htmt

__all__ = [
    "CHUNK",
    "NAMED",
    "Batch",
    "BlindfoldResult",
    "BootstrapResult",
    "CVPATResult",
    "ConditioningResult",
    "Construct",
    "FitMeasures",
    "FitTest",
    "GroupComparison",
    "ImportanceMap",
    "MeasurementQuality",
    "Moments",
    "NamedModel",
    "PLSIndexResult",
    "PLSModel",
    "PLSResult",
    "PredictResult",
    "PublishedComparison",
    "Structure",
    "Thresholds",
    "blindfold",
    "bootstrap_pls",
    "build_model",
    "compare_groups",
    "compare_predictions",
    "compare_published",
    "conditioning",
    "cvpat",
    "estimate",
    "fit_correlations",
    "fit_measures",
    "fit_pls",
    "fit_test",
    "htmt",
    "importance_map",
    "importances",
    "large_groups",
    "measurement_quality",
    "moments_from",
    "moments_of",
    "named_model",
    "parse_model",
    "pls_index",
    "predict_pls",
    "read_model",
]
