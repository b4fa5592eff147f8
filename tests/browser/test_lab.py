"""A trainee's way: the course in JupyterLab, all cells run, a slider moved, the figure changes."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from casework.runner.warm.client import UnavailableError, ask, connect, why_not
from casework.runner.warm.identity import fixed_environment
from casework.teach.course import start_course
from casework.teach.lab import lab_environment

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOTEBOOKS = (
    "voice/kano.ipynb",
    "voice/requirements.ipynb",
    "voice/house_of_quality.ipynb",
    "satisfaction/satisfaction_index.ipynb",
    "satisfaction/structural_index.ipynb",
    "satisfaction/satisfaction_drivers.ipynb",
    "supply_chain/inventory_policies.ipynb",
    "supply_chain/chain_structure.ipynb",
    "supply_chain/multi_echelon.ipynb",
    "supply_chain/network_design.ipynb",
    "credit/credit_rating.ipynb",
    "credit/credit_scorecard.ipynb",
    "credit/early_warning.ipynb",
    "credit/loss_provisions.ipynb",
    "cases/case_automaker_stoppage.ipynb",
    "cases/case_food_safety.ipynb",
    "cases/case_marketplace_breakup.ipynb",
    "cases/case_mobile_operator_crm.ipynb",
)
OPENED: list[str] = []  # in this process
CONTEXT = "window.jupyterapp?.shell.currentWidget?.sessionContext"
IDLE = f"{CONTEXT}?.isReady && {CONTEXT}?.session?.kernel?.status === 'idle'"
LAST = "([...document.querySelectorAll('.widget-output img')].at(-1)?.src ?? '')"
CELLS = "window.jupyterapp.shell.currentWidget.content.model.cells"
CLOSE = """async () => {
  const { shell, commands, serviceManager } = window.jupyterapp;
  await serviceManager.sessions.shutdownAll();
  for (const widget of shell.widgets('main')) if (widget.context?.model) widget.context.model.dirty = false;
  await commands.execute('application:close-all');
}"""  # kernels and tabs, without a question
ABROAD = ("favicon", "Failed to load resource", "ResizeObserver", "status of 404", "service worker", "ServiceWorker")
CLOSING = ("Disposed", "Canceled future")  # of a kernel that was busy when the notebook before was closed
HARMLESS = (*ABROAD, *CLOSING)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("course")
    start_course(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("home")
    environment = {**lab_environment(), "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home), "OMP_NUM_THREADS": "1"}
    fixed = fixed_environment(environment)
    with suppress(UnavailableError):
        connect(fixed).close()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    command += [f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=", "--expose-app-in-browser"]
    command += ["--ServerApp.ip=127.0.0.1", "--LabApp.news_url=None"]
    log = (home / "lab.log").open("wb")
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield address
        _stopped_warm(fixed)
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def _stopped_warm(environment: dict[str, str]) -> None:
    """Where there are warm starts, the kernels of the notebooks were such; their template ends."""
    if not why_not():
        stats = ask("ping", environment)
        assert stats is not None
        assert stats["served"] >= len(OPENED)
        ask("retire", environment)


def _wait(address: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/api/status", timeout=5) as answer:
                json.load(answer)
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail("JupyterLab did not start")


@pytest.fixture(scope="module")
def page(lab: str, browser: Any) -> Iterator[Any]:
    """Give one page with JupyterLab open; what its console complains of is kept in `page.complaints`."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.set_default_timeout(180_000)
    page.goto(f"{lab}/lab?reset")
    page.wait_for_function("window.jupyterapp?.commands?.hasCommand('docmanager:open')")
    page.evaluate("window.jupyterapp.restored.then(() => null)")
    yield page
    page.close()


@pytest.fixture
def visited(page: Any, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Open a notebook as its only tab; afterwards nothing has gone wrong, and its kernel is shut down."""
    notebook = request.param
    page.complaints.clear()
    page.evaluate(f"void window.jupyterapp.commands.execute('docmanager:open', {{path: '{notebook}'}})")
    OPENED.append(notebook)
    page.wait_for_function(f"window.jupyterapp.shell.currentWidget?.context?.path === '{notebook}'")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.wait_for_function(IDLE)
    try:
        yield page
        assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        assert [text for text in page.complaints if not any(word in text for word in HARMLESS)] == []
    finally:
        page.screenshot(path=str(tmp_path / "lab.png"))
        page.evaluate(CLOSE)
        page.wait_for_function("!document.querySelector('.jp-Notebook')")


@pytest.fixture
def opened(visited: Any) -> Any:
    """Run all cells of the notebook that is open."""
    visited.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    return visited


@pytest.mark.parametrize("visited", NOTEBOOKS, indirect=True)
def test_moving_a_control_changes_the_figure(opened: Any) -> None:
    page = opened
    page.wait_for_function(f"{LAST} !== ''")
    page.wait_for_function(IDLE)
    before = _picture(page)
    _move(page)
    page.wait_for_function(f"before => {LAST} !== before && {LAST} !== ''", arg=before)


def _move(page: Any) -> None:
    """Move the first control of the explorer: five steps of a slider, or another option of a list."""
    control = page.locator(".noUi-handle, .widget-dropdown select").first
    control.scroll_into_view_if_needed()
    if control.evaluate("item => item.tagName") == "SELECT":
        control.select_option(index=int(control.evaluate("item => item.selectedIndex === 0 ? 1 : 0")))
        return
    control.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")


def _picture(page: Any) -> str:
    return str(page.evaluate(LAST))


def _write(page: Any, place: int, source: str) -> None:
    """Write into a cell, select it, and run it."""
    page.evaluate(
        """([place, source]) => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            if (source) notebook.model.cells.get(place).sharedModel.setSource(source);
            notebook.deselectAll();
            notebook.activeCellIndex = place;
            void window.jupyterapp.commands.execute('notebook:run-cell');
        }""",
        [place, source],
    )


def _place(page: Any, text: str, *, after: int = -1) -> int:
    """Return the place of the first code cell with this text."""
    fits = "cell.type === 'code' && cell.sharedModel.getSource().includes(text)"
    found = f"([text, after]) => [...{CELLS}].findIndex((cell, place) => place > after && {fits})"
    return int(page.evaluate(found, [text, after]))


def _source(page: Any, place: int) -> str:
    return str(page.evaluate(f"place => {CELLS}.get(place).sharedModel.getSource()", place))


RIGHT = "lot = (2 * order_cost * demand / (holding_rate * price)) ** 0.5"
ENDLESS = "def yearly_cost(demand, order_cost, holding_cost, lot):\n    while True: pass"


@pytest.mark.parametrize("visited", ["exercises/supply_chain.ipynb"], indirect=True)
def test_an_exercise_tells_at_once_what_is_right_and_where_to_go_on(visited: Any) -> None:
    page = visited
    begin = _place(page, "begin(")
    _write(page, begin, f"{_source(page, begin)}\nfrom casework.teach.exercises import live\nlive.CHECK_SECONDS = 1.0")
    page.get_by_text("Inventory policies: how much to order").wait_for()
    lot, cost = _place(page, "lot = None"), _place(page, "def yearly_cost")
    _write(page, lot, RIGHT.replace("price", "1"))
    _write(page, lot + 1, "")
    page.get_by_text("The rate is a share of the price").wait_for()
    _write(page, lot, RIGHT)
    _write(page, lot + 1, "")
    page.get_by_text("So far 2 of 17 points in this exercise. Next task: A function of the lot.").wait_for()
    _write(page, cost, ENDLESS)
    _write(page, cost + 1, "")
    page.get_by_text("is there a loop that never ends?").wait_for()


@pytest.mark.parametrize(
    "visited", ["exercises/credit.ipynb", "exercises/satisfaction.ipynb", "exercises/voice.ipynb"], indirect=True
)
def test_every_exercise_gives_its_values_and_looks_at_what_is_not_there_yet(visited: Any) -> None:
    page = visited
    _write(page, _place(page, "begin("), "")
    page.get_by_text("These are the values of the practice edition.").wait_for()
    page.locator(".jp-OutputArea a").first.wait_for()
    _write(page, _place(page, "check(", after=_place(page, "YOUR CODE HERE")), "")
    page.locator(".casework-verdict", has_text="0 of").wait_for()


@pytest.mark.parametrize("visited", ["quizzes/supply_chain.ipynb"], indirect=True)
def test_a_quiz_asks_explains_and_counts(visited: Any) -> None:
    """Right and wrong answers are said to be so; the result counts them, and its links lead to the studies."""
    page = visited
    _write(page, _place(page, "quiz("), 'from casework.teach.quizzes import quiz; quiz("supply_chain", questions=3)')
    page.get_by_text("Question 1 of 3").wait_for()
    told = []
    for number in range(3):
        page.get_by_text(f"Question {number + 1} of 3").wait_for()
        _answer(page)
        page.get_by_role("button", name="Check", exact=True).click()
        verdict = page.locator(".jp-OutputArea [role=status] b")
        verdict.wait_for()
        told.append(verdict.inner_text())
        page.locator(".jp-OutputArea button.mod-primary").click()
    page.get_by_text("of 3 points").wait_for()
    assert all("ight." in text for text in told)  # Right. Partly right. Not right.
    page.locator(".widget-output a", has_text="The bullwhip effect").click()
    page.wait_for_function("window.jupyterapp.shell.currentWidget?.context?.path === 'supply_chain/bullwhip.ipynb'")


def _answer(page: Any) -> None:
    """Answer the question that is asked in whatever way it takes."""
    area = page.locator(".jp-OutputArea")
    if area.locator(".widget-toggle-button").count():
        area.locator(".widget-toggle-button").first.click()
    elif area.locator(".widget-dropdown select").count():
        for place, number in enumerate(area.locator(".widget-dropdown select").all(), start=1):
            number.select_option(index=place)
    else:
        area.locator("input[type=text]").fill("12")


@pytest.mark.parametrize("visited", ["00_orientation.ipynb"], indirect=True)
def test_the_map_leads_to_every_step_and_the_glossary_to_its_word(visited: Any) -> None:
    page = visited
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".jp-OutputArea a", has_text="Exercise: Stock and orders").wait_for()
    page.wait_for_function(IDLE)
    glossary = page.locator(".jp-OutputArea a", has_text="Words of the course").first
    glossary.wait_for()
    with page.context.expect_page() as opening:
        glossary.click()
    words = opening.value
    words.wait_for_load_state()
    assert words.url.endswith("#confidence-interval")
    assert words.evaluate("scrollY") > 0
    words.close()
    page.locator(".jp-OutputArea a", has_text="Quiz: Credit").click()
    page.wait_for_function("window.jupyterapp.shell.currentWidget?.context?.path === 'quizzes/credit.ipynb'")


@pytest.mark.parametrize("visited", ["supply_chain/bullwhip.ipynb"], indirect=True)
def test_three_weeks_of_the_beer_game(opened: Any) -> None:
    """The trainee orders three times; the board and the figure change, and nothing goes wrong."""
    page = opened
    button = page.get_by_role("button", name="Place the order")
    button.wait_for(state="attached")
    page.wait_for_function(IDLE)
    button.scroll_into_view_if_needed()
    own = "([...document.querySelectorAll('.widget-output img')].at(0)?.src ?? '')"
    for week in (6, 7, 8):
        before = page.evaluate(own)
        page.locator("input[type=number]").first.fill(str(2 * week))
        page.locator("input[type=number]").first.press("Enter")
        button.click()
        page.get_by_text(f"week {week} of 36").wait_for()
        page.wait_for_function(f"before => {own} !== before && {own} !== ''", arg=before)
