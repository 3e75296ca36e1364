"""Names of files: one line, no path."""

import pytest

from orchd.errors import Invalid
from orchd.features.file.item import file_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (" a.txt ", "a.txt"),
        ("Überblick 2026 (final).pdf", "Überblick 2026 (final).pdf"),
        ("..hidden", "..hidden"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\u200fb", "ab"),
        ("-rf", "-rf"),
        ('"quoted"; filename=x', '"quoted"; filename=x'),
    ],
)
def test_a_name_is_kept(sent: str, kept: str) -> None:
    assert file_name(sent, "name") == kept


@pytest.mark.parametrize(
    "sent",
    [
        "",
        " ",
        ".",
        "..",
        "...",
        "\u202e",
        "../x",
        "a/b",
        "a\\b",
        "C:\\x",
        "a\nb",
        "a\r\nSet-Cookie: x",
        "a\0b",
        "a\x7f",
    ],
)
def test_a_path_and_what_is_no_line_are_refused(sent: str) -> None:
    with pytest.raises(Invalid) as refused:
        file_name(sent, "name")
    assert refused.value.path == "$.data.name"
