"""Take the picture of the page that README.md shows: page.py URL PNG, of a daemon that has nothing yet."""

import json
import sys
from pathlib import Path
from urllib.request import Request, urlopen

from playwright.sync_api import sync_playwright

QUESTION = "How do I back up a SQLite database while something writes to it?"
ANSWER = """Not with `cp`: what was written last may still be in the `-wal` file. Three ways are safe:

| way | while it runs | what you get |
|---|---|---|
| online backup API | yes | the same file, page by page |
| `VACUUM INTO` | yes | a smaller file, in one transaction |
| stop, then copy | no | the file as it is |

In Python the first one is four lines:

```python
import sqlite3

source, target = sqlite3.connect("app.db"), sqlite3.connect("backup.db")
with target:
    source.backup(target, pages=1000)
```

Then **try the copy**: `PRAGMA integrity_check` must say `ok`."""
OTHERS = (
    ("Which green for the garden door", "2026-11-29T09:10:00.000Z"),
    ("Summary of the meeting on Monday", "2026-11-28T16:40:00.000Z"),
    ("Regular expressions without backtracking", "2026-11-28T08:02:00.000Z"),
    ("Letter to the landlord", "2026-11-26T19:25:00.000Z"),
    ("Why the sky is blue", "2026-11-21T21:15:00.000Z"),
)


def conversation(number, title, at, question, answer):
    """One of a file of conversations, with a question and its answer."""
    rest = dict.fromkeys(("reasoning", "model", "finishReason", "usage", "timings", "error"))
    said = [
        {**rest, "id": each, "parentId": parent, "role": role, "content": text, "status": "complete", "timestamp": at}
        for each, parent, role, text in ((1, None, "user", question), (2, 1, "assistant", answer))
    ]
    marks = {"folder": "", "tags": [], "pinned": False, "archived": False}
    none = dict.fromkeys(("model", "systemPrompt", "params", "metadata"))
    named = {"id": str(number), "title": title, "createdAt": at, "updatedAt": at}
    return {**none, **marks, **named, "leafId": 2, "messages": said}


def main(url, target):
    items = [conversation(2 + at, *told, "?", "!") for at, told in enumerate(OTHERS)]
    items.append(conversation(1, "Backing up SQLite", "2026-11-30T08:00:00.000Z", QUESTION, ANSWER))
    body = json.dumps({"format": "orchd.conversations", "formatVersion": 1, "items": items}).encode()
    with urlopen(Request(f"{url}/conversations/import", body, {"Content-Type": "application/json"})) as reply:  # noqa: S310
        assert json.load(reply)["imported"] == len(items)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 840}, device_scale_factor=1.5, locale="en-US")
        page.clock.set_fixed_time("2026-11-30T10:00:00Z")
        page.goto(url)
        page.get_by_text("Backing up SQLite").first.click()
        page.get_by_text("Then try the copy").wait_for()
        page.mouse.move(700, 20)
        page.get_by_placeholder("Message").or_(page.get_by_role("textbox")).first.wait_for()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=target)
        browser.close()


main(sys.argv[1], str(Path(sys.argv[2])))
