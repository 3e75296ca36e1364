"""The modules of objects, one for each family and one for what several share, and those that lead to them.

To make a class takes a tenth of a millisecond, and a program asks for few families: so a module is loaded when
something of it is asked for, and `types` and `requests`, where programs find the names, load none by themselves.
"""

from collections.abc import Iterable, Iterator

from orchd.codegen.naming import snake, spell_names
from orchd.codegen.python.objects import ObjectWriter
from orchd.codegen.python.source import INDENT, METHOD_RESERVED, docstring, import_block, mentioned_names, module, text
from orchd.codegen.reading.contract import Contract
from orchd.codegen.sharing import FamilyUses

FOLDER = "data"
SHARED = "shared"


class DataWriter:
    """Writes these modules, and says in which one a name stands."""

    def __init__(self, contract: Contract, objects: ObjectWriter) -> None:
        self._contract, self._objects = contract, objects
        uses = FamilyUses(contract)
        where = "the types of requests"
        spelled = spell_names((*uses.families, SHARED), snake, METHOD_RESERVED, where)
        self._modules = [spelled[family] for family in (*uses.families, SHARED)]
        names = [*contract.objects, *contract.enumerations]
        self._places = {name: spelled[uses.owners.get(name, SHARED)] for name in names}
        for first, union in objects.aliases():
            self._places[union] = self._places[first]
            self._places |= dict.fromkeys(objects.unknown_of(union), self._places[first])

    def modules(self) -> Iterator[tuple[str, str]]:
        """Yield path and text of each."""
        yield f"{FOLDER}/__init__", "\n".join(docstring("The data of frames by what they are about.")) + "\n"
        for name in self._modules:
            if written := self._module(name):
                yield f"{FOLDER}/{name}", written
        sent = [name for name, told in self._contract.objects.items() if told.closed]
        requests = [(request.type, request.payload) for request in self._contract.requests.values()]
        yield "requests", self._listing(self._with_unions(sent), "REQUESTS", "RequestData", requests, _SENT, "request")
        received = [name for name, told in self._contract.objects.items() if not told.closed]
        frames = [(frame.type, frame.payload) for frame in self._contract.server_frames.values()]
        names = [*self._contract.enumerations, *self._with_unions(received)]
        yield "types", self._listing(names, "PAYLOADS", "ServerData", frames, _RECEIVED, "frame")

    def imports(self, blocks: Iterable[list[str]], own: str = "", within: str = f".{FOLDER}.") -> dict[str, list[str]]:
        """Return imports of what blocks mention, module → names; not of the module `own`."""
        found: dict[str, list[str]] = {}
        for name in mentioned_names(blocks, *self._places):
            if self._places[name] != own:
                found.setdefault(f"{within}{self._places[name]}", []).append(name)
        return found

    def _with_unions(self, names: list[str]) -> list[str]:
        """Return names with those of the unions of such objects, and what a union has besides."""
        unions = [union for first, union in self._objects.aliases() if first in names]
        return [*names, *(name for union in unions for name in (*self._objects.unknown_of(union), union))]

    def _module(self, place: str) -> str:
        blocks = self._objects.blocks({name for name, where in self._places.items() if where == place})
        if not blocks:
            return ""
        ours = self.imports(blocks, place, ".")
        found = {
            "__future__": ["annotations"],
            "collections.abc": mentioned_names(blocks, "Mapping", "Sequence"),
            "typing": mentioned_names(blocks, "Any", "Literal", "TypeAlias"),
            "msgspec": mentioned_names(blocks, "UNSET", "UnsetType", "field"),
            "..runtime.messages": mentioned_names(blocks, "RequestData", "ServerData", "UNKNOWN_TAG"),
            **ours,
        }
        about = "several things have" if place == SHARED else f"`{place}` has"
        return module(f"The data of frames that {about}.", import_block(found), *blocks)

    def _listing(
        self, names: list[str], table: str, base: str, rows: list[tuple[str, str]], about: str, what: str
    ) -> str:
        by_module: dict[str, list[str]] = {}
        for name in names:
            by_module.setdefault(self._places[name], []).append(name)
        typed = {f".{FOLDER}.{place}": own for place, own in by_module.items()}
        head = import_block(
            {
                "__future__": ["annotations"],
                "collections.abc": ["Mapping"],
                "typing": ["TYPE_CHECKING"],
                ".runtime.late": ["LateTypes", "late_names"],
                ".runtime.messages": [base],
            }
        )
        exported = ["__all__ = [", *(f"{INDENT}{text(name)}," for name in (table, *names)), "]"]
        places = [
            "_PLACES = {",
            *(f"{INDENT}{text(name)}: {text(place)}," for place, own in by_module.items() for name in own),
            "}",
        ]
        late = [
            "if TYPE_CHECKING:",
            *import_block(typed, indent=INDENT),
            "else:",
            f"{INDENT}__getattr__, __dir__ = late_names(__name__, {text(f'{FOLDER}.')}, _PLACES)",
        ]
        payloads = [
            f"{table}: Mapping[str, type[{base}]] = LateTypes(",
            f"{INDENT}__name__,",
            f"{INDENT}{text(f'{FOLDER}.')},",
            f"{INDENT}_PLACES,",
            f"{INDENT}{{",
            *(f"{INDENT * 2}{text(kind)}: {text(name)}," for kind, name in rows),
            f"{INDENT}}},",
            ")",
            *docstring(f"The data of each {what}."),
        ]
        return module(about, head, exported, places, late, payloads)


_RECEIVED = "What the daemon sends: the data of its frames, and what stands in it. Each is made when it is asked for."
_SENT = "What clients send: the data of requests, and what stands in it. Each is made when it is asked for."
