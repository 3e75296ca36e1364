"""What a contract tells of itself."""

from orchd.codegen.reading.contract import (
    AnyType,
    ListType,
    MapType,
    Nullable,
    ObjectReference,
    PlainUnion,
    TaggedUnion,
    inner_types,
)


def test_the_types_inside_of_a_type() -> None:
    inner = PlainUnion((MapType(AnyType()), TaggedUnion("kind", (("red", "RedPaint"),))))
    found = [*inner_types(Nullable(ListType(inner)))]
    assert AnyType() in found
    assert ObjectReference("RedPaint") in found
    assert found[0] == Nullable(ListType(inner))
