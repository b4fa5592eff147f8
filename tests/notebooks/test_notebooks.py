"""Every notebook, found by glob, runs with its defaults (fast) and with other parameters, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.helpers import CASE

from casework.runner.run import RunRecord, run
from casework.studies.base import Study
from casework.studies.registry import studies

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
BY_NOTEBOOK = {study.notebook: study for study in studies().values()}
OTHER: dict[str, dict[str, Any]] = {
    "orientation": {"module": "voice"},
    "kano": {"threshold": 0.2, "table": "pouliot", "confidence": 0.9, "seed": 99, "segment": ""},
    "house_of_quality": {"kano": "chaudha", "relative": "maximum", "roof_reading": "measure", "seed": 99, "budget": 0},
    "requirements": {"language": "zh", "topics": 4, "confidence": 0.9, "seed": 99, "customer": "", "shift": 0.0},
    "satisfaction_drivers": {"importance": "beta", "performance_cut": "60", "segment": "", "unit": "", "seed": 99},
    "bullwhip": {
        "policy": "anchoring",
        "orders": [],
        "period": "",
        "stages": ["shop", "plant"],
        "shipment_lead_times": [1],
        "order_lead_times": [1, 2],
        "unmet": "lost",
        "role": "factory",
        "customers": "random",
        "confidence": 0.9,
        "seed": 99,
    },
    "structural_index": {"scheme": "centroid", "consistent": True, "interval": "bca", "segment": "", "seed": 99},
    "satisfaction_index": {"weighting": "entropy", "confidence": 0.9, "seed": 99, "supplier": ""},
    "inventory_policies": {"service": "service_level", "target": 0.9, "order_quantity": "", "focus": "FR-066"},
    "chain_structure": {"usual_wait": 2.0, "by": "", "grace": 2.0, "balance": "ending", "confidence": 0.9, "seed": 99},
    "multi_echelon": {
        "service_level": 0.99,
        "pooling": 1.0,
        "end": "north warehouse",
        "stockout_cost": 60.0,
        "distribution": "poisson",
        "max_service_time": "",
        "confidence": 0.9,
        "seed": 99,
    },
    "network_design": {
        "products": ["green_tea"],
        "metric": "manhattan",
        "single_source": True,
        "max_sites": 4,
        "closed_sites": ["Ashmere Docks"],
        "existing": "",
        "sources": 3,
        "seed": 99,
    },
    "credit_scorecard": {
        "trend": "monotone",
        "evidence": "aic",
        "period": "",
        "customer": "",
        "champion": [],
        "special": {},
        "smoothing": 0.5,
        "folds": 3,
        "points": 500.0,
        "seed": 99,
    },
    "early_warning": {
        "edges": [0, 15, 45, 90],
        "rules": [
            "oldest_days >= 45; release 15; level 3; response stop_supply",
            "exposure >= 20000; months 2; department management",
        ],
        "overdue_days": 120,
        "measure": "late_30_share",
        "horizon": 180,
        "segment": "",
    },
    "loss_provisions": {
        "segment": "",
        "edges": [0, 30, 60],
        "correlation": 0.0,
        "level": 0.999,
        "as_of": "2025-06-30",
        "confidence": 0.9,
        "seed": 99,
    },
    "credit_rating": {
        "weighting": "entropy",
        "altman_model": "private",
        "missing": "leave_out",
        "withdrawn": "state",
        "combine": "mean",
        "override": "",
        "importance": "",
        "seed": 99,
        "confidence": 0.9,
    },
    "case_automaker_stoppage": {**CASE, "variant": "instructor"},
    "case_food_safety": {**CASE, "variant": "instructor"},
    "case_marketplace_breakup": {**CASE, "variant": "instructor"},
    "case_mobile_operator_crm": {**CASE, "variant": "instructor"},
}

pytestmark = pytest.mark.slow


def fast(study: Study) -> dict[str, Any]:
    return {"fast": True} if "fast" in study.parameters.model_fields else {}


def whole(record: RunRecord) -> None:
    assert record.status == "ok", record.manifest["error"]
    assert record.manifest["problems"] == []
    assert record.manifest["cells"]["code"] == record.manifest["cells"]["executed"]


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) >= 3
    assert set(OTHER) == set(studies()), "give every study a second set of parameters"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_defaults_and_chinese_give_the_same_numbers(path: Path, tmp_path: Path, shared_cache: Path) -> None:
    study = BY_NOTEBOOK[path]
    english = run(study.name, fast(study), out=tmp_path, cache=shared_cache)
    whole(english)
    chinese = run(study.name, fast(study), out=tmp_path, lang="zh")
    whole(chinese)
    assert english.manifest["hashes"]["results"] == chinese.manifest["hashes"]["results"]
    assert english.folder != chinese.folder


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_other_parameters(path: Path, tmp_path: Path, shared_cache: Path) -> None:
    study = BY_NOTEBOOK[path]
    whole(run(study.name, {**fast(study), **OTHER[study.name]}, out=tmp_path, cache=shared_cache))
