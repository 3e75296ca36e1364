"""What typed lines mean."""

import pytest

from orchd.cli.chat.typed import SlashCommand, continues, draft_of, message_of, near, number, read
from orchd.errors import Invalid


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", None),
        (" \t\n", None),
        ("  indented", "  indented"),
        ("/list 5", SlashCommand("/list", "5")),
        ("  /LIST  5 ", SlashCommand("/list", "5")),
        ("/", SlashCommand("/", "")),
        ("/?", SlashCommand("/?", "")),
        ("/system be\nbrief", SlashCommand("/system", "be\nbrief")),
        ("//list", "/list"),
        ("/usr/bin is what?", "/usr/bin is what?"),
        ("/* a comment */", "/* a comment */"),
        ('"""a\n  b\n"""', "a\n  b"),
        ('"""\n\na\n"""  ', "\na"),
        ("RUN a \\\n  b", "RUN a \\\n  b"),
        ('"""Doc."""\nimport x\n\n"""End."""', '"""Doc."""\nimport x\n\n"""End."""'),
        ('"""Doc."""\nimport x', '"""Doc."""\nimport x'),
        ("a\\", "a\\"),
    ],
)
def test_a_line_is_a_message_a_command_or_nothing(text: str, meant: object) -> None:
    assert read(text) == meant


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("a", False),
        ("a\\", True),
        ("a\\\\", False),
        ("\\\\\\", True),
        ('"""', True),
        ('"""a"""', False),
        ('"""a', True),
        ('""""""', False),
        ('"""Doc."""\nimport x', False),
        ('say """', False),
    ],
)
def test_whether_a_text_goes_on(text: str, more: bool) -> None:
    assert continues(text) is more


@pytest.mark.parametrize("message", ["/list", "//", "a", "/usr/bin"])
def test_a_draft_sends_what_it_was_made_of(message: str) -> None:
    assert read(draft_of(message)) == message


def test_a_message_ends_with_what_was_typed() -> None:
    assert message_of("a  \n") == "a  "


@pytest.mark.parametrize("text", ["", "0", "-1", "x", "1.5", "²", "٣", "1" * 16, "1 2"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(Invalid, match="a thing is a number from 1 on"):
        number(text, "a thing")


def test_a_number() -> None:
    assert number("17", "a thing") == 17


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("qwn", "; did you mean `Qwen`?"),
        ("la", "; did you mean `llama:8b`?"),
        ("zzz", ""),
        ("", ""),
    ],
)
def test_what_may_have_been_meant(word: str, hint: str) -> None:
    assert near(word, ["Qwen", "llama:8b"]) == hint
