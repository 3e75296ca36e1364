"""What holds on the whole page: nothing that axe finds, both languages, keys, sessions that end while they are used."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import PageDaemon
from tests.fix_typescript import ROOT
from tests.web.chat import answer, ask, box

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

AXE = ROOT / "orchd" / "web" / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "several words in a row"
PLACES = (
    "/chat",
    "/tasks",
    "/machine",
    "/models",
    "/models/benchmarks",
    "/workspace/assistants",
    "/workspace/workflows?id=new",
    "/workspace/accounts?id=new",
    "/workspace/files",
    "/settings/appearance",
    "/settings/notifications",
    "/settings/profile",
    "/settings/tokens",
    "/settings/users",
    "/settings/quotas",
    "/settings/audit",
    "/settings/access",
)


@pytest.fixture(scope="module")
def page_daemon(tmp_path_factory: pytest.TempPathFactory, browser: "Browser") -> Iterator[PageDaemon]:
    """A daemon with users, of whom one, ana, is an admin."""
    started = PageDaemon(tmp_path_factory.mktemp("page") / "data", "--demo")
    started.start()
    started.run("user", "add", "ana", "--role", "admin", "--password-file", "-", stdin=PASSWORD)
    yield started
    started.stop()


def log_in(page: "Page") -> None:
    page.get_by_label("Name").fill("ana")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.locator("#content").wait_for()


def open_palette(page: "Page", words: str) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Go to, or do").wait_for()
    page.keyboard.type(words)


def faults(page: "Page") -> list[str]:
    """What axe finds: each rule that is broken, with where."""
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(({id, nodes}) => [id, nodes.map(({html}) => html)])"
    )
    return [f"{page.url} {rule}: {places}" for rule, places in found]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon, scheme: str, width: int
) -> None:
    viewport = {"width": width, "height": 844}
    # what axe is injected by, the page's own policy forbids
    context = open_context(base_url=page_daemon.url, color_scheme=scheme, viewport=viewport, bypass_csp=True)
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Password").wait_for()
    found = faults(page)
    page.goto("/setup#not-a-token")
    page.get_by_role("button", name="Set up").wait_for()
    found += faults(page)
    page.goto("/login")
    log_in(page)
    for place in PLACES:
        page.goto(place)
        (box(page) if place == "/chat" else page.get_by_role("heading", level=1)).wait_for()
        found += faults(page)
    open_palette(page, "")
    found += faults(page)
    assert found == []


def test_a_session_that_ends_while_it_is_used(page: "Page", page_daemon: PageDaemon) -> None:
    log_in(page)
    ask(page, "Before")
    answer(page)
    box(page).fill("half a thought")
    page.evaluate("window.kept = 'the same page'")
    cookie = {each["name"]: each["value"] for each in page.context.cookies()}
    page_daemon.run("user", "passwd", "ana", "--password-file", "-", stdin=PASSWORD)  # which logs all browsers out
    dialog = page.get_by_role("dialog", name="Log in")
    dialog.get_by_text("ended elsewhere, by you or an administrator").wait_for()
    assert dialog.get_by_label("Name").input_value() == "ana"
    log_in(page)
    dialog.wait_for(state="detached")
    assert box(page).input_value() == "half a thought"
    assert page.evaluate("window.kept") == "the same page"
    box(page).press("Enter")
    answer(page)
    assert {each["name"]: each["value"] for each in page.context.cookies()} != cookie


def test_the_page_by_keys_alone_in_both_languages(page: "Page", page_daemon: PageDaemon) -> None:
    log_in(page)
    ask(page, "Which green for the garden door?")
    answer(page)
    open_palette(page, "garden")
    page.get_by_role("option", name="Which green").first.wait_for()
    page.keyboard.press("Escape")
    open_palette(page, "quotas nowhere")
    page.get_by_text("Nothing was found.").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("knowledge")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Knowledge", level=1).wait_for()
    assert page.title() == "Workspace – orchd"
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Shortcuts").wait_for()
    page.keyboard.press("Escape")
    open_palette(page, "portugues")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Conhecimento", level=1).wait_for()
    assert page.evaluate("document.documentElement.lang") == "pt-BR"
    page.reload()
    page.get_by_role("link", name="Configurações").click()
    page.get_by_role("link", name="Tokens").click()
    page.get_by_role("button", name="Novo token").click()
    page.get_by_role("dialog").get_by_label("Nome").fill("script")
    page.get_by_role("dialog").get_by_role("button", name="Criar").click()
    token = page.get_by_role("dialog").locator("code").inner_text()
    page.get_by_role("button", name="Já guardei").click()
    page.get_by_role("listitem").filter(has_text="script").get_by_role("button", name="Revogar").click()
    page.get_by_text("não vale mais nada").first.wait_for()
    told = page.request.get("/session", headers={"Authorization": f"Bearer {token}", "Cookie": ""})
    assert told.status == 401
