"""What holds on the whole page: both languages, keys, sessions that end while they are used."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import Complaints, PageDaemon
from tests.starting import Starter
from tests.web.chat import ENDLESS, answer, articles, ask, box
from tests.web.furnished import ROWS, send_frames
from tests.web.people import PASSWORD, daemon_with_ana, log_in, open_palette

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="module")
def page_daemon(tmp_path_factory: pytest.TempPathFactory, starter: Starter, browser: "Browser") -> Iterator[PageDaemon]:
    """A daemon with users, of whom one, ana, is an admin."""
    with daemon_with_ana(tmp_path_factory, starter) as started:
        yield started


def test_a_session_that_ends_while_it_is_used(page: "Page", page_daemon: PageDaemon) -> None:
    log_in(page)
    ask(page, "Before")
    answer(page)
    box(page).fill("half a thought")
    page.evaluate("window.kept = 'the same page'")
    cookie = {each["name"]: each["value"] for each in page.context.cookies()}
    page_daemon.run("user", "passwd", "ana", "--password-file", "-", stdin=PASSWORD)  # which logs all browsers out
    dialog = page.get_by_role("dialog", name="Log in")
    dialog.get_by_text("Your session was ended elsewhere, by you or an administrator.").wait_for()
    assert dialog.get_by_label("Name").input_value() == "ana"
    log_in(page)
    dialog.wait_for(state="detached")
    assert box(page).input_value() == "half a thought"
    assert page.evaluate("window.kept") == "the same page"
    box(page).press("Enter")
    answer(page)
    assert {each["name"]: each["value"] for each in page.context.cookies()} != cookie


def test_a_session_that_ended_while_the_page_had_no_connection(page: "Page", page_daemon: PageDaemon) -> None:
    log_in(page)
    box(page).fill("half a thought")
    page.evaluate("window.kept = 'the same page'")
    page_daemon.kill()
    page.get_by_role("status", name="Connection").get_by_text("away").wait_for()
    page_daemon.run("user", "passwd", "ana", "--password-file", "-", stdin=PASSWORD)
    page_daemon.start()
    dialog = page.get_by_role("dialog", name="Log in")
    dialog.get_by_text("Your session was ended elsewhere, by you or an administrator.").wait_for()
    log_in(page)
    dialog.wait_for(state="detached")
    assert box(page).input_value() == "half a thought"
    assert page.evaluate("window.kept") == "the same page"
    box(page).press("Enter")
    answer(page)


def test_a_session_that_is_revoked_from_another_browser_while_it_answers(
    page: "Page", open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon, complaints: Complaints
) -> None:
    log_in(page)
    ask(page, ENDLESS)
    articles(page).last.get_by_text("Simulated answer").wait_for()
    box(page).fill("half a thought")
    other = open_context(base_url=page_daemon.url).new_page()
    complaints.watch(other)
    other.goto("/settings/logins")
    log_in(other)
    other.get_by_role("button", name="Log all others out").click()
    dialog = page.get_by_role("dialog", name="Log in")
    dialog.get_by_text("Your session was ended elsewhere").wait_for()
    log_in(page)
    dialog.wait_for(state="detached")
    assert box(page).input_value() == "half a thought"
    page.get_by_role("button", name="Stop").click()  # nobody's answer ends with a session
    assert answer(page).inner_text().count("Simulated answer") == 1
    assert articles(page).count() == 2


def test_the_page_by_keys_alone_in_both_languages(page: "Page", page_daemon: PageDaemon) -> None:
    log_in(page)
    ask(page, "Which green for the garden door?")
    answer(page)
    open_palette(page, "garden")
    for kind in ("Conversation", "Message"):
        page.get_by_role("option", name="Which green").filter(has_text=kind).first.wait_for()
    page.keyboard.press("Escape")
    open_palette(page, "quotas nowhere")
    page.get_by_text("Nothing was found.").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("knowledge")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Knowledge", level=1).wait_for()
    assert page.title() == "Knowledge – Workspace – orchd"
    page.keyboard.press("?")
    for key in ("F2", "Del"):
        page.get_by_role("dialog", name="Shortcuts").get_by_text(key, exact=True).wait_for()
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
    open_palette(page, "sessoes", "Ir para, ou fazer")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Sessões", level=1).wait_for()


def test_the_menu_says_who_one_is_and_leads_to_what_is_ones_own_and_out(page: "Page") -> None:
    log_in(page)
    own = page.get_by_role("button", name="Logged in as ana")
    assert own.inner_text().strip() == "ana"
    for name in ("Profile", "Sessions", "Tokens"):
        own.press("Enter")
        page.get_by_role("menuitem", name=name).click()
        page.get_by_role("heading", name=name, level=1).wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name=re.compile("otification")).wait_for()  # beside the menu, and not in it
    page.get_by_role("button", name="Menu", exact=True).click()
    own.click()
    page.get_by_role("menuitem", name="Log out").click()
    page.get_by_role("button", name="Log in").wait_for()


def test_notifications_go_only_where_they_can_and_the_rest_says_why(
    page: "Page",
    open_context: Callable[..., "BrowserContext"],
    starter: Starter,
    tmp_path: Path,
    complaints: Complaints,
) -> None:
    log_in(page)
    page.goto("/settings/notifications")
    kinds = page.get_by_role("group", name="What you are told of").get_by_role("checkbox")
    kinds.first.wait_for()
    for way, setting in (("e-mail", "smtpHost"), ("a webhook", "web"), ("ntfy", "web")):
        page.get_by_role("region", name=f"By {way}").get_by_text(f"`notification.{setting}`").wait_for()
    assert page.get_by_role("main").get_by_role("checkbox").count() == kinds.count()
    page.goto("/settings/everybody")
    page.get_by_text("What the webhook is told of").wait_for()
    assert page.get_by_role("main").get_by_role("checkbox").count() == kinds.count()

    # Where an operator lets it, an address comes first, and then what is sent there.
    open_one = PageDaemon(starter, tmp_path / "data", "--demo", ORCHD_NOTIFICATION_WEB="true")
    open_one.start()
    try:
        other = open_context(base_url=open_one.url).new_page()
        complaints.watch(other)
        other.goto("/settings/notifications")
        webhook = other.get_by_role("region", name="By a webhook")
        webhook.get_by_text("Once an address is saved here").wait_for()
        assert webhook.get_by_role("checkbox").count() == 0
        webhook.get_by_label("Address of a webhook").fill("https://a.example/hook")
        webhook.get_by_role("button", name="Save").click()
        webhook.get_by_role("group", name="What the webhook is told of").wait_for()
        assert other.get_by_role("region", name="By ntfy").get_by_role("checkbox").count() == 0
    finally:
        open_one.stop()


WIDTHS = (1024, 1100, 1200, 1280)
"""Of narrow desks, where Portuguese, which is longer than English, has to fit."""
_CUT_OFF = """
() => [...document.querySelectorAll("#content table")]
    .map((table) => table.parentElement)
    .filter((frame) => frame.clientWidth > 0 && frame.scrollWidth > frame.clientWidth)
    .length + (document.documentElement.scrollWidth > innerWidth ? 1 : 0)
"""


def test_no_table_is_cut_off_on_a_narrow_desk_in_portuguese(page: "Page") -> None:
    log_in(page)
    send_frames(page, [*ROWS])
    page.evaluate("localStorage.setItem('orchd.language', 'pt-BR')")
    kinds = ("assistants", "prompts", "templates", "instructions", "knowledge", "workflows", "projects", "teams")
    for place in ("/models", *(f"/workspace/{kind}" for kind in kinds), "/settings/users"):
        page.goto(place)
        page.locator("#content tbody tr").first.wait_for()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(_CUT_OFF) == 0, f"{place} at {width}"
    page.goto("/models")
    page.get_by_role("button", name="Descarregar").wait_for()


def test_the_way_back_closes_what_is_open_over_the_page(page: "Page") -> None:
    log_in(page)
    page.get_by_role("link", name="Machine").click()
    page.get_by_role("link", name="Tasks").click()
    page.get_by_role("heading", name="Tasks", level=1).wait_for()
    open_palette(page, "machine")
    page.go_back()
    page.get_by_role("heading", name="Machine", level=1).wait_for()
    page.get_by_role("dialog").wait_for(state="detached")


def test_a_user_who_is_removed_is_out_at_once_and_can_be_had_back(page: "Page", page_daemon: PageDaemon) -> None:
    page_daemon.run("user", "add", "ben", "--role", "member", "--password-file", "-", stdin=PASSWORD)
    log_in(page)
    page.goto("/settings/users")
    ben = page.get_by_role("table", name="Users").get_by_role("row").filter(has_text="ben")
    for then in ("taken back", "disabled by another admin", "gone"):
        ben.get_by_role("link").click()
        remove = page.get_by_role("button", name="Remove the user")
        remove.wait_for()
        assert remove.is_disabled(), "what becomes of what they have made is to be said first"
        page.get_by_label("It goes, too").check()
        remove.click()
        page.get_by_text("“ben” is removed. For good once this notice is gone.").wait_for()
        ben.wait_for(state="detached")
        told = next(line for line in page_daemon.run("user", "list").splitlines() if " ben " in f" {line} ")
        assert "disabled" in told
        if then == "disabled by another admin":
            page_daemon.run("user", "disable", "ben")
        if then != "gone":
            page.get_by_role("button", name="Undo").click()
            ben.filter(has_text="No" if then == "taken back" else "Yes").wait_for()
        if then == "disabled by another admin":
            page.get_by_role("alert").get_by_role("button", name="Dismiss").click()
    page.get_by_role("button", name="Dismiss").last.click()
    page.get_by_text("“ben” is removed.").wait_for(state="detached")
    page.reload()
    page.get_by_role("table", name="Users").wait_for()
    assert ben.count() == 0


def test_a_refusal_says_why_in_the_readers_language_and_by_which_request(page: "Page") -> None:
    log_in(page)
    send_frames(page, [("quota:set", {"userName": "ana", "period": "day", "requests": 1})])
    page.evaluate("localStorage.setItem('orchd.language', 'pt-BR')")
    # As where the page came by plain HTTP from another machine.
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.reload()
    written = page.get_by_role("textbox", name="Mensagem", exact=True)
    alert = page.get_by_role("alert").filter(has_text=re.compile(r"Sua cota está esgotada até .+\."))
    for question in ("the one that is allowed", "one more"):
        written.fill(question)
        written.press("Enter")
    alert.get_by_text("Detalhes").click()
    alert.get_by_text("rate_limited: the quota of 1 request a day is used up").wait_for()
    number = alert.locator("code").inner_text()
    alert.get_by_role("button", name="Copiar").click()
    alert.get_by_role("button", name="Copiado").wait_for()
    written.fill("")
    written.press("Control+v")
    assert number in written.input_value()
