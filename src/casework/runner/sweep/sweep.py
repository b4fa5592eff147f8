"""Many runs of one study: checked as a whole, executed side by side, resumed, and put into one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from casework.core.checks import check_option
from casework.core.errors import RunError
from casework.core.messages import t
from casework.runner import folders
from casework.runner.run import REPORTS, cache_folder
from casework.runner.sweep import state
from casework.runner.sweep.cases import Cases, make_cases
from casework.runner.sweep.execution import EngineName, execute_sweep
from casework.runner.sweep.planning import SweepPlan, plan_sweep
from casework.runner.sweep.record import Progress, SweepRecord
from casework.studies.parameters import read_parameter_file


def sweep(
    study: str | Path,
    *,
    words: Sequence[str] = (),
    grid: str | Path | Mapping[str, Any] | None = None,
    cases: str | Path | Sequence[Mapping[str, Any]] | None = None,
    draws: int | None = None,
    ranges: Mapping[str, Any] | None = None,
    method: Literal["latin", "random"] = "latin",
    seed: int = 0,
    parameters: Mapping[str, Any] | None = None,
    params_file: str | Path | None = None,
    data: str | Path | None = None,
    out: str | Path = REPORTS,
    formats: Sequence[str] = ("html",),
    lang: str = "en",
    with_code: bool = False,
    timeout: float | None = None,
    workers: int | None = None,
    engine: EngineName = "local",
    scheduler: str | None = None,
    resume: bool = False,
    fresh: bool = False,
    cache: str | Path | None = "",
    progress: Progress | None = None,
) -> SweepRecord:
    """Run a study over many parameter sets.

    Parameters
    ----------
    study : str or Path
        Name of a study, or path of a notebook of your own.
    words, grid, cases, draws, ranges, method, seed
        Which runs; see `casework.runner.sweep.cases.make_cases`.
    parameters, params_file : mapping, path, optional
        Parameters that are the same in all runs.
    data : str or Path, optional
        Bundled name, file or SQL address, the same for all runs.
    out, formats, lang, with_code, cache
        As for `run`.
    timeout : float, optional
        [s] for each run, above 0.
    workers : int, optional
        Runs at once, at least 1; by default as many as there are cores, fewer where memory is short.
    engine : {'local', 'dask'}
        Where the runs are executed: on this machine, or on the workers of a cluster.
    scheduler : str, optional
        Address of a dask scheduler; without one a cluster is started here.
    resume : bool
        Runs that stand whole in their place count as done; without any case, the newest sweep of the study goes on
        as it was, with `data` and `timeout` of this call where they are given.
    fresh : bool
        Execute every run, whatever the cache has.
    progress : callable, optional
        Called with a `SweepProgress`.

    Returns
    -------
    SweepRecord
        Also where runs failed, and where the user stopped it: look at `counts` and `stopped`.

    Raises
    ------
    ParameterError, DataError
        A case or its data cannot be used; nothing was run.
    RunError
        The output folder cannot be used, or there is nothing to resume.

    Examples
    --------
    >>> record = sweep("kano", words=["resamples=100,200"], out=getfixture("tmp_path"))  # doctest: +SKIP
    >>> record.counts  # doctest: +SKIP
    {'ok': 2}
    """
    check_option("engine", engine, EngineName)
    plan = prepare_sweep(
        study,
        words=words,
        grid=grid,
        cases=cases,
        draws=draws,
        ranges=ranges,
        method=method,
        seed=seed,
        parameters=parameters,
        params_file=params_file,
        data=data,
        out=out,
        formats=formats,
        lang=lang,
        with_code=with_code,
        timeout=timeout,
        workers=workers,
        engine=engine,
        resume=resume,
        fresh=fresh,
        cache=cache,
    )
    return execute_sweep(
        plan,
        out=Path(out).resolve(),
        cache=cache_folder(cache),
        engine=engine,
        scheduler=scheduler,
        progress=progress,
    )


def prepare_sweep(
    study: str | Path,
    *,
    words: Sequence[str] = (),
    grid: str | Path | Mapping[str, Any] | None = None,
    cases: str | Path | Sequence[Mapping[str, Any]] | None = None,
    draws: int | None = None,
    ranges: Mapping[str, Any] | None = None,
    method: Literal["latin", "random"] = "latin",
    seed: int = 0,
    parameters: Mapping[str, Any] | None = None,
    params_file: str | Path | None = None,
    data: str | Path | None = None,
    out: str | Path = REPORTS,
    formats: Sequence[str] = ("html",),
    lang: str = "en",
    with_code: bool = False,
    timeout: float | None = None,
    workers: int | None = None,
    engine: EngineName = "local",
    resume: bool = False,
    fresh: bool = False,
    cache: str | Path | None = "",
) -> SweepPlan:
    """Check a sweep and find what is done already, without executing anything; parameters as for `sweep`."""
    place = folders.check_out(Path(out))
    fixed = (read_parameter_file(params_file) if params_file else {}) | dict(parameters or {})
    options: dict[str, Any] = {"lang": lang, "formats": tuple(formats), "with_code": with_code, "timeout": timeout}
    if data is not None:
        options["data"] = str(data)
    if resume and not (words or grid or cases or draws):
        study, found, options = _resumed(str(study), place, options)
    else:
        found = make_cases(
            study,
            words=words,
            grid=grid,
            cases=cases,
            draws=draws,
            ranges=ranges,
            method=method,
            seed=seed,
            fixed=fixed,
        )
    return plan_sweep(
        study,
        found,
        out=place,
        options=options,
        workers=workers,
        resume=resume,
        fresh=fresh,
        cache=cache_folder(cache),
        local=engine == "local",
    )


def _resumed(study: str, out: Path, options: Mapping[str, Any]) -> tuple[str, Cases, dict[str, Any]]:
    folder = state.newest(out, study)
    if folder is None:
        raise RunError(t("there is no sweep of {study} in {out} to resume", study=study, out=out))
    content = state.read_definition(folder)
    cases = Cases(points=tuple(content["cases"]), varied=tuple(content["varied"]), repeated=0, origin=content["origin"])
    kept = {**content["options"], "formats": tuple(content["options"]["formats"])}
    now = {name: options[name] for name in ("data", "timeout") if options.get(name) is not None}
    return content["source"], cases, {**options, **kept, **now}
