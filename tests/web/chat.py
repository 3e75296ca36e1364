"""What people do on the page of the chat, by the names that everything there has."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def box(page: "Page") -> "Locator":
    """Where one writes."""
    return page.get_by_role("textbox", name="Message", exact=True)


def ask(page: "Page", question: str) -> None:
    """Ask by Enter."""
    box(page).fill(question)
    box(page).press("Enter")


def articles(page: "Page") -> "Locator":
    """The messages of the conversation that is open."""
    return page.get_by_role("log", name="Messages").get_by_role("article")


def answer(page: "Page") -> "Locator":
    """The last message, which is an answer, once it has ended."""
    last = articles(page).last
    last.get_by_role("button", name="Regenerate").wait_for()
    return last
