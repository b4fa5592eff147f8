"""A report as PDF, printed by the Chromium (or a relative of it) that is on the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from casework.core.errors import RunError
from casework.core.messages import t

BROWSER_VARIABLE = "CHROME"
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
INSTALLED = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    "C:/Program Files/Microsoft/Edge/Application/msedge.exe",
)
TIMEOUT_SECONDS = 120.0


def find_browser() -> str | None:
    """Return the program that prints PDF: the one named by `CHROME`, else the first found; or None."""
    named = os.environ.get(BROWSER_VARIABLE, "")
    if named:
        return shutil.which(named)
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or next((path for path in INSTALLED if Path(path).is_file()), None)


def check_browser() -> str:
    """Return the program that prints PDF.

    Raises
    ------
    RunError
        None is found; the message says how to get one.
    """
    browser = find_browser()
    if browser is None:
        raise RunError(
            t(
                "PDF needs Chromium, Chrome or Edge and none was found. Install one (Debian: apt install chromium), "
                "or name it in the environment variable CHROME, or print the HTML report from any browser."
            )
        )
    return browser


def html_to_pdf(html_path: Path, pdf_path: Path, *, timeout: float = TIMEOUT_SECONDS) -> Path:
    """Print a report to PDF, without network, in a browser profile that lasts for this one print.

    Parameters
    ----------
    html_path : Path
        The report.
    pdf_path : Path
        Where the PDF goes; it appears only when it is whole.
    timeout : float
        Longest time to wait [s].

    Raises
    ------
    RunError
        No browser is found, it fails, or it takes too long.
    """
    browser = check_browser()
    if not html_path.is_file():
        raise RunError(t("there is no report {path}", path=html_path.name))
    with tempfile.TemporaryDirectory(prefix="casework-pdf-", ignore_cleanup_errors=True) as folder:
        made = Path(folder) / "report.pdf"
        _print(_command(browser, html_path.resolve(), made, Path(folder) / "profile"), timeout)
        if not made.is_file() or made.read_bytes()[:5] != b"%PDF-":
            raise RunError(t("the browser {browser} made no PDF", browser=Path(browser).name))
        partial = pdf_path.with_name(pdf_path.name + ".part")
        shutil.copyfile(made, partial)
        partial.replace(pdf_path)
    return pdf_path


def _command(browser: str, page: Path, target: Path, profile: Path) -> list[str]:
    options = [
        "--headless=new",
        "--disable-gpu",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--no-default-browser-check",
        "--no-pdf-header-footer",
        "--generate-pdf-document-outline",
        "--proxy-server=127.0.0.1:9",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={profile}",
        f"--print-to-pdf={target}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--no-sandbox")  # Chromium refuses to start for root without it
    return [browser, *options, page.as_uri()]


def _print(command: list[str], timeout: float) -> None:
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=timeout
        )
    except subprocess.TimeoutExpired as error:
        raise RunError(
            t("{browser} did not print the report in {seconds} s", browser=name, seconds=f"{timeout:g}")
        ) from error
    except OSError as error:
        raise RunError(t("{browser} cannot be started: {reason}", browser=name, reason=error.strerror)) from error
    if done.returncode:
        last = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "")
        raise RunError(
            t("{browser} failed with code {code}: {reason}", browser=name, code=done.returncode, reason=last)
        )
