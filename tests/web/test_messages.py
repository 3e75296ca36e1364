"""What people do with messages: marks, verification, deletion; and how an answer comes."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fix_page import Complaints, PageDaemon
from tests.web.chat import AlteredFrames, answer, articles, ask, box
from tests.web.listening import announcements, listen
from tests.web.stored import export_of, question_and_answer

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

HOSTILE = """
<script>window.done = 1</script>
<img src=x onerror="window.done = 1">
[a](javascript:window.done=1) [b](JaVaScRiPt:window.done=1) [c](java&#10;script:window.done=1)
[d](data:text/html,<script>window.done=1</script>) [e](https://example.org/)
<a href=" javascript:window.done=1">f</a>

<svg onload="window.done = 1"><style>* { display: none }</style></svg>
<math><mtext></form><form><mglyph><style></math><img src onerror="window.done = 1">
<iframe src=//example.org></iframe><object data=//example.org/x></object><embed src=//example.org/y>

<p style="position: fixed; inset: 0; background: url(//example.org/z)"
class="fixed" onclick="window.done = 1">over it</p>
<base href=//example.org/><meta http-equiv=refresh content="0;url=//example.org">
<link rel=stylesheet href=//example.org/a>
<details open ontoggle="window.done = 1">g</details><form action=/logout><button autofocus>h</button></form>

![a](https://example.org/track.png) ![b](/logout) $\\href{javascript:window.done=1}{i}$
"""
"""All that strangers have ever put into texts to run something, or to be told that somebody has read it."""


def test_marks_and_a_way_back_from_deletion(page: "Page") -> None:
    ask(page, "One [[simulate: tokens=20]]")
    first = answer(page)
    first.get_by_role("button", name="Good answer").click()
    page.get_by_role("textbox", name="What was good about it?").fill("It is short")
    page.get_by_role("button", name="Save", exact=True).click()
    first.get_by_role("button", name="React").click()
    page.get_by_role("textbox", name="Another emoji").fill("xy")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("dialog").get_by_role("alert").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="🎉").click()
    page.reload()
    kept = answer(page)
    assert kept.get_by_role("button", name="Good answer").get_attribute("aria-pressed") == "true"
    kept.get_by_role("button", name="🎉, 1").click()
    kept.get_by_role("group", name="Reactions").wait_for(state="detached")
    kept.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete", exact=True).click()
    page.get_by_role("button", name="Undo").click()
    answer(page)
    question = articles(page).first
    question.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete", exact=True).click()
    page.get_by_role("heading", name="Nothing is left here.").wait_for()
    page.get_by_role("button", name="Deleted messages").click()
    page.get_by_role("dialog").get_by_role("button", name="Restore").click()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    answer(page)
    assert articles(page).count() == 2


def test_a_check_marks_claims_and_is_there_after_a_reload(page: "Page") -> None:
    ask(page, "Lisbon? [[simulate: tokens=40]]")
    answer(page).get_by_role("button", name="Verify").click()
    ledger = page.get_by_role("region", name="Verification")
    ledger.get_by_role("button", name="Check again").wait_for()
    claims = ledger.get_by_role("list").last.get_by_role("button")
    assert claims.count() > 1
    marked = "[...CSS.highlights.values()].flatMap((each) => [...each]).map(String)"
    assert len(page.evaluate(marked)) == claims.count()
    claims.nth(1).click()
    assert claims.nth(1).get_attribute("aria-expanded") == "true"
    (chosen,) = page.evaluate("[...CSS.highlights.get('claim-chosen')].map(String)")
    assert chosen.strip(" .") in claims.nth(1).inner_text()
    answer(page).locator(".markdown p").first.click(position={"x": 5, "y": 8})
    assert claims.first.get_attribute("aria-expanded") == "true", "a claim in the text leads to what is known of it"
    page.reload()
    answer(page).get_by_text("Undecided").wait_for()
    answer(page).get_by_role("button", name="Verify").click()
    ledger.get_by_role("button", name="Check again").wait_for()
    assert page.evaluate(marked)


def test_an_answer_is_heard_by_sentence_and_leaves_the_reader_in_place(page: "Page") -> None:
    ask(page, "Short. [[simulate: tokens=5]]")
    answer(page)
    listen(page)
    ask(page, "Long. [[simulate: tokens=1500,interval=0.002]]")
    articles(page).nth(3).get_by_text("Simulated answer").wait_for()
    heard = page.get_by_role("log", name="The answer as it comes")
    heard.get_by_role("paragraph").first.wait_for()
    articles(page).last.get_by_role("paragraph").nth(6).wait_for()
    page.get_by_role("log", name="Messages").hover()
    page.mouse.wheel(0, -400)
    page.get_by_role("button", name="To the end").wait_for()
    place = "document.querySelector('.scroll').scrollTop"
    before = page.evaluate(place)
    whole = answer(page).inner_text()
    assert page.evaluate(place) == before, "the place is the reader's own"
    said = announcements(page)
    assert said[-1] == "The answer has ended."
    began = next(place for place, text in enumerate(said) if text.startswith("Simulated answer"))
    words = re.sub(r"\W+", " ", " ".join(said[began:]))
    assert words.count("Simulated answer") == 1
    assert all(len(each) < 600 for each in said)
    assert re.sub(r"\W+", " ", whole).find(words.split("The answer")[0].strip()[:200]) >= 0


def test_an_answer_that_somebody_else_asks_for_comes_here_too(page: "Page", page_daemon: PageDaemon) -> None:
    ask(page, "First [[simulate: tokens=5]]")
    answer(page)
    number = page.url.rsplit("/", 1)[1]
    page_daemon.run("chat", "--conversation", number, stdin="From a terminal [[simulate: tokens=30]]\n")
    articles(page).nth(3).wait_for()
    answer(page)
    assert "From a terminal" in articles(page).nth(2).inner_text()
    assert articles(page).count() == 4


def test_a_question_without_a_connection_is_there_once(page: "Page", page_daemon: PageDaemon) -> None:
    ask(page, "First [[simulate: tokens=5]]")
    answer(page)
    page.context.set_offline(True)
    ask(page, "Typed on a train [[simulate: tokens=5]]")
    articles(page).nth(2).get_by_text("Typed on a train").wait_for()
    page.context.set_offline(False)
    articles(page).nth(3).wait_for()
    answer(page)
    assert page.get_by_role("article", name="You").filter(has_text="Typed on a train").count() == 1
    assert box(page).input_value() == ""


def test_a_hostile_answer_does_nothing_and_asks_nobody(page: "Page", complaints: Complaints) -> None:
    altered = AlteredFrames(page)
    ask(page, "Before")
    answer(page)
    altered.by(
        lambda frame: (
            frame["type"] == "chat:history"
            and frame["data"]["messages"][1].update(content=f"{HOSTILE}\n\nthe end of it")
        )
    )
    asked: list[str] = []
    opened: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: opened.append(dialog.message))
    page.on("popup", lambda other: opened.append(other.url))
    page.reload()
    written = answer(page).locator(".markdown")
    written.get_by_text("the end of it").wait_for()
    place = page.url
    for link in written.locator("a[href]").all():
        link.hover()
        assert re.match(r"https?://|mailto:", link.get_attribute("href") or "")
    written.get_by_text("the end of it").click()
    assert page.evaluate("window.done") is None
    assert written.locator("script, style, svg, iframe, object, embed, form, base, meta, img, [onclick]").count() == 0
    assert not opened
    assert not [url for url in asked if not url.startswith(page.evaluate("location.origin"))]
    assert page.url == place
    box(page).fill("and the box is where it was")
    over = written.get_by_text("over it")
    assert over.evaluate("text => getComputedStyle(text).position") == "static"
    # What is taken out of the text, the page's policy has forbidden as well.
    assert all("Content Security Policy" in each for each in complaints), complaints
    complaints.clear()


def test_hostile_text_and_a_right_to_left_one_on_a_phone(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon
) -> None:
    phone = open_context(
        base_url=page_daemon.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ).new_page()
    phone.goto("/")
    ask(phone, "مرحبا <img src=x onerror=alert(1)> " + "x" * 500 + " [[simulate: tokens=10]]")
    answer(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.evaluate("document.querySelectorAll('article img').length") == 0
    sizes = phone.evaluate(
        "[...document.querySelectorAll('article button')].map((each) => each.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 44, "a finger finds them"


INSTRUCTIONS = """1. Install[^1]:

   ```bash
   echo "it"
   ```

2. Run it.

> [!WARNING]
> Not as root:
>
> ```python
> print("hi")
> ```

- [x] read
- [ ] understood

[^1]: Once is enough.
"""


def test_code_in_lists_and_quotes_is_code(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon, complaints: Complaints, tmp_path: Path
) -> None:
    file = tmp_path / "steps.json"
    file.write_text(export_of([question_and_answer(1, "How is it installed?", INSTRUCTIONS)]))
    page_daemon.run("import", str(file))
    context = open_context(base_url=page_daemon.url, locale="pt-BR", color_scheme="dark")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    complaints.watch(page)
    page.goto("/")
    page.get_by_role("link", name="How is it installed?").click()
    for place, language, code in (("li", "bash", 'echo "it"'), (".alert", "python", 'print("hi")')):
        figure = page.locator(f".markdown {place} figure")
        figure.scroll_into_view_if_needed()
        assert language in figure.inner_text()
        figure.locator("pre [class^=hljs]").first.wait_for()
        figure.get_by_role("button", name="Copiar código").click()
        figure.get_by_text("Copiado").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == code
    assert (page.get_by_role("note", name="Aviso").text_content() or "").split()[:2] == ["Aviso", "Not"]
    assert page.get_by_role("checkbox").evaluate_all("all => all.map((each) => each.checked)") == [True, False]
    page.locator(".markdown").get_by_role("link", name="1", exact=True).click()
    page.locator(".footnote-text:focus", has_text="Once is enough.").wait_for()
    page.get_by_role("button", name="Voltar ao texto da nota 1").click()
    page.locator("a.footnote:focus").wait_for()
    assert "?" not in page.url, "footnotes stay in their message"
