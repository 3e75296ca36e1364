"""What keys do in the editor, where it differs from prompt_toolkit's Emacs keys."""

import wcwidth
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import has_focus
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from orchd.cli.chat.typed import continues, ends_in_backslash

SUSPENDED = "suspended"
INTERRUPTED = "interrupted"


def key_bindings() -> KeyBindings:
    """Enter sends unless the text goes on, Alt-Enter begins a line; characters are those that people see."""
    keys = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER)
    keys.add("enter", filter=typing)(_enter)
    keys.add("escape", "enter", filter=typing)(_new_line)
    keys.add("c-c", filter=typing)(_interrupt)
    keys.add("c-z")(_suspend)
    keys.add("backspace", filter=typing)(_delete_before)
    keys.add("delete", filter=typing)(_delete)
    keys.add("left", filter=typing)(_move_left)
    keys.add("right", filter=typing)(_right)
    return keys


def _enter(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    if not (buffer.document.is_cursor_at_the_end and continues(buffer.text)):
        buffer.validate_and_handle()
        return
    if ends_in_backslash(buffer.text):
        buffer.delete_before_cursor()
    buffer.newline(copy_margin=False)


def _new_line(event: KeyPressEvent) -> None:
    event.current_buffer.newline(copy_margin=False)


def _interrupt(event: KeyPressEvent) -> None:
    if event.current_buffer.text:
        event.current_buffer.reset()
    else:
        event.app.exit(result=INTERRUPTED)


def _suspend(event: KeyPressEvent) -> None:
    event.app.exit(result=SUSPENDED)


def _delete_before(event: KeyPressEvent) -> None:
    event.current_buffer.delete_before_cursor(count=max(1, _before(event.current_buffer)))


def _delete(event: KeyPressEvent) -> None:
    event.current_buffer.delete(count=max(1, _after(event.current_buffer)))


def _move_left(event: KeyPressEvent) -> None:
    event.current_buffer.cursor_position -= _before(event.current_buffer)


def _right(event: KeyPressEvent) -> None:
    event.current_buffer.cursor_position += _after(event.current_buffer)


def _before(buffer: Buffer) -> int:
    text = buffer.document.current_line_before_cursor
    return len(text) - wcwidth.grapheme_boundary_before(text, len(text)) if text else 0


def _after(buffer: Buffer) -> int:
    return len(next(wcwidth.iter_graphemes(buffer.document.current_line_after_cursor), ""))
