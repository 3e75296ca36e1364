"""`docs/frames.md`: the parts of the schema that people look up, as tables."""

from collections.abc import Iterable

from orchd.protocol.schema.shape import SchemaObject

HEAD = """# Frames, codes and values

Generated from the schema by `make schema`; do not edit. [Clients](clients.md) says how to use it, the
[schema](../protocol.schema.json) has every member of every frame.

## What ends a request

Every request ends with one final frame: the one named here, or `error`. Frames before it carry the request's `id` as
well; frames that are pushed afterwards carry none. The right is what a request needs: `status` tells how the machine
is, `read` shows, `change` stores or runs, `admin` decides for everybody. A viewer may `read`, a member `change` too. A
token may make a request only if it has its scope; the scope `read` is enough for all that needs the right to `read`.

"""


def document(schema: SchemaObject) -> str:
    definitions: SchemaObject = schema["$defs"]
    enumerations = {
        name: told
        for name, told in definitions.items()
        if "enum" in told and not {"x-codes", "x-reasons"} & told.keys()
    }
    codes = definitions["ErrorCode"]["x-codes"]
    reasons = definitions["ErrorReason"]["x-reasons"]
    sections = [
        HEAD
        + _table(
            ["request", "final frame", "before it", "pushed afterwards", "right", "scope"], _requests(definitions)
        ),
        "## Error codes\n\n" + _table(["code", "later it may succeed", ""], _errors(codes)),
        "## Reasons of errors\n\n`details.reason` of an `error` frame, where a code alone does not say it. "
        "The daemon may send more one day.\n\n"
        + _table(["reason", ""], ([f"`{reason}`", said] for reason, said in reasons.items())),
        "## Close codes\n\n" + _table(["code", "connect again", ""], _closes(schema["x-closeCodes"])),
        "## Values\n\nOf those with a + the daemon may send more one day.\n\n"
        + _table(["", "values", ""], _values(enumerations)),
    ]
    return "\n".join(sections)


def _requests(definitions: SchemaObject) -> Iterable[list[str]]:
    for name, frame in definitions.items():
        if "x-reply" in frame:
            final = _type(definitions, frame["x-reply"])
            final += "".join(f", {member} `{value}`" for member, value in frame.get("x-replyData", {}).items())
            others = [
                ", ".join(_type(definitions, frame_type) for frame_type in frame[key])
                for key in ("x-before", "x-pushes")
            ]
            yield [_type(definitions, name), final, *others, frame["x-right"], frame["x-scope"]]


def _type(definitions: SchemaObject, name: str) -> str:
    return f"`{definitions[name]['properties']['type']['const']}`"


def _errors(codes: SchemaObject) -> Iterable[list[str]]:
    return ([f"`{code}`", "yes" if told["retryable"] else "", told["description"]] for code, told in codes.items())


def _closes(codes: list[SchemaObject]) -> Iterable[list[str]]:
    return ([str(code["code"]), "yes" if code["reconnect"] else "", code["description"]] for code in codes)


def _values(enumerations: SchemaObject) -> Iterable[list[str]]:
    for name, told in enumerations.items():
        values = ", ".join(f"`{value}`" for value in told["enum"])
        yield [f"`{name}`{' +' if told.get('x-mayGrow') else ''}", values, told["description"]]


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    cells = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in cells)
