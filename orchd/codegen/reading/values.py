"""Types of members, objects and enumerations, read from their schemas."""

from msgspec import UnsetType

from orchd.codegen.reading.contract import (
    AnyType,
    BooleanType,
    ConstantType,
    Enumeration,
    EnumerationReference,
    IntegerType,
    ListType,
    MapType,
    MemberType,
    Nullable,
    NumberType,
    ObjectReference,
    ObjectType,
    PlainUnion,
    TaggedUnion,
    TextType,
    ValueType,
)
from orchd.codegen.reading.document import REF, SchemaError, SchemaNode

_NULL = "null"


class ValueReader:
    """Reads what stands in a schema; knows which names are defined there."""

    def __init__(self, definitions: dict[str, SchemaNode]) -> None:
        self._definitions = definitions

    def read_object(self, name: str, node: SchemaNode) -> ObjectType:
        """Read a definition that is an object with named members. Raises `SchemaError`."""
        path = f"$.$defs.{name}"
        for member in node.required:
            if member not in node.properties:
                raise SchemaError(f"`required` names {member!r}, which is no member", path)
        members = tuple(
            self._read_member(member, told, f"{path}.properties.{member}", required=member in node.required)
            for member, told in node.properties.items()
        )
        return ObjectType(name, node.description, members, closed=node.additional_properties is False)

    def read_enumeration(self, name: str, node: SchemaNode) -> Enumeration:
        """Read a definition that is an enumeration."""
        return Enumeration(name, node.description, tuple(node.enum or ()), node.x_may_grow)

    def read_reference(self, node: SchemaNode, path: str) -> str:
        """Return the name of the object that a schema refers to, alone or beside null. Raises `SchemaError`."""
        found = self._read(node, path)
        found = found.of if isinstance(found, Nullable) else found
        if not isinstance(found, ObjectReference):
            raise SchemaError("there must be a reference to an object", path)
        return found.name

    def _read_member(self, name: str, node: SchemaNode, path: str, *, required: bool) -> MemberType:
        return MemberType(
            name,
            self._read(node, path),
            node.description,
            required,
            node.x_null_clears,
            default=node.default,
            unit=node.x_unit,
            choice=node.x_default,
            absent=node.x_absent,
        )

    def _read(self, node: SchemaNode, path: str) -> ValueType:
        if node.ref is not None:
            return self._reference(node.ref, path)
        if node.all_of:
            if len(node.all_of) > 1:
                raise SchemaError("only one schema may stand in `allOf`", path)
            return self._read(node.all_of[0], f"{path}.allOf[0]")
        if node.any_of:
            return self._union(node, path)
        if not isinstance(node.const, UnsetType):
            return ConstantType(node.const)
        return self._plain(node, path)

    def _reference(self, reference: str, path: str) -> ValueType:
        name = reference.removeprefix(REF)
        target = self._definitions.get(name)
        if not reference.startswith(REF) or target is None:
            raise SchemaError(f"there is no {reference!r}", f"{path}.$ref")
        return ObjectReference(name) if target.enum is None else EnumerationReference(name)

    def _union(self, node: SchemaNode, path: str) -> ValueType:
        branches = [branch for branch in node.any_of if branch.type != _NULL]
        if not branches:
            raise SchemaError("there must be more than null", f"{path}.anyOf")
        if node.discriminator is not None:
            found = self._tagged_union(node, branches, path)
        else:
            types = tuple(self._read(branch, f"{path}.anyOf[{index}]") for index, branch in enumerate(branches))
            found = types[0] if len(types) == 1 else PlainUnion(types)
        return Nullable(found) if len(branches) < len(node.any_of) and not isinstance(found, Nullable) else found

    def _tagged_union(self, node: SchemaNode, branches: list[SchemaNode], path: str) -> ValueType:
        assert node.discriminator is not None
        tag = node.discriminator.property_name
        found = []
        for index, branch in enumerate(branches):
            name = self.read_reference(branch, f"{path}.anyOf[{index}]")
            told = self._definitions[name].properties.get(tag)
            if told is None or not isinstance(told.const, str):
                raise SchemaError(f"{tag!r} doesn't tell {name} from the others", f"{path}.anyOf[{index}]")
            found.append((told.const, name))
        return TaggedUnion(tag, tuple(found))

    def _plain(self, node: SchemaNode, path: str) -> ValueType:
        match node.type:
            case "string":
                return TextType(node.min_length, node.max_length, node.pattern, node.format)
            case "integer":
                return IntegerType(_whole(node.minimum), _whole(node.maximum))
            case "number":
                return NumberType(node.minimum, node.maximum, node.exclusive_minimum)
            case "boolean":
                return BooleanType()
            case "array":
                item = AnyType() if node.items is None else self._read(node.items, f"{path}.items")
                return ListType(item, node.min_items, node.max_items)
            case "object":
                return self._map(node, path)
            case None:
                return AnyType()
            case other:
                raise SchemaError(f"{other!r} is no type that a frame may have", f"{path}.type")

    def _map(self, node: SchemaNode, path: str) -> ValueType:
        if node.properties:
            raise SchemaError("an object with named members needs a definition of its own", path)
        inner = node.additional_properties
        value = self._read(inner, f"{path}.additionalProperties") if isinstance(inner, SchemaNode) else AnyType()
        return MapType(value, node.max_properties, node.property_names.pattern if node.property_names else None)


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)
