"""A study's explorer as a page of its own: it opens, a slider moves its figure, nothing is complained of."""

from __future__ import annotations

from typing import Any

import pytest

from casework.teach.app import started

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PICTURE = "([...document.querySelectorAll('.widget-output img')].at(-1)?.src ?? '')"


def test_a_study_is_served_as_a_page(browser: Any) -> None:
    pytest.importorskip("voila")
    with started("kano", lang="zh") as app:
        page = browser.new_page()
        page.set_default_timeout(180_000)
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: troubles.append(request.url) if _is_elsewhere(request.url) else None)
        page.goto(app.address)
        page.wait_for_function(f"{PICTURE} !== ''")
        before = page.evaluate(PICTURE)
        page.locator(".noUi-handle").first.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        page.wait_for_function(f"before => {PICTURE} !== before && {PICTURE} !== ''", arg=before)
        assert "什么是客户必需的" in page.title()
        assert page.locator("h1").count() == 1
        page.close()
    assert [text for text in troubles if "favicon" not in text] == []


def _is_elsewhere(address: str) -> bool:
    return not address.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))
