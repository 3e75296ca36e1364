"""One method a request: what it takes, what it gives back, and what the runtime is told of it."""

from collections.abc import Sequence

from orchd.codegen.answers import SAFE, answer_shape, find_request
from orchd.codegen.python.names import constant_name, error_class, event_name
from orchd.codegen.python.objects import ObjectWriter
from orchd.codegen.python.source import INDENT, attribute, call, dictionary, docstring, text, union
from orchd.codegen.reading.contract import Contract, RequestType


class MethodWriter:
    """Writes methods, and the constants that they need, of a contract."""

    def __init__(self, contract: Contract, objects: ObjectWriter) -> None:
        self._contract, self._objects = contract, objects

    def constants(self, request: RequestType) -> list[str]:
        """Write what stands at the top of a module for a request."""
        lines = self._call(request)
        if request.resume is not None:
            lines += self._answer_terms(request)
        if request.subscription is not None:
            lines += self._follow_terms(request)
        events = self._events(request)
        if len(events) > 1:
            lines += union(event_name(request), events)
        return lines

    def method(self, request: RequestType, name: str, before: Sequence[str] = ()) -> list[str]:
        """Write the method, in a class that has `self._link`; lines that come `before` its work."""
        payload = self._contract.objects[request.payload]
        returns, giving = self._result(request)
        head = "async def" if giving.startswith("await") else "def"
        names = self._objects.members(payload)
        parameters = ["self"]
        if payload.members:
            parameters.append("*")
        for member in sorted(payload.members, key=lambda member: not member.required):
            annotation, default = self._objects.parameter(member)
            parameters.append(f"{names[member.name]}: {annotation}" + (f" = {default}" if default else ""))
        needs = [f"Needs the right `{request.right}`, of a token the scope `{request.scope}`."]
        if request.errors:
            raised = ", ".join(f"`{error_class(code)}`" for code in request.errors)
            needs.append(f"May raise {raised}, besides what any request may.")
        given = [f"{written}={written}" for written in names.values()]
        local = "data_" if "data" in names.values() else "data"
        return [
            *call(f"{head} {name}", parameters, f" -> {returns}:", INDENT),
            *docstring("\n\n".join([request.description, *needs]), INDENT * 2),
            *([*(f"{INDENT * 2}{line}" if line else "" for line in before), ""] if before else []),
            *call(f"{local} = {request.payload}", given, "", INDENT * 2),
            f"{INDENT * 2}return {giving.replace(', data', f', {local}', 1)}",
        ]

    def _result(self, request: RequestType) -> tuple[str, str]:
        reply, constant = self._reply(request), self.constant(request)
        if request.resume is not None:
            return f"AnswerStream[{reply}]", f"AnswerStream(self._link, {constant}, data, {constant}_TERMS)"
        events = self._events(request)
        event = event_name(request) if len(events) > 1 else "".join(events)
        if request.subscription is not None:
            event = event or "Never"
            return f"Subscription[{reply}, {event}]", f"Subscription(self._link, {constant}, data, {constant}_TERMS)"
        if events:
            return f"RequestStream[{reply}, {event}]", f"RequestStream(self._link, {constant}, data)"
        return reply, f"await self._link.request({constant}, data)"

    def constant(self, request: RequestType) -> str:
        """Return what the constant of a request is called."""
        return constant_name(request.type)

    def _events(self, request: RequestType) -> list[str]:
        """Return what comes besides the reply, as types."""
        kinds = request.pushes if request.subscription is not None else () if request.resume else request.before
        return [*dict.fromkeys(self._contract.server_frames[kind].payload for kind in kinds)]

    def _reply(self, request: RequestType) -> str:
        return self._contract.server_frames[request.reply].payload

    def _call(self, request: RequestType) -> list[str]:
        given = [text(request.type), text(request.reply), self._reply(request)]
        if request.reply_data:
            given.append(f"reply_data={dictionary(request.reply_data)}")
        if request.right in SAFE:
            given.append("safe=True")
        return call(f"{self.constant(request)} = Call", given)

    def _call_of(self, kind: str) -> str:
        """Write the call of another request, in place."""
        other = find_request(self._contract, kind)
        return f"Call({text(other.type)}, {text(other.reply)}, {self._reply(other)})"

    def _answer_terms(self, request: RequestType) -> list[str]:
        shape = answer_shape(self._contract, request)
        data = _write_data(shape.resume, {shape.of: "message_id", "afterSeq": "seq", "epoch": "epoch"})
        given = [
            f"streaming={text(shape.streaming)}",
            *(f"{name}={text(attribute(getattr(shape, name)))}" for name in ("of", "chunk", "seq", "channel")),
            f"message={text(request.reply)}",
            f"answered={dictionary(request.reply_data)}",
            f"resume={self._call_of(shape.resume.type)}",
            f"resume_data=lambda message_id, seq, epoch: {data}",
        ]
        if shape.cancel is None:
            given += ["cancel=None", "cancel_data=None"]
        else:
            data = _write_data(shape.cancel, {shape.of: "message_id"})
            given += [f"cancel={self._call_of(shape.cancel.type)}", f"cancel_data=lambda message_id: {data}"]
        return call(f"{self.constant(request)}_TERMS = AnswerTerms", given)

    def _follow_terms(self, request: RequestType) -> list[str]:
        terms, constant = request.subscription, self.constant(request)
        assert terms is not None
        end = self._contract.requests[terms.end].payload
        data = f"{end}({attribute(terms.key)}=key)" if terms.key else f"{end}()"
        pushes = ", ".join(text(kind) for kind in request.pushes)
        given = [
            f"pushes=frozenset({{{pushes}}})",
            f"end={self._call_of(terms.end)}",
            f"end_data=lambda {'key' if terms.key else '_'}: {data}",
        ]
        paths: list[str] = []
        if terms.key:
            paths = [
                f"{constant}_PATHS: dict[str, tuple[str, ...]] = {{",
                *(f"{INDENT}{text(kind)}: {_tuple(path)}," for kind, path in terms.keys.items()),
                "}",
            ]
            given += [f"key={text(attribute(terms.key))}", f"paths={constant}_PATHS"]
        if terms.changes is not None:
            found = {"since": terms.changes.since, "number": terms.changes.number, "recovered": terms.changes.recovered}
            given += [f"{name}={text(attribute(member))}" for name, member in found.items()]
        return [*paths, *call(f"{constant}_TERMS = FollowTerms", given)]


def _write_data(request: RequestType, given: dict[str, str]) -> str:
    return f"{request.payload}({', '.join(f'{attribute(name)}={value}' for name, value in given.items())})"


def _tuple(path: str) -> str:
    return repr(tuple(attribute(part) for part in path.split("."))).replace("'", '"')
