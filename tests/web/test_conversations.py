"""The list of conversations, as people use it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fix_page import Complaints, PageDaemon
from tests.web.chat import answer
from tests.web.stored import animals, export_of, question_and_answer, talk

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

MANY = 1500
"""So many conversations are more than a dozen pages. (10 000 are as quick, but take too long to be stored here.)"""


def rows(page: "Page") -> "Locator":
    return page.get_by_role("list", name="Conversations").get_by_role("link")


def do(page: "Page", title: str, action: str) -> None:
    """Choose from the menu of a conversation."""
    rows(page).filter(has_text=title).hover()
    page.get_by_role("button", name=f"Actions for “{title}”").click()
    page.get_by_role("menuitem", name=action).click()


def test_a_list_that_is_imported_and_changed_by_the_keys(page: "Page", tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(export_of([*animals(0, 3), {"id": "broken"}]))
    page.get_by_role("button", name="Import and export").click()
    page.get_by_role("menuitem", name="Import…").click()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("3 imported · 0 skipped · 1 failed").wait_for()
    assert "No. 4" in page.get_by_role("dialog").inner_text()
    page.get_by_role("button", name="Close").click()
    assert page.get_by_role("heading", name="March 2025").is_visible()

    # By the keys alone: down, another name, away, and back.
    rows(page).filter(has_text="Animal 2").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("F2")
    page.get_by_role("textbox", name="Title").fill("Zebra")
    page.keyboard.press("Enter")
    rows(page).filter(has_text="Zebra").wait_for()
    page.locator("a:focus", has_text="Zebra").wait_for()
    page.keyboard.press("Delete")
    page.get_by_text("“Zebra” was deleted.").wait_for()
    assert rows(page).filter(has_text="Zebra").count() == 0
    page.get_by_role("button", name="Undo").click()
    rows(page).filter(has_text="Zebra").wait_for()


def test_a_list_that_is_put_in_order_and_searched(page: "Page", page_daemon: PageDaemon, tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(export_of(animals(200, 3)))
    page_daemon.run("import", str(file))
    do(page, "Animal 201", "Folder, tags")
    page.get_by_label("Folder", exact=True).fill("Stripes")
    page.get_by_role("textbox", name="Tags").fill("africa, grass")
    page.get_by_role("button", name="Save").click()
    show = page.get_by_role("combobox", name="Show")
    show.get_by_role("option", name="grass (1)").wait_for(state="attached")
    show.select_option(label="Stripes (1)")
    page.locator("[role=listitem]:only-child", has_text="Animal 201").wait_for()
    assert rows(page).all_inner_texts() == ["Animal 201"]
    show.select_option(label="All conversations")
    do(page, "Animal 200", "Pin")
    page.get_by_role("heading", name="Pinned").wait_for()
    assert rows(page).first.inner_text() == "Animal 200"
    do(page, "Animal 200", "Archive")
    rows(page).filter(has_text="Animal 200").wait_for(state="detached")
    show.select_option(label="Archived")
    rows(page).filter(has_text="Animal 200").wait_for()

    page.get_by_role("searchbox", name="Search conversations").fill("zebra202 about")
    found = page.get_by_role("list", name="Search results").get_by_role("link")
    found.first.wait_for()
    assert found.first.locator("mark").all_inner_texts() == ["About", "zebra202"]
    found.first.click()
    page.wait_for_url(re.compile(r"/chat/\d+\?message=\d+&find=about&find=zebra202$"))
    page.locator("article:focus", has_text="About zebra202").wait_for()
    assert page.get_by_text("isn't here any more").count() == 0
    page.get_by_role("searchbox", name="Search conversations").press("Escape")
    show.select_option(label="All conversations")
    with page.expect_download() as stored:
        do(page, "Animal 202", "Export as Markdown")
    assert stored.value.suggested_filename == "Animal 202.md"
    assert "About zebra202" in Path(stored.value.path()).read_text()
    do(page, "Animal 202", "Duplicate")
    rows(page).filter(has_text="Animal 202 (copy)").wait_for()


def test_one_conversation_does_not_fill_the_hits_and_deleted_ones_are_searched(
    page: "Page", page_daemon: PageDaemon, tmp_path: Path
) -> None:
    said = [f"The quokka, {'lorem ipsum ' * 900} and quokka at the end" for _ in range(8)]
    file = tmp_path / "crowd.json"
    file.write_text(export_of([talk(900, "Crowd", said), question_and_answer(901, "A quokka?", "Yes.", title="Lone")]))
    page_daemon.run("import", str(file))
    box = page.get_by_role("searchbox", name="Search conversations")
    box.fill("quokka")
    found = page.get_by_role("list", name="Search results").get_by_role("link")
    page.get_by_text("9 found").wait_for()
    assert [found.filter(has_text=title).count() for title in ("Crowd", "Lone")] == [3, 1]
    page.get_by_role("button", name="5 more in this conversation").click()
    found.nth(8).wait_for()
    page.get_by_role("button", name="Fewer of this conversation").click()
    found.nth(4).wait_for(state="detached")

    box.press("Escape")
    rows(page).filter(has_text="Lone").first.click()
    answer(page).get_by_text("Yes.").wait_for()
    page.get_by_role("textbox", name="Message", exact=True).press("ArrowUp")
    page.get_by_role("textbox", name="Edit").press("Escape")
    page.locator("textarea[aria-label=Message]:focus").wait_for()
    rows(page).filter(has_text="Lone").focus()
    page.keyboard.press("Delete")
    page.get_by_text("“Lone” was deleted.").wait_for()
    page.get_by_role("combobox", name="Show").select_option(label="Deleted")
    box.fill("lone")
    page.get_by_text("1 found. Of deleted conversations").wait_for()
    page.get_by_role("button", name="Restore “Lone”").click()
    page.get_by_text("0 found. Of deleted conversations").wait_for()


def test_many_conversations_are_read_as_one_goes_down(
    open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon, complaints: Complaints, tmp_path: Path
) -> None:
    file = tmp_path / "many.json"
    file.write_text(export_of(animals(1000, MANY)))
    page_daemon.run("import", str(file))
    page = open_context(base_url=page_daemon.url, viewport={"width": 1280, "height": 800}).new_page()
    complaints.watch(page)
    page.goto("/")
    page.get_by_role("combobox", name="Show").select_option(label="All conversations")
    rows(page).first.focus()
    last = page.get_by_role("list", name="Conversations").get_by_text("Animal 1020", exact=True)
    for _turn in range(400):
        if last.count() == 1:
            break
        page.keyboard.press("End")
        page.wait_for_timeout(50)
    assert last.count() == 1
    assert rows(page).count() < 100, "only what is in sight is there"
    page.keyboard.press("Home")
    page.locator("[aria-posinset='1'] a:focus").wait_for()
