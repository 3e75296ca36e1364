"""Which models lie in the files and folders that are named: each GGUF file is one, a file in several parts too.

Folders are looked into anew at each listing, so that a file that was downloaded is offered without a restart; the head
of a file is read once, as long as its size and its time stay the same. A model is called what its file is called, with
the name of the folder before it where another file has that name.
"""

import errno
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from orchd.llm.local.extent import Extent, examine
from orchd.llm.local.gguf import GgufHead, NotGgufError, read_head
from orchd.patterns import lazy_pattern

DEPTH = 3
"""How deep a folder is looked into: LM Studio keeps `publisher/model/file.gguf`."""
MAX_MODELS = 1_000

_PART = lazy_pattern(r"(?P<stem>.+)-(?P<part>\d{5})-of-(?P<parts>\d{5})")


class ModelFile(NamedTuple):
    """A model that could be loaded: its name, its (first) file, the bytes of all its files, what its head tells."""

    id: str
    path: Path
    size_bytes: int
    head: GgufHead
    template: bool | None = None
    """It has a chat template; one without is a base model. None: not known yet."""
    changed: str = ""
    """When its files last changed; another text says that they have changed."""


class RejectedFile(NamedTuple):
    """A file that can't be offered, and why."""

    path: Path
    reason: str


class ShelfContents(NamedTuple):
    """The models by name, and what was left out. Parts of others, projectors and adapters are left out silently."""

    models: dict[str, ModelFile]
    rejected: tuple[RejectedFile, ...]


class Shelf:
    """The files and folders `paths`, absolute or not."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = tuple(Path(path) for path in paths)
        self._heads: dict[Path, tuple[tuple[int, int], GgufHead | str]] = {}
        self._extents: dict[Path, tuple[tuple[int, int], Extent | str]] = {}
        self._until = float("inf")

    def look(self, seconds: float = float("inf")) -> ShelfContents:
        """Return what is there now. Blocks on the disk; raises nothing.

        To see whether a file is whole takes a tenth of a second the first time: after `seconds` of that the rest is
        left for the next look, and offered till then.
        """
        self._until = time.monotonic() + seconds
        models: dict[str, ModelFile] = {}
        rejected: list[RejectedFile] = []
        for path in _files(self._paths):
            if len(models) >= MAX_MODELS:
                break
            self._add(path, models, rejected)
        return ShelfContents(models, tuple(rejected))

    def _add(self, path: Path, models: dict[str, ModelFile], rejected: list[RejectedFile]) -> None:
        stem, parts = _parts(path)
        if not parts or any(path == known.path for known in models.values()):
            return
        try:
            head = self._head(path)
            fault = head if isinstance(head, str) else self._fault(parts) if head.type == "model" else None
            sizes, times = zip(*([(0, 0)] if fault else map(_mark, parts)), strict=True)
        except OSError as error:
            rejected.append(RejectedFile(path, error.strerror or "it can't be read"))
            return
        if fault or isinstance(head, str):
            rejected.append(RejectedFile(path, fault or ""))
        elif head.type == "model":
            free = [name for name in (stem, f"{path.parent.name}/{stem}") if name not in models]
            if free:
                models[free[0]] = ModelFile(
                    free[0], path, sum(sizes), head, self._template(path, head), str(max(times))
                )
            else:
                rejected.append(RejectedFile(path, "another file has its name and that of its folder"))

    def _fault(self, parts: Sequence[Path]) -> str | None:
        """Return what is missing of a model's files, as far as that is known. Raises OSError."""
        for number, part in enumerate(parts, 1):
            where = "it" if len(parts) == 1 else f"part {number} of {len(parts)}"
            if len(parts) > 1 and not part.exists():
                return f"{where} is missing"
            extent = self._extent(part)
            if isinstance(extent, str):
                return where + extent.removeprefix("it") if extent.startswith("it ") else f"{where}: {extent}"
            if extent is not None and extent.bytes is not None and extent.bytes > part.stat().st_size:
                return f"{where} is cut off: it should have {extent.bytes / 1e6:.1f} MB (was its download finished?)"
        return None

    def _extent(self, path: Path) -> Extent | str | None:
        """Return how long a file must be, or why it is none; None when there is no time to look. Raises OSError."""
        mark = _mark(path)
        known = self._extents.get(path)
        if known is None or known[0] != mark:
            if time.monotonic() > self._until:
                return None
            try:
                extent: Extent | str = examine(path)
            except NotGgufError as error:
                extent = str(error)
            known = self._extents[path] = mark, extent
        return known[1]

    def _template(self, path: Path, head: GgufHead) -> bool | None:
        """What only makes embeddings needs no template."""
        extent = self._extents.get(path)
        if extent is None or isinstance(extent[1], str) or "bert" in (head.architecture or ""):
            return None
        return extent[1].template

    def _head(self, path: Path) -> GgufHead | str:
        """Return what the file tells, or why it is no model file. Raises OSError."""
        mark = _mark(path)
        known = self._heads.get(path)
        if known is None or known[0] != mark:
            try:
                head: GgufHead | str = read_head(path)
            except NotGgufError as error:
                head = str(error)
            known = self._heads[path] = mark, head
        return known[1]


def _mark(path: Path) -> tuple[int, int]:
    """Return what stays the same as long as a file does. Raises OSError."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):  # to open a pipe would wait for ever
        raise OSError(errno.EINVAL, "it is no plain file")
    return found.st_size, found.st_mtime_ns


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files named and those in the folders named, each folder's in the order of their names."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for depth in range(DEPTH):
            yield from sorted(path.glob("*/" * depth + "*.gguf"))


def _parts(path: Path) -> tuple[str, list[Path]]:
    """Return the model's name and all its files; none when `path` is another part than the first."""
    match = _PART.fullmatch(path.stem)
    if match is None:
        return path.stem, [path]
    if int(match["part"]) != 1:
        return match["stem"], []
    numbers = range(1, int(match["parts"]) + 1)
    return match["stem"], [path.with_name(f"{match['stem']}-{n:05}-of-{match['parts']}{path.suffix}") for n in numbers]
