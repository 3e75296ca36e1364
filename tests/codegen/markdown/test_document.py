"""Pages about the wire from a schema alone: all of it is there, once, and what is named is linked."""

import re
from collections import Counter
from typing import Any

import pytest

from orchd.codegen.markdown.__main__ import introduction
from orchd.codegen.markdown.document import FIRST, write_document, write_pages
from orchd.codegen.markdown.text import Anchors
from orchd.codegen.reading.contract import Contract
from orchd.codegen.reading.document import SchemaError
from orchd.codegen.reading.frames import read_contract
from tests.codegen_schema import Json, as_file, client_frame, members, refer, server_frame, small_schema
from tests.wire_schema import published

LINK = re.compile(r"\]\(([^)#\s]*)#([^)\s]+)\)")
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```", re.MULTILINE | re.DOTALL)
ARROW = re.compile(r"^ *(\w+)-?->>(\w+): (.*)$", re.MULTILINE)
FRAME = re.compile(r"^[a-z-]+(?::[a-z-]+)+")


@pytest.fixture(scope="module")
def real() -> Contract:
    return read_contract(as_file(published()))


@pytest.fixture(scope="module")
def pages(real: Contract) -> dict[str, str]:
    return write_pages(real, "# The wire\n\nRules.\n")


@pytest.fixture(scope="module")
def whole(real: Contract) -> str:
    return write_document(real)


def small_page(schema: Json, name: str) -> str:
    return write_pages(read_contract(as_file(schema)), "")[name]


def anchors(text: str) -> set[str]:
    made = Anchors()
    return {made.add(heading) for heading in HEADING.findall(BLOCK.sub("", text))}


def test_each_frame_has_its_members_and_its_example(real: Contract, pages: dict[str, str]) -> None:
    text = "".join(pages.values())
    for kind in real.requests:
        assert f"### `{kind}`\n" in text
    for kind in (*real.requests, *real.server_frames):
        assert f'{{"type": "{kind}"' in text or f'"type": "{kind}",\n' in text
    for name, told in real.objects.items():
        for member in told.members:
            assert f"\n| `{member.name}` | " in text, f"{name}.{member.name}"
    for name in real.enumerations:
        assert f"\n### `{name}`\n" in text


def test_nothing_is_said_twice(real: Contract, pages: dict[str, str]) -> None:
    for page in pages.values():
        headings = HEADING.findall(BLOCK.sub("", page))
        counts = Counter(heading.strip("`") for heading in headings if heading.startswith("`") and ":" in heading)
        pushes = {kind for request in real.requests.values() for kind in request.pushes}
        assert {kind for kind, count in counts.items() if count > 1} <= pushes, "a reply stands with its request"
    names = [heading for page in pages.values() for heading in HEADING.findall(BLOCK.sub("", page))]
    named = [name for name in names if name.strip("`") in {*real.objects, *real.enumerations}]
    assert len(named) == len({*named})


def test_each_link_has_its_heading(pages: dict[str, str], whole: str) -> None:
    headings = {name: anchors(text) for name, text in {**pages, "": whole}.items()}
    for name, text in {**pages, "": whole}.items():
        links = LINK.findall(BLOCK.sub("", text))
        assert links
        for path, anchor in links:
            there = next((other for other in pages if path and other.endswith(path.rpartition("/")[2])), name)
            assert anchor in headings[there], f"{name}: {path}#{anchor}"


def test_one_text_has_all_that_the_pages_have(pages: dict[str, str], whole: str) -> None:
    rows = [line for page in pages.values() for line in page.splitlines() if line.startswith(("| `", "  ", "{"))]
    bare = {re.sub(r"\]\([^)]*\)", "", line) for line in whole.splitlines()}
    assert {re.sub(r"\]\([^)]*\)", "", row) for row in rows} <= bare


def test_members_have_types_bounds_units_and_what_stands_for_them() -> None:
    page = small_page(small_schema(), "protocol/paint.md")
    assert "| `from` | text | at most 100 characters |  | **required** | A text. |" in page
    assert "| `class` | integer | at least 1 |  |  |  |" in page, "null only means that it is left out"
    assert "| `class` | integer or null | at least 1 |  |  |  |" in page, "null says something"
    assert "| `waitMs` | integer | at least 1 | milliseconds | `5` |  |" in page
    assert "| `waitMs` | integer | at least 1 | milliseconds | yes, for `5` |  |" in page
    assert "| `shade` | [`Shade`](#shade) | `dark`, `light` |" in page
    assert (
        "| `coats` | list of [`RedPaint`](#redpaint) or [`BluePaint`](#bluepaint), by `kind` | at most 3 items |"
        in page
    )
    assert (
        "| `notes` | object of texts or true or false by name | at most 4 members; each at most 100 characters |"
        in page
    )
    assert '| `kind` | `"red"` |' in page
    assert "`dark`, `light`. The daemon may send more one day." in page


def test_null_that_takes_a_value_away_is_told() -> None:
    schema = small_schema()
    schema["$defs"]["PaintCreate"]["properties"]["class"]["x-nullClears"] = True
    page = small_page(schema, "protocol/paint.md")
    assert "| `class` | integer or null | at least 1; null takes it away |" in page


def test_a_request_says_what_ends_it_and_what_comes_besides() -> None:
    schema = small_schema()
    defs = schema["$defs"]
    defs["WatchFrame"] = client_frame(
        "paint:watch",
        "Watch",
        "WatchedFrame",
        **{
            "x-pushes": ["DriedFrame"],
            "x-before": ["WetFrame"],
            "x-subscription": {
                "end": "UnwatchFrame",
                "key": "from",
                "keys": {"DriedFrame": "paint.from"},
                "since": "since",
                "number": "number",
                "recovered": "recovered",
            },
        },
    )
    told: dict[str, Any] = {"from": {"type": "string"}, "since": {"type": "integer"}, "recovered": {"type": "boolean"}}
    defs["Watch"], defs["Watched"] = members(closed=True, **told), members(**told)
    defs["UnwatchFrame"] = client_frame("paint:unwatch", "Watch", "WatchedFrame")
    defs["ClientFrame"]["oneOf"] += [refer("WatchFrame"), refer("UnwatchFrame")]
    defs["Dried"] = members(paint=refer("Paint"))
    for name, kind, payload in (
        ("Watched", "paint:watched", "Watched"),
        ("Dried", "paint:dried", "Dried"),
        ("Wet", "paint:wet", "Paint"),
    ):
        defs[f"{name}Frame"] = server_frame(kind, payload)
        defs["ServerFrame"]["oneOf"].append(refer(f"{name}Frame"))
    page = small_page(schema, "protocol/paint.md")
    assert "* ends with [`paint:watched`](#paintwatched)\n" in page
    assert "* before that: [`paint:wet`](#paintwet)\n" in page
    assert "* pushed afterwards, without an `id`: [`paint:dried`](#paintdried)\n" in page
    assert "* a subscription: [`paint:unwatch`](#paintunwatch) ends it\n" in page
    assert "told apart by `from`; in what is pushed it is `paint.from` of `paint:dried`\n" in page
    assert "* is pushed, without an `id`, after [`paint:watch`](#paintwatch)\n" in page
    assert "Its `data`: [`Paint`](#paint).\n" in page, "an object of several frames has a place of its own"


def test_a_request_says_with_which_codes_it_may_fail() -> None:
    schema = small_schema()
    schema["$defs"]["PaintCreateFrame"]["x-errors"] = ["gone"]
    assert "* may end with `error`: `gone`\n" in small_page(schema, "protocol/paint.md")
    assert "| `gone` | read | chat |\n" in small_page(schema, FIRST)


def test_a_family_may_not_be_called_like_the_page_of_shared_types() -> None:
    schema = small_schema()
    schema["$defs"]["PaintCreateFrame"] = client_frame("types:create", "PaintCreate", "PaintFrame")
    with pytest.raises(SchemaError, match="'types'"):
        write_document(read_contract(as_file(schema)))


def test_codes_of_every_kind_stand_on_the_first_page(pages: dict[str, str]) -> None:
    page = small_page(small_schema(), FIRST)
    assert "| `busy` | yes | yes | Later. |" in page
    assert "| `gone` |  |  | Never. |" in page
    assert "| `full` | There is no room. |" in page
    assert "| 1001 | yes | shutting down |" in page
    assert "| `change` | It stores or runs something. | `member`, `admin` |" in pages[FIRST]


def flows() -> list[tuple[str, list[str]]]:
    """Return each arrow between client and daemon in the diagrams that names a frame: who sends it, and its type."""
    told = [ARROW.findall(diagram) for diagram in DIAGRAM.findall(introduction())]
    return [
        (f"{there}{back}", [found[0] for text in (words,) if (found := FRAME.match(text))])
        for diagram in told
        for there, back, words in diagram
    ]


def test_diagrams_name_frames_that_there_are_in_their_direction(real: Contract) -> None:
    told = flows()
    assert sum(bool(kinds) for _, kinds in told) > 15
    for direction, kinds in told:
        known = real.requests if direction == "CD" else real.server_frames
        assert all(kind in known for kind in kinds), kinds


def test_no_line_of_a_diagram_has_a_sign_that_ends_it() -> None:
    diagrams = DIAGRAM.findall(introduction())
    assert len(diagrams) == 3
    assert not re.search("[;#]", "".join(diagrams)), "Mermaid takes what follows for another line"


@pytest.mark.parametrize("kind", ["chat:send", "chat:resume", "task:subscribe"])
def test_diagrams_show_all_that_a_request_is_answered_by(kind: str, real: Contract) -> None:
    shown = {name for direction, kinds in flows() if direction == "DC" for name in kinds}
    request = real.requests[kind]
    elsewhere = {"task:unsubscribed"}
    assert {*request.before, *request.pushes, request.reply} - elsewhere <= shown
