"""Names that stand in modules which are loaded when somebody asks for one of them."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any


def late_names(
    name: str, folder: str, places: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of a module, which has what stands in modules of a folder beside it: name of
    what is wanted → name of the module."""
    package = name.rpartition(".")[0]

    def find(wanted: str) -> Any:
        if wanted not in places:
            raise AttributeError(f"module {name!r} has no attribute {wanted!r}", name=wanted)
        return getattr(import_module(f".{folder}{places[wanted]}", package), wanted)

    return find, lambda: [*places]


class LateTypes(Mapping[str, Any]):
    """The classes of the data of frames, by the types of frames."""

    def __init__(self, name: str, folder: str, places: Mapping[str, str], classes: Mapping[str, str]) -> None:
        self._find, _ = late_names(name, folder, places)
        self._classes = classes

    def __getitem__(self, kind: str) -> Any:
        return self._find(self._classes[kind])

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)
