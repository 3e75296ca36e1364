"""The documentation in a browser: what it loads, that its policy forbids nothing of it, its search, and a phone."""

import gzip
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from orchd.pages.documentation import DOCUMENTATION_PLACE, FOLDERS
from tests.fix_page import Complaints, PageDaemon

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

MOST_BYTES = 1024 * 1024
"""Of all of it as it lies in the single file."""

PHONE_WIDTH = 360


@pytest.fixture(scope="module")
def site() -> Path:
    if not (DOCUMENTATION_PLACE / "index.html.gz").is_file():
        (pytest.fail if os.environ.get("ORCHD_TEST_REQUIRE") else pytest.skip)("it isn't built (make docs)")
    return DOCUMENTATION_PLACE


def test_it_is_small_and_all_of_it_is_served(site: Path) -> None:
    files = [path.relative_to(site) for path in site.rglob("*.gz")]
    assert sum((site / path).stat().st_size for path in files) <= MOST_BYTES
    assert {path.parent.as_posix() for path in files} == {folder or "." for folder in FOLDERS}
    documents = [path for path in files if path.name.endswith(".html.gz")]
    assert len(documents) > 50
    for path in documents:
        text = gzip.decompress((site / path).read_bytes()).decode()
        assert not re.search(r"<(script|style)>|<[^>]* (style|on\w+)=", text), path


def test_reading_searching_and_a_phone(
    site: Path,
    open_context: Callable[..., "BrowserContext"],
    page_daemon: PageDaemon,
    complaints: Complaints,
) -> None:
    context = open_context(base_url=page_daemon.url, color_scheme="dark")
    page = context.new_page()
    complaints.watch(page)
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.goto("/settings/about")
    assert page.get_by_role("link", name="How to use, run and program it").get_attribute("href") == "/docs/"
    page.goto("/docs")
    assert page.url == f"{page_daemon.url}/docs/"
    page.get_by_role("heading", name="orchd", level=1).wait_for()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark

    page.get_by_role("textbox", name="Search").fill("heartbeat")
    page.keyboard.press("Enter")
    found = page.locator("#search-results li a").first
    found.wait_for()
    page.locator("#search-results .context").first.wait_for()  # a piece of the page, which is fetched
    found.click()
    page.get_by_text("heartbeat", exact=False).first.wait_for()

    page.set_viewport_size({"width": PHONE_WIDTH, "height": 740})
    for name in ("settings", "protocol/task", "protocol"):
        page.goto(f"/docs/{name}.html")
        page.get_by_role("heading", level=1).first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH, name
    assert page.goto("/docs/absent.html").status == 404  # type: ignore[union-attr]
    assert all(url.startswith(page_daemon.url) for url in urls), "nothing comes from elsewhere"
