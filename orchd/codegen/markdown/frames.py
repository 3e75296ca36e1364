"""What is said of one frame: what it is for, what it belongs to, its members, and an example."""

from collections.abc import Iterator

from orchd.codegen.markdown.layout import Layout
from orchd.codegen.markdown.links import Linker
from orchd.codegen.markdown.members import member_table
from orchd.codegen.markdown.text import capital, join_names, json_block
from orchd.codegen.reading.contract import Contract, RequestType, ServerFrameType, SubscriptionType


class FrameWriter:
    """Writes the text below each heading of a page."""

    def __init__(self, contract: Contract, layout: Layout, links: Linker) -> None:
        self._contract = contract
        self._layout = layout
        self._links = links

    def request(self, kind: str) -> str:
        """Return what is said of a request, and of its reply where that answers nothing else."""
        request = self._contract.requests[kind]
        parts = [_about(request.description, kind), _points(self._facts(request)), self._data(request)]
        if request.example is not None:
            parts.append(json_block(request.example))
        if kind in self._layout.replies:
            reply = self._contract.server_frames[kind]
            parts += ["**The reply**\n", *self._about_reply(reply), self._data(reply), *_example(reply)]
        return "\n".join(parts)

    def frame(self, kind: str) -> str:
        """Return what is said of a frame that the daemon sends."""
        frame = self._contract.server_frames[kind]
        parts = [_about(frame.description, kind), _points(self._occasions(kind)), self._data(frame), *_example(frame)]
        return "\n".join(part for part in parts if part)

    def members(self, name: str) -> str:
        """Return what is said of an object."""
        told = self._contract.objects[name]
        about = f"{told.description.strip()}\n\n" if told.description else ""
        return about + member_table(told, self._contract, self._links)

    def values(self, name: str) -> str:
        """Return what is said of an enumeration."""
        told = self._contract.enumerations[name]
        values = join_names(f"`{value}`" for value in told.values)
        grows = " The daemon may send more one day." if told.may_grow else ""
        return f"{told.description.strip()}\n\n{values}.{grows}\n"

    def _about_reply(self, reply: ServerFrameType) -> Iterator[str]:
        """Yield what is said of a reply; the words of an object that has a place of its own stand there."""
        if reply.payload in self._layout.inlined and self._contract.objects[reply.payload].members:
            yield _about(reply.description.removeprefix(f"The reply to `{reply.type}`. "), reply.type)

    def _facts(self, request: RequestType) -> Iterator[str]:
        tells = "".join(f" whose `{name}` is `{value}`" for name, value in request.reply_data.items())
        yield f"right `{request.right}`, scope `{request.scope}`"
        if request.type not in self._layout.replies:
            yield f"ends with {self._links.to_frame(request.reply)}{tells}"
        if request.before:
            yield f"before that: {self._frames(request.before)}"
        if request.errors:
            yield f"may end with `error`: {join_names(f'`{code}`' for code in request.errors)}"
        if request.pushes:
            yield f"pushed afterwards, without an `id`: {self._frames(request.pushes)}"
        if request.resume is not None and request.resume != request.type:
            yield f"after a lost connection {self._links.to(('request', request.resume))} has the rest"
        if request.subscription is not None:
            yield from self._subscription(request.subscription)

    def _subscription(self, told: SubscriptionType) -> Iterator[str]:
        yield f"a subscription: {self._links.to(('request', told.end))} ends it"
        if told.key is not None:
            places = join_names(f"`{path}` of `{kind}`" for kind, path in told.keys.items() if path != told.key)
            elsewhere = f"; in what is pushed it is {places}" if places else ", which all that is pushed has"
            yield f"a connection may have several, told apart by `{told.key}`{elsewhere}"
        if told.changes is not None:
            yield (
                f"goes on where it was with `{told.changes.since}`, the last `{told.changes.number}` that was seen, "
                f"if the reply's `{told.changes.recovered}` is true"
            )

    def _occasions(self, kind: str) -> Iterator[str]:
        requests = self._contract.requests.values()
        occasions = {
            "ends": [request.type for request in requests if request.reply == kind],
            "comes before the end of": [request.type for request in requests if kind in request.before],
            "is pushed, without an `id`, after": [request.type for request in requests if kind in request.pushes],
        }
        for told, kinds in occasions.items():
            if kinds:
                yield f"{told} {join_names(self._links.to(('request', each)) for each in kinds)}"
        if kind in self._contract.unasked:
            yield "belongs to no request: whoever is connected may get it"

    def _data(self, frame: RequestType | ServerFrameType) -> str:
        if frame.payload not in self._layout.inlined:
            return f"Its `data`: {self._links.to(('object', frame.payload))}.\n"
        told = self._contract.objects[frame.payload]
        if not told.members:
            needed = isinstance(frame, ServerFrameType) or frame.payload_required
            return f"Its `data` is empty{'' if needed else ', and may be left out'}.\n"
        return member_table(told, self._contract, self._links)

    def _frames(self, kinds: tuple[str, ...]) -> str:
        return join_names(self._links.to_frame(kind) for kind in kinds)


def _about(description: str, kind: str) -> str:
    """Return a description without the type that it begins with."""
    told = description.strip()
    for head in (f"The reply to `{kind}`: ", f"`{kind}`: ", f"`{kind}`; ", f"`{kind}`, "):
        told = told.removeprefix(head)
    return f"{capital(told)}\n"


def _example(frame: ServerFrameType) -> Iterator[str]:
    if frame.example is not None:
        yield json_block(frame.example)


def _points(told: Iterator[str]) -> str:
    return "".join(f"* {point}\n" for point in told)
