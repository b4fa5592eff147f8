"""From an executed notebook and its manifest to the files people read: HTML, and from it PDF and DOCX."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from casework.core.files import write_text
from casework.core.messages import t, use_language
from casework.report.data_note import data_note
from casework.report.html import ReportInfo, build_report
from casework.runner.listing import key_results
from casework.runner.plan import Request
from casework.studies.base import Study
from casework.studies.cases import KEPT_BACK, is_case, is_student
from casework.studies.parameters import field_unit
from casework.studies.registry import MODULES

HTML = "report.html"
SHOWN_HASH = 12
SHOWN_VALUE = 400


def write_reports(
    notebook: Any, manifest: dict[str, Any], results: dict[str, Any], folder: Path, request: Request
) -> None:
    """Write `report.html` into a run's folder, and the other formats that were asked for.

    A run that is not ok gets its report too, with a banner; PDF and DOCX are made of whole runs only. Where only the
    format `notebook` is asked for, no report is made.
    """
    if request.formats == ("notebook",):
        return
    with use_language(request.lang):
        info = report_info(manifest, results, request.study)
        page = build_report(notebook, info, lang=request.lang, with_code=request.with_code)
    write_text(folder / HTML, page)
    if manifest["status"] != "ok":
        return
    if "pdf" in request.formats:
        from casework.report.pdf import html_to_pdf

        html_to_pdf(folder / HTML, folder / "report.pdf")
    if "docx" in request.formats:
        from casework.report.docx import html_to_docx

        html_to_docx(folder / HTML, folder / "report.docx")


def report_info(manifest: dict[str, Any], results: dict[str, Any], study: Study | None) -> ReportInfo:
    """Return what the report says about the run, in the language in force."""
    error = manifest["error"] or {}
    data = manifest["data"] or {}
    student = is_student(study, manifest["parameters"])
    return ReportInfo(
        title=t(manifest["title"]),
        question=t(study.question) if study else "",
        module=t(MODULES[study.module]) if study else "",
        study=manifest["study"],
        run_id="" if student else manifest["run_id"],  # it is made of the seed too
        status=manifest["status"],
        message=f"{error['name']}: {error['message']}" if error else "",
        generated=manifest["started"],
        data_note=data_note("synthetic" if is_case(study) else data.get("kind", "")),
        key_results=key_results(manifest["study"], results),
        parameters=_parameters(manifest["parameters"], study, KEPT_BACK if student else frozenset()),
        provenance=_provenance(manifest, data),
        exclusions=[(item["where"], item["count"], item["reason"]) for item in data.get("exclusions", [])],
    )


def _parameters(
    values: dict[str, Any], study: Study | None, kept_back: frozenset[str]
) -> list[tuple[str, str, str, str]]:
    fields = study.parameters.model_fields if study else {}
    rows = []
    for name, value in values.items():
        field = fields.get(name)
        unit = t(field_unit(field)) if field and field_unit(field) else ""
        shown = t("kept by the instructor") if name in kept_back else _short(value)
        rows.append((name, shown, unit, t(field.description or "") if field else ""))
    return rows


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN_VALUE else text[: SHOWN_VALUE - 3] + "..."


def _missing(missing: dict[str, int]) -> str:
    return t("{cells} empty cells in {columns} columns", cells=f"{sum(missing.values()):,}", columns=len(missing))


def _provenance(manifest: dict[str, Any], data: dict[str, Any]) -> list[tuple[str, str]]:
    hashes, about = manifest["hashes"], manifest["environment"]
    rows = []
    if data:
        size = t("{rows} rows, {columns} columns", rows=f"{data['rows']:,}", columns=data["columns"])
        rows += [(t("Data"), t(data["title"])), (t("Size of the data"), size)]
        if missing := data.get("missing"):
            rows.append((t("Missing answers"), _missing(missing)))
        if data["licence"]:
            rows.append((t("Licence of the data"), t(data["licence"])))
        if data["encoding"]:
            rows.append((t("Encoding"), data["encoding"]))
    labelled = [
        (t("Hash of the data"), data.get("sha256")),
        (t("Hash of the notebook"), hashes["notebook"]),
        (t("Hash of the package"), hashes["package"]),
        (t("Hash of the outputs"), hashes["outputs"]),
        (t("Hash of the published results"), hashes["results"]),
    ]
    rows += [(label, value[:SHOWN_HASH]) for label, value in labelled if value]
    versions = {"casework": about["casework"], "Python": about["python"], **about["packages"]}
    rows.append((t("Software"), ", ".join(f"{name} {version}" for name, version in versions.items())))
    rows.append((t("System"), f"{about['system']} {about['machine']}"))
    rows.append((t("Started"), manifest["started"]))
    rows.append((t("Duration"), t("{seconds} s", seconds=f"{manifest['seconds']:.1f}")))
    return rows
