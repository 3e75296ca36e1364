"""The way in: the first user of a new daemon, log-ins that are refused and not, out and in again."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fix_page import PageDaemon
from tests.starting import Starter
from tests.web.chat import answer, ask

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

TOKEN = "a-token-of-the-operators-own"
PASSWORD = "several words in a row"
MANY_GUESSES = 15


@pytest.fixture(scope="module")
def page_daemon(tmp_path_factory: pytest.TempPathFactory, starter: Starter, browser: "Browser") -> Iterator[PageDaemon]:
    """A daemon without users that lets the first one be made."""
    place = tmp_path_factory.mktemp("page") / "data"
    started = PageDaemon(starter, place, "--demo", ORCHD_SETUP_TOKEN=TOKEN)
    started.start()
    yield started
    started.stop()


def log_in(page: "Page", name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def described(page: "Page", label: str) -> str:
    """What a field says is wrong with what stands in it."""
    page.get_by_role("button", disabled=True).wait_for(state="detached")
    field = page.get_by_label(label, exact=True)
    page.wait_for_function("(field) => field.getAttribute('aria-invalid') === 'true'", arg=field.element_handle())
    ids = (field.get_attribute("aria-describedby") or "").split()
    return " ".join(page.locator(f"[id='{each}']").inner_text() for each in ids)


def test_from_the_first_user_to_a_wrong_password(page: "Page", page_daemon: PageDaemon) -> None:
    page.goto("/setup")
    page.get_by_text("This link is not complete.").wait_for()
    assert page.get_by_role("button", name="Set up").is_disabled()
    page.goto(f"/setup#{TOKEN}")  # which loads nothing anew
    page.get_by_text("This link is not complete.").wait_for(state="detached")
    assert page.url == f"{page_daemon.url}/setup", "the secret stays in no address"
    page.get_by_label("Name").fill("ana")
    page.get_by_label("Password", exact=True).fill("password1234")
    page.get_by_label("Repeat the password").fill("another one")
    page.get_by_role("button", name="Set up").click()
    assert "The two passwords are different." in described(page, "Repeat the password")
    page.get_by_label("Repeat the password").fill("password1234")
    page.get_by_role("button", name="Set up").click()
    assert "This password can't be used." in described(page, "Password")
    for label in ("Password", "Repeat the password"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Set up").press("Enter")
    ask(page, "In?")
    answer(page)
    assert "/chat/" in page.url
    page.goto("/settings/profile")
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Log in").wait_for()
    page.goto(f"/setup#{TOKEN}")
    page.get_by_text("The first user was made already.").wait_for()
    assert page.get_by_role("textbox").count() == 0, "nobody fills in a form that can't be taken"
    page.get_by_role("link", name="Log in").click()
    page.get_by_role("button", name="Log in").wait_for()
    log_in(page, "ana", "wrong")
    assert "The name or the password is wrong." in described(page, "Password")
    assert page.get_by_label("Name").input_value() == "ana"
    told = ""
    for _ in range(MANY_GUESSES):  # some cost no wait, and each further one is twice as long as the one before
        page.get_by_label("Password").fill("")
        log_in(page, "ben", "wrong")
        told = described(page, "Password")
        if "Too many" in told:
            break
    assert re.fullmatch(r"Too many failed attempts. Try again in [1-9]\d? sec\.", told)


def test_the_first_user_is_an_admin_wherever_they_are_made(
    open_context: Callable[..., "BrowserContext"], tmp_path: Path, starter: Starter
) -> None:
    daemon = PageDaemon(starter, tmp_path / "data", "--demo")
    daemon.start()
    try:
        page = open_context(base_url=daemon.url).new_page()
        page.goto("/settings/users?id=new")
        page.get_by_role("heading", name="The first user, an administrator").wait_for()
        page.get_by_text("At least 12 characters.").wait_for()
        assert page.get_by_label("Role").count() == 0
        page.get_by_label("Name").fill("ana")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Create").click()
        window = page.get_by_role("dialog")
        window.get_by_text("There are users now").wait_for()
        assert page.get_by_text("can't be reached").count() == 0
        window.get_by_label("Name").fill("ana")
        window.get_by_label("Password").fill(PASSWORD)
        window.get_by_role("button", name="Log in").click()
        window.wait_for(state="detached")
        page.get_by_role("heading", name="ana").wait_for()
        assert page.get_by_label("Role").input_value() == "admin"
    finally:
        daemon.stop()


def test_the_address_that_was_wanted_and_the_language_that_is_chosen(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon
) -> None:
    loaded: list[str] = []
    page = open_context(base_url=page_daemon.url).new_page()
    page.on("response", lambda response: loaded.append(response.url))
    nobody = {"error": {"code": "unauthorized", "message": "no user", "details": {"reason": "no_users"}}}
    page.route(
        "**/session", lambda route: route.fulfill(status=401, json=nobody)
    )  # as from elsewhere, before all users
    page.goto("/login")
    page.get_by_role("heading", name="Nobody can log in yet").wait_for()
    page.get_by_text("orchd user add --admin NAME").wait_for()
    page.unroute("**/session")
    page.goto("/tasks?status=failed")
    page.get_by_role("combobox", name="Language").select_option("pt-BR")
    page.get_by_role("button", name="Entrar").wait_for()
    assert page.evaluate("document.documentElement.lang") == "pt-BR"
    assert not [url for url in loaded if "/assets/start" in url], "the page is loaded only behind the log-in"
    page.get_by_label("Nome").fill("ana")
    page.get_by_label("Senha").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Tarefas", level=1).wait_for()
    assert page.url == f"{page_daemon.url}/tasks?status=failed"
    refused = "() => { try { document.body.innerHTML = '<b>'; } catch (error) { return error.name; } }"
    assert page.evaluate(refused) == "TypeError", "no text becomes HTML by itself"
    page.goto("/login?to=/machine")  # who is in already need not log in
    page.get_by_role("heading", name="Máquina", level=1).wait_for()
    found = page.goto("/nothing")
    assert found is not None
    assert found.status == 404
    page.get_by_role("heading", name="Esta página não existe", level=1).wait_for()
    page.goto("/workspace/nothing")
    page.get_by_role("heading", name="Esta página não existe", level=1).wait_for()
    page.goto("/workspace/project?order=name")
    page.get_by_role("heading", name="Projetos", level=1).wait_for()
    assert page.url == f"{page_daemon.url}/workspace/projects?order=name"
