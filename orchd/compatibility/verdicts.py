"""Who says of a difference whether it breaks clients: the direction, and what it does to the set of values."""

from orchd.compatibility.difference import Breakage, Difference, Direction, JsonValue
from orchd.compatibility.reading.document import SchemaPlace


class Verdicts:
    """Makes the differences of one direction."""

    def __init__(self, direction: Direction) -> None:
        self.direction = direction

    @property
    def of_clients(self) -> bool:
        """Whether it is about what clients send."""
        return self.direction == "client"

    def sort(self, *, narrowed: bool | None, widened: bool | None) -> Breakage:
        """Return what it means that values were taken away or added; None: it can't be told."""
        harm = narrowed if self.of_clients else widened
        return "undecided" if harm is None else "breaking" if harm else "compatible"

    def narrow(
        self, kind: str, told: str, place: SchemaPlace, *, old: JsonValue = None, new: JsonValue = None
    ) -> Difference:
        """Return a difference by which fewer values are admitted."""
        return self.of(kind, self.sort(narrowed=True, widened=False), told, place, old=old, new=new)

    def widen(
        self, kind: str, told: str, place: SchemaPlace, *, old: JsonValue = None, new: JsonValue = None
    ) -> Difference:
        """Return a difference by which more values are admitted."""
        return self.of(kind, self.sort(narrowed=False, widened=True), told, place, old=old, new=new)

    def of(
        self,
        kind: str,
        verdict: Breakage,
        told: str,
        place: SchemaPlace,
        *,
        old: JsonValue = None,
        new: JsonValue = None,
    ) -> Difference:
        """Return a difference of this direction."""
        return Difference(kind, verdict, told, place.pointer, direction=self.direction, old=old, new=new)
