"""Pictures from elsewhere in an answer: nothing is asked for before the reader says so, and never by the browser."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import Complaints, PageDaemon
from tests.web.chat import AlteredFrames, answer, articles, ask
from tests.web.stored import export_of, question_and_answer

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page, Route

PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
FAR = "https://far.example/cat.png"
TEXT = f"Before.\n\n![A cat]({FAR})\n\n* ![](https://other.example/dog.png) in a list\n\nThe end of it."


class FarPictures:
    """Answers the page in the daemon's place, which would find no such host; and hears whom the browser asks."""

    def __init__(self, page: "Page") -> None:
        self.fetched: list[str] = []
        self.requests: list[str] = []
        page.route("**/pictures", self._answer)
        page.on("request", lambda request: self.requests.append(request.url))

    def _answer(self, route: "Route") -> None:
        url = json.loads(route.request.post_data or "")["url"]
        self.fetched.append(url)
        route.fulfill(status=200, content_type="image/png", body=PNG)


def show_text(page: "Page", text: str) -> None:
    """Have the last answer be this one, from now on."""
    altered = AlteredFrames(page)
    ask(page, "Before")
    answer(page)
    altered.by(
        lambda frame: (
            frame["type"] == "chat:history" and frame["data"]["messages"][1].update(content=text, status="complete")
        )
    )
    page.reload()
    answer(page).get_by_text("The end of it.").wait_for()


def box_of(page: "Page", name: str) -> "Locator":
    """What stands in place of a picture."""
    return answer(page).get_by_role("group", name=name)


def test_a_picture_is_shown_once_its_reader_says_so(page: "Page") -> None:
    far = FarPictures(page)
    show_text(page, TEXT)
    cat = box_of(page, "A cat (far.example)")
    button = cat.get_by_role("button", name="Show picture")
    described = button.evaluate("each => document.getElementById(each.getAttribute('aria-describedby')).textContent")
    assert described.startswith("The daemon will ask far.example for it")
    link = cat.get_by_role("link", name="Open at far.example")
    assert link.get_attribute("href") == FAR
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert far.fetched == []
    above = answer(page).get_by_text("Before.")
    place = above.bounding_box()
    button.focus()
    page.keyboard.press("Enter")
    picture = answer(page).get_by_role("img", name="A cat")
    picture.wait_for()
    assert (picture.get_attribute("src") or "").startswith("blob:")
    assert picture.evaluate("each => each.complete && each.naturalWidth") == 1
    assert above.bounding_box() == place, "what one has read stays where it is"
    assert page.evaluate("document.activeElement.querySelector('img')?.alt") == "A cat", "the focus goes on to it"
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    assert opened.value.url.startswith("blob:")
    opened.value.close()
    assert far.fetched == [FAR]
    page.reload()
    box_of(page, "A cat (far.example)").wait_for()
    assert far.fetched == [FAR], "it was allowed once"
    origin = page.evaluate("location.origin")
    assert not [url for url in far.requests if not url.startswith((origin, f"blob:{origin}"))]


def test_a_host_is_allowed_and_taken_back(page: "Page") -> None:
    far = FarPictures(page)
    show_text(page, TEXT)
    box_of(page, "A cat (far.example)").get_by_role("button", name="Always from far.example").click()
    answer(page).get_by_role("img", name="A cat").wait_for()
    page.reload()
    answer(page).get_by_role("img", name="A cat").wait_for()
    box_of(page, "Picture (other.example)").wait_for()
    assert far.fetched == [FAR] * 2, "of another host none"
    chat = page.url
    page.goto("/settings/appearance")
    page.get_by_role("button", name="Take back far.example").click()
    page.get_by_text("No server is allowed").wait_for()
    page.goto(chat)
    box_of(page, "A cat (far.example)").get_by_role("button", name="Show picture").wait_for()
    assert far.fetched == [FAR] * 2


def test_a_picture_that_is_far_below_is_not_asked_for(page: "Page") -> None:
    far = FarPictures(page)
    page.evaluate("localStorage.setItem('orchd.pictures.0', '[\"far.example\"]')")
    show_text(page, f"![A cat]({FAR})\n\n" + "More.\n\n" * 300 + "The end of it.")
    answer(page).get_by_text("The end of it.").scroll_into_view_if_needed()
    assert far.fetched == []
    box_of(page, "A cat (far.example)").scroll_into_view_if_needed()
    answer(page).get_by_role("img", name="A cat").wait_for()


def test_a_linked_picture_keeps_its_link_and_a_long_description_its_bounds(page: "Page") -> None:
    FarPictures(page)
    long = "A cat on a mat. " * 300
    show_text(
        page,
        f"[![A cat]({FAR})](https://to.example/page)\n\n![{long}](https://other.example/dog.png)\n\nThe end of it.",
    )
    box = box_of(page, "A cat (far.example)")
    link = box.get_by_role("link", name="Follow its link to to.example")
    assert link.get_attribute("href") == "https://to.example/page"
    wordy = articles(page).last.get_by_role("group").last
    bounds = wordy.bounding_box()
    assert bounds is not None
    assert bounds["height"] < 250
    assert len(wordy.get_attribute("aria-label") or "") < 250
    box.get_by_role("button", name="Show picture").click()
    picture = answer(page).get_by_role("link").filter(has=page.get_by_role("img", name="A cat", exact=True))
    picture.wait_for()
    assert picture.get_attribute("href") == "https://to.example/page"
    answer(page).get_by_role("link", name="Open it large").wait_for()


def test_a_failure_says_why_in_the_readers_language(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon, complaints: Complaints, tmp_path: Path
) -> None:
    file = tmp_path / "cat.json"
    file.write_text(export_of([question_and_answer(1, "A cat?", "![Um gato](http://127.0.0.1/cat.png)", title="Gato")]))
    page_daemon.run("import", str(file))
    page = open_context(base_url=page_daemon.url, locale="pt-BR").new_page()
    complaints.watch(page)
    page.route("**/assets/reason-texts-*", lambda _held: None)
    page.goto("/")
    page.get_by_role("link", name="Gato").first.click()
    box = page.get_by_role("group", name="Um gato (127.0.0.1)")
    box.get_by_role("button", name="Mostrar imagem").click()
    again = box.get_by_role("button", name="Tentar de novo")
    again.wait_for()
    assert box.get_by_role("alert").inner_text() == "", "what is coming is waited for, and not said in English"
    page.unroute("**/assets/reason-texts-*")  # which lets go on what was held
    box.get_by_role("alert").get_by_text("rede do próprio serviço").wait_for()
    again.click()
    box.get_by_role("alert").wait_for()
    page.route("**/assets/reason-texts-*", lambda route: route.abort())
    page.reload()
    box.get_by_role("button", name="Mostrar imagem").click()
    box.get_by_role("alert").get_by_text("own network are not allowed").wait_for()


@pytest.mark.parametrize("shown", [True, False])
def test_paper_has_the_picture_or_its_name(page: "Page", *, shown: bool) -> None:
    FarPictures(page)
    show_text(page, TEXT)
    box = articles(page).last.get_by_role("group", name="A cat (far.example)")
    if shown:
        box.get_by_role("button", name="Show picture").click()
        answer(page).get_by_role("img", name="A cat").wait_for()
    page.emulate_media(media="print")
    printed = articles(page).last
    if shown:
        assert printed.get_by_role("img", name="A cat").is_visible()
    else:
        assert box.is_visible()
        assert printed.get_by_text("A cat").is_visible()
        assert printed.get_by_text("far.example", exact=True).is_visible()
    assert printed.get_by_role("button").count() == 0
