"""One method a request: what it takes, what it gives back, and what the runtime is told of it."""

from collections.abc import Iterable, Mapping

from orchd.codegen.answers import answer_shape, find_request
from orchd.codegen.naming import spell_names, words
from orchd.codegen.reading.contract import Contract, RequestType
from orchd.codegen.typescript.frames import call_members, event_frames
from orchd.codegen.typescript.names import error_name, event_name
from orchd.codegen.typescript.source import INDENT, docstring, listing, member_name, text


class ScriptMethodWriter:
    """Writes the methods of a module, and the constants that they need."""

    def __init__(self, contract: Contract, names: Mapping[str, str], requests: Iterable[RequestType]) -> None:
        self._contract, self._names = contract, names
        self._requests = [*requests]
        kinds = [request.type for request in self._requests]
        self._constants = spell_names(
            kinds, lambda kind: "_".join(words(kind)).upper(), ("FACTS",), "the types of requests"
        )
        self._terms: dict[str, list[str]] = {}
        self._terms_of: dict[str, str] = {}
        for request in self._requests:
            self._add_terms(request)

    def constants(self) -> list[str]:
        """Write what stands at the top of the module."""
        lines = [line for request in self._requests for line in self._call(request)]
        for told in self._terms.values():
            lines += ["", *told]
        return lines

    def method(self, request: RequestType, name: str) -> list[str]:
        """Write the method, in a class that has `this.#link`."""
        payload = self._contract.objects[request.payload]
        data = f"data: {self._names[payload.name]}"
        if all(not member.required for member in payload.members):
            data += " = {}"
        returns, given = self._result(request)
        head, _, arguments = given.partition("(")
        needs = [f"Needs the right `{request.right}`, of a token the scope `{request.scope}`."]
        if request.errors:
            thrown = ", ".join(f"`{error_name(code)}`" for code in request.errors)
            needs.append(f"May fail with {thrown}, besides what any request may.")
        return [
            *docstring("\n\n".join([request.description, *needs]), INDENT),
            *listing(f"{name}", [data, "options?: RequestOptions"], f": {returns} {{", INDENT, brackets="()"),
            *listing(f"return {head}", arguments.split(", "), ";", INDENT * 2, brackets="()"),
            f"{INDENT}}}",
        ]

    def _result(self, request: RequestType) -> tuple[str, str]:
        """Return the type that a method has, and what it gives; a call whose closing bracket is left out."""
        reply, constant, terms = self._reply(request), self._constants[request.type], self._terms_of.get(request.type)
        if request.resume is not None:
            kind = f"AnswerStream<{reply}, {self._progress(request)}>"
            return kind, f"new AnswerStream(this.#link, {constant}, data, {terms}, options"
        events = [self._names[frame] for frame in event_frames(self._contract, request)]
        event = self._names[event_name(request)] if len(events) > 1 else "".join(events)
        if request.subscription is not None:
            kind = f"Promise<Subscription<{reply}, {event or 'never'}>>"
            return kind, f"Subscription.open(this.#link, {constant}, data, {terms}, options"
        if events:
            return f"RequestStream<{reply}, {event}>", f"new RequestStream(this.#link, {constant}, data, options"
        return f"Promise<{reply}>", f"this.#link.request({constant}, data, options?.signal"

    def _reply(self, request: RequestType) -> str:
        return self._names[self._contract.server_frames[request.reply].payload]

    def _progress(self, request: RequestType) -> str:
        """Return what is told before an answer begins, as a type."""
        shape = answer_shape(self._contract, request)
        kinds = [kind for kind in request.before if kind not in (shape.streaming, request.reply)]
        return " | ".join(self._names[self._contract.server_frames[kind].payload] for kind in kinds) or "unknown"

    def _call(self, request: RequestType) -> list[str]:
        return listing(f"const {self._constants[request.type]}: Call = ", call_members(request), ";")

    def _add_terms(self, request: RequestType) -> None:
        """Write the terms of a request, if it needs some; those that are alike are written once."""
        if request.resume is not None:
            kind, told = "AnswerTerms", self._answer_terms(request)
        elif request.subscription is not None:
            kind, told = "FollowTerms", self._follow_terms(request)
        else:
            return
        known = next((name for name, other in self._terms.items() if other[1:] == told), None)
        if known is None:
            known = f"{self._constants[request.type]}_TERMS"
            self._terms[known] = [f"const {known}: {kind} = {{", *told]
        self._terms_of[request.type] = known

    def _answer_terms(self, request: RequestType) -> list[str]:
        shape = answer_shape(self._contract, request)
        resume = f"{{ {member_name(shape.of)}: messageId, afterSeq: seq, epoch }}"
        given = [
            f"streaming: {text(shape.streaming)}",
            *(f"{name}: {text(getattr(shape, name))}" for name in ("of", "chunk", "seq", "channel")),
            f"message: {text(request.reply)}",
            f"resume: {_call(shape.resume)}",
            f"resumeData: (messageId, seq, epoch) => ({resume})".replace("messageId: messageId", "messageId"),
        ]
        if shape.cancel is not None:
            given.append(f"cancel: {_call(shape.cancel)}")
            cancel = f"cancelData: (messageId) => ({{ {member_name(shape.of)}: messageId }})"
            given.append(cancel.replace("messageId: messageId", "messageId"))
        return [*(f"{INDENT}{line}," for line in given), "};"]

    def _follow_terms(self, request: RequestType) -> list[str]:
        terms = request.subscription
        assert terms is not None
        lines = listing("pushes: ", [text(kind) for kind in request.pushes], ",", INDENT, brackets="[]")
        lines.append(f"{INDENT}end: {_call(find_request(self._contract, terms.end))},")
        if terms.key:
            paths = [f"{INDENT * 2}{text(kind)}: {_path(path)}," for kind, path in terms.keys.items()]
            lines += [f"{INDENT}key: {text(terms.key)},", f"{INDENT}paths: {{", *paths, f"{INDENT}}},"]
        if terms.changes is not None:
            for name in ("since", "number", "recovered"):
                lines.append(f"{INDENT}{name}: {text(getattr(terms.changes, name))},")
        return [*lines, "};"]


def _call(request: RequestType) -> str:
    return f"{{ {', '.join(call_members(request))} }}"


def _path(path: str) -> str:
    return f"[{', '.join(text(part) for part in path.split('.'))}]"
