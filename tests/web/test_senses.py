"""What fingers, and eyes that need colours of their own, find on the page."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.fix_page import Complaints, PageDaemon
from tests.web.chat import answer, articles, ask
from tests.web.furnished import furnish

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

SMALL = """
() => [...document.querySelectorAll("button, summary, select, [role=button], [role=tab], input[type=search]")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".hidden"))
    .map((each) => [each.textContent.trim() || each.ariaLabel, Math.round(each.getBoundingClientRect().height)])
    .filter(([, height]) => height > 1 && height < 44)
"""


def test_whatever_is_touched_is_as_large_as_a_finger(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon, complaints: Complaints
) -> None:
    phone = open_context(
        base_url=page_daemon.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ).new_page()
    complaints.watch(phone)
    phone.goto("/")
    furniture = furnish(phone)
    answer(phone).get_by_role("button", name="Copy", exact=True).first.wait_for()
    assert phone.evaluate(SMALL) == []
    altered = phone.evaluate(
        "() => { const made = document.createElement('summary'); made.textContent = 'More of it';"
        " document.querySelector('.markdown').append(made); return made.offsetHeight }"
    )
    assert altered >= 44, "in a stranger's text, too"
    places = ("/tasks", furniture.task, "/machine", "/models", "/models/queue", furniture.row, "/settings")
    for address in places:
        phone.goto(address)
        phone.get_by_role("heading", level=1).wait_for()
        phone.get_by_role("main").locator("[aria-busy=true]").first.wait_for(state="detached")
        assert phone.evaluate(SMALL) == [], address


def test_what_is_meant_is_told_without_colours(page: "Page", page_daemon: PageDaemon) -> None:
    ask(page, "The first")
    answer(page)
    ask_elsewhere = page.context.new_page()
    ask_elsewhere.goto("/chat")
    page.emulate_media(forced_colors="active")
    outline = "element => getComputedStyle(element).outlineStyle"
    page.get_by_role("button", name="Good answer").click()
    page.keyboard.press("Escape")
    page.mouse.click(5, 5)
    pressed = articles(page).last.locator("[aria-pressed=true]")
    pressed.wait_for()
    assert pressed.evaluate(outline) == "solid"
    bad = articles(page).last.get_by_role("button", name="Bad answer")
    assert bad.evaluate(outline) == "none"
    navigation = page.get_by_role("navigation").first.get_by_role("link")
    told = {link.inner_text(): link.evaluate(outline) for link in navigation.all()}
    assert told.pop("Chat") == "solid"
    assert set(told.values()) == {"none"}
    page.get_by_role("list", name="Conversations").get_by_role("link").first.wait_for()
    current = page.get_by_role("list", name="Conversations").locator("[aria-current]")
    assert current.evaluate(outline) == "solid"
    # An answer that has come in a conversation that isn't open is told by a dot.
    page_daemon.run("chat", "--conversation", page.url.rsplit("/", 1)[1], stdin="More [[simulate: tokens=5]]\n")
    page.goto("/chat")
    dot = page.get_by_role("list", name="Conversations").locator(".dot").first
    dot.wait_for()
    back = "element => getComputedStyle(element).backgroundColor"
    assert dot.evaluate(back) != page.locator("body").evaluate(back)
