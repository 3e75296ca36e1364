"""The whole document: a first page with rules and tables and one for each family of frames, or all in one text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from orchd.codegen.markdown.frames import FrameWriter
from orchd.codegen.markdown.layout import SHARED, Layout, PageLayout
from orchd.codegen.markdown.links import HeadingKind, HeadingPlace, HeadingTopic, Linker
from orchd.codegen.markdown.overview import PARTS
from orchd.codegen.markdown.text import Anchors, join_names, table
from orchd.codegen.reading.contract import Contract
from orchd.patterns import lazy_pattern

FIRST = "protocol.md"
FOLDER = "protocol"
NOTE = """Generated from the [schema](../../protocol.schema.json) by `make schema`; do not edit.
[The protocol](../protocol.md) has the rules."""
FAMILIES = "Families"
_FENCE = lazy_pattern(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_HEADING = lazy_pattern(r"^#+ (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Heading:
    """A heading, how deep it is, and what writes the text below it for the page that it stands on."""

    title: str
    depth: int
    target: HeadingTopic | None
    write: Callable[[Linker], str]


def write_pages(contract: Contract, introduction: str) -> dict[str, str]:
    """Return path → text, `introduction` at the top of the first page. Raises `SchemaError` for clashing names."""
    parts = _Parts(contract)
    pages = {FIRST: [*parts.first()]}
    pages |= {_path(page.name): [*parts.of_page(page)] for page in parts.layout.pages}
    addresses: dict[HeadingTopic, HeadingPlace] = {}
    for path, headings in pages.items():
        anchors = Anchors()
        for title in _headings(introduction) if path == FIRST else ():
            anchors.add(title)
        addresses |= _addresses(path, headings, anchors)
    return {
        path: (introduction.rstrip("\n") + "\n\n" if path == FIRST else "") + _join(headings, Linker(path, addresses))
        for path, headings in pages.items()
    }


def write_document(contract: Contract) -> str:
    """Return all that a schema says as one text. Raises `SchemaError` for clashing names."""
    parts = _Parts(contract)
    headings = [Heading(f"The wire protocol, `{contract.protocol}`", 1, None, lambda _: ""), *parts.first()]
    for page in parts.layout.pages:
        inner = [Heading(each.title, each.depth + 1, each.target, each.write) for each in parts.of_page(page)]
        headings += [Heading(inner[0].title, 2, inner[0].target, lambda _: ""), *inner[1:]]
    return _join(headings, Linker("", _addresses("", headings, Anchors())))


class _Parts:
    """The headings of each page of a contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.layout = Layout(contract)

    def first(self) -> Iterator[Heading]:
        yield Heading(FAMILIES, 2, ("part", FAMILIES), self._families)
        for title, write in PARTS.items():
            yield Heading(title, 2, ("part", title), partial(write, self._contract))

    def of_page(self, page: PageLayout) -> Iterator[Heading]:
        title = "Types that several families share" if page.name == SHARED else f"Frames of `{page.name}`"
        yield Heading(title, 1, ("part", page.name), lambda _: f"{NOTE}\n")
        yield from self._group("Requests", "request", page.requests, FrameWriter.request)
        yield from self._group("Frames that the daemon sends", "frame", page.frames, FrameWriter.frame)
        yield from self._group("Objects", "object", page.objects, FrameWriter.members)
        yield from self._group("Values", "enumeration", page.enumerations, FrameWriter.values)

    def _group(
        self, title: str, kind: HeadingKind, names: tuple[str, ...], write: Callable[[FrameWriter, str], str]
    ) -> Iterator[Heading]:
        if names:
            yield Heading(title, 2, None, lambda _: "")
        for name in names:
            yield Heading(f"`{name}`", 3, (kind, name), partial(self._write, write, name))

    def _write(self, write: Callable[[FrameWriter, str], str], name: str, links: Linker) -> str:
        return write(FrameWriter(self._contract, self.layout, links), name)

    def _families(self, links: Linker) -> str:
        rows = [
            [
                links.to(("part", page.name)),
                join_names(f"`{kind.removeprefix(page.name + ':')}`" for kind in page.requests),
                join_names(f"`{kind}`" for kind in page.frames),
            ]
            for page in self.layout.pages
        ]
        return table(("family", "requests", "frames that only the daemon sends"), rows)


def _path(name: str) -> str:
    return f"{FOLDER}/{name}.md"


def _headings(text: str) -> list[str]:
    return _HEADING.findall(_FENCE.sub("", text))


def _addresses(path: str, headings: list[Heading], anchors: Anchors) -> dict[HeadingTopic, HeadingPlace]:
    made = [(each.target, anchors.add(each.title)) for each in headings]
    return {target: HeadingPlace(path, anchor) for target, anchor in made if target is not None}


def _join(headings: list[Heading], links: Linker) -> str:
    parts = []
    for each in headings:
        text = each.write(links)
        parts.append(f"{'#' * each.depth} {each.title}\n" + (f"\n{text}" if text else ""))
    return "\n".join(parts)
