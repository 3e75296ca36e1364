"""What people do on the page of the chat, by the names that everything there has."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, WebSocketRoute

ENDLESS = "Write on and on. [[simulate: tokens=4000,interval=0.03]]"
"""What is asked where a test looks at an answer that is coming: it comes for longer than anything takes that is waited
for, however slow the machine is, and ends when the test stops it."""


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
    # What is laid out when it comes into sight has no text until it has been.
    page.wait_for_function("message => message.innerText !== ''", arg=last.element_handle())
    return last


class HeldFrames:
    """What the daemon says to a page of some kind, kept back until it is released. Begun before the page connects."""

    def __init__(self, page: "Page", part: str) -> None:
        """`part` is what all frames have in them that are kept back."""
        self._part = part
        self._held: list[tuple[WebSocketRoute, str | bytes]] = []
        self._holds = True
        page.route_web_socket("**/ws", self._relay)

    def release(self) -> None:
        """Let through what was kept back, in order, and all that comes from now on."""
        self._holds = False
        while self._held:
            socket, message = self._held.pop(0)
            socket.send(message)

    def hold(self) -> None:
        """Keep back what comes from now on."""
        self._holds = True

    def lose(self) -> None:
        """Let through all that comes from now on: what was kept back never arrives."""
        self._held.clear()
        self._holds = False

    def _relay(self, socket: "WebSocketRoute") -> None:
        def take(message: str | bytes) -> None:
            if self._holds and self._part in str(message):
                self._held.append((socket, message))
            else:
                socket.send(message)

        socket.connect_to_server().on_message(take)


class LostFrames:
    """What a page says to the daemon of some kind, which never arrives. Begun before the page connects."""

    def __init__(self, page: "Page", part: str) -> None:
        """`part` is what all frames have in them that are lost."""
        self._part = part
        self.ended = False
        page.route_web_socket("**/ws", self._relay)

    def _relay(self, socket: "WebSocketRoute") -> None:
        server = socket.connect_to_server()

        def take(message: str | bytes) -> None:
            if self.ended or self._part not in str(message):
                server.send(message)

        socket.on_message(take)


class AlteredFrames:
    """What the daemon says to a page, changed on its way. Begun before the page connects anew."""

    def __init__(self, page: "Page") -> None:
        self._change: Callable[[dict[str, Any]], None] | None = None
        page.route_web_socket("**/ws", self._relay)

    def by(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Have each frame changed in place."""
        self._change = change

    def stop(self) -> None:
        """Let all through as it is."""
        self._change = None

    def _relay(self, socket: "WebSocketRoute") -> None:
        def take(message: str | bytes) -> None:
            if self._change is None:
                socket.send(message)
                return
            frame = json.loads(message)
            self._change(frame)
            socket.send(json.dumps(frame))

        socket.connect_to_server().on_message(take)


def speak(page: "Page", text: str) -> None:
    """Have all answers that come to a page say this while they grow, as fast as they come. Before the page connects."""
    said = 0

    def change(frame: dict[str, Any]) -> None:
        nonlocal said
        data = frame.get("data")
        if isinstance(data, dict) and isinstance(data.get("chunk"), str):
            length = len(data["chunk"])
            data["chunk"] = text[said : said + length].ljust(length)
            said += length

    AlteredFrames(page).by(change)
