"""Reports in a real browser, without a network."""

from __future__ import annotations

import shutil
import subprocess
import zipfile

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STUDIES = ["kano", "kano_zh", "satisfaction_index", "satisfaction_index_zh"]
PAGES = ["en", "zh", "failed", "index", *STUDIES]
# Four English words in a row, outside code and before the references, whose titles stay as they are.
ENGLISH = """() => {
  const found = [];
  const nodes = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const node = nodes.currentNode, parent = node.parentElement;
    if (parent.matches('h2') && node.textContent.includes('参考文献')) break;
    if (parent.closest('code, pre, math')) continue;
    const words = node.textContent.match(/[A-Za-z][a-z]+( [A-Za-z][a-z]+){3,}/);
    if (words) found.push(words[0]);
  }
  for (const image of document.querySelectorAll('img')) {
    const words = image.alt.match(/[A-Za-z][a-z]+( [A-Za-z][a-z]+){3,}/);
    if (words) found.push(words[0]);
  }
  return found;
}"""
# Whether each character of the page is drawn by the font inside the page: a missing one has the width of
# the fallback, which differs between two fallbacks that have no letters in common.
UNDRAWN = """async () => {
  await document.fonts.ready;
  const text = document.querySelector('body').innerText;
  const face = new Set();
  const canvas = document.createElement('canvas').getContext('2d');
  const missing = [];
  for (const char of new Set(text)) {
    if (char.trim() === '' || !/[\\u0250-\\u1fff\\u2070-\\u{1ffff}]/u.test(char)) continue;
    if (!document.fonts.check(`20px "Casework Text"`, char)) { missing.push(char); continue; }
    const drawn = (font) => { canvas.canvas.width = 40; canvas.canvas.height = 40; canvas.font = font;
      canvas.fillText(char, 5, 30); return canvas.canvas.toDataURL(); };
    if (drawn('20px "Casework Text", monospace') === drawn('20px "No Such Font", monospace')) missing.push(char);
  }
  return missing;
}"""


@pytest.fixture
def opened(browser, reports):
    """Open a page as a reader would, offline; hand back the page and what went wrong."""
    contexts = []

    def open_page(name, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_offline(True)
        troubles = []
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text) if message.type != "log" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: troubles.append(request.url) if not _is_own(request.url) else None)
        page.goto(reports[name].as_uri())
        return page, troubles

    yield open_page
    for context in contexts:
        context.close()


def _is_own(address):
    return address.startswith(("file:", "data:"))


@pytest.mark.parametrize("name", PAGES)
def test_opens_without_a_complaint_and_asks_for_nothing(opened, name):
    page, troubles = opened(name)
    page.wait_for_load_state()
    assert page.locator("h1").count() == 1
    assert troubles == []


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_is_drawn_and_has_an_alternative_text(opened, name):
    page, _ = opened(name)
    images = page.locator("img").all()
    assert bool(images) == (name != "index")
    for image in images:
        assert image.get_attribute("alt")
        assert image.evaluate("image => image.naturalWidth") > 100


@pytest.mark.parametrize("name", ["kano_zh", "satisfaction_index_zh"])
def test_no_english_sentence_is_left_in_chinese(opened, name):
    page, _ = opened(name)
    assert page.evaluate(ENGLISH) == []
    assert page.evaluate("() => document.documentElement.lang").startswith("zh")


@pytest.mark.parametrize("name", ["zh", "index", "kano_zh", "satisfaction_index_zh"])
def test_every_chinese_character_is_drawn_by_the_font_of_the_page(opened, name):
    page, _ = opened(name)
    assert page.evaluate("() => [...document.fonts].every(face => face.status !== 'error')")
    assert page.evaluate(UNDRAWN) == []


def test_formulas_are_laid_out(opened):
    page, _ = opened("en")
    fraction = page.locator("mfrac").first.bounding_box()
    assert fraction["height"] > 1.5 * page.locator("mfrac mi").first.bounding_box()["height"]


@pytest.mark.parametrize("width", [360, 768, 1400])
@pytest.mark.parametrize("name", PAGES)
def test_fits_every_width(opened, name, width):
    page, _ = opened(name, viewport={"width": width, "height": 800})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(browser, reports, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    context = browser.new_context(bypass_csp=True)
    context.set_offline(True)
    page = context.new_page()
    page.goto(reports[name].as_uri())
    page.evaluate("() => document.querySelectorAll('details').forEach(details => { details.open = true })")
    found = axe.Axe().run(page).response["violations"]
    context.close()
    serious = [
        (violation["id"], violation["nodes"][0]["html"][:200])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_skip_link_leads_to_the_content(opened):
    page, _ = opened("en")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "cw-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "cw_main"


def test_index_leads_to_the_reports(opened):
    page, troubles = opened("index")
    page.get_by_role("link", name="什么让顾客留下来").click()
    assert page.locator("h1").inner_text() == "什么让顾客留下来"
    assert troubles == []


@pytest.mark.parametrize("name", ["en", "zh"])
def test_pdf_has_the_words_and_its_fonts(browser, reports, sample, name, tmp_path):
    from casework.report.pdf import html_to_pdf

    made = html_to_pdf(reports[name], tmp_path / "report.pdf")
    assert made.read_bytes().startswith(b"%PDF-")
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on this machine (Debian: apt install poppler-utils)")
    text = subprocess.run(["pdftotext", "-layout", str(made), "-"], capture_output=True, check=True).stdout.decode()
    flat = "".join(text.split())
    words = sample["TEXT"][name]
    for part in (words["title"], words["figure"], words["finding"], "<script>alert('x')</script>"):
        assert "".join(part.split()) in flat
    assert "1/" in flat  # the page number
    assert ("secretdefault" in flat) == (name == "en")  # folded code is printed
    fonts = subprocess.run(["pdffonts", str(made)], capture_output=True, check=True).stdout.decode().splitlines()[2:]
    assert all(" yes yes yes " in line for line in fonts)  # embedded, subset, with their text


def test_docx_of_the_same_file(reports, tmp_path):
    pytest.importorskip("pypandoc")
    from casework.report.docx import html_to_docx

    made = html_to_docx(reports["zh"], tmp_path / "report.docx")
    with zipfile.ZipFile(made) as archive:
        document = archive.read("word/document.xml").decode("utf-8")
    assert "什么让顾客留下来" in document
    assert "<m:oMath>" in document
