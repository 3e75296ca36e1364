"""Tool calls put together from the fragments in which servers send them. Sans-IO.

As documented, the first fragment of a call has its `index`, `id` and name, the others the `index` and a piece of the
arguments. In practice Ollama sends whole calls that all have the index 0, some servers send no index or no id, some a
new id with every fragment, and LM Studio 0.3.16 an empty name after the real one. So a new call begins with a new
index, or with a name that comes with a new id; without any index, with a name. The first name counts.
"""

from collections.abc import Iterable

from orchd.llm.chunks import CallFragment
from orchd.llm.sse import StreamTooLongError
from orchd.llm.tools import CalledFunction, ToolCall

MAX_CALLS = 128
MAX_NAME_CHARACTERS = 256
"""Of a function's name, and of a call's id."""


class _Call:
    """One call on its way."""

    def __init__(self) -> None:
        self.id = ""
        self.name = ""
        self.arguments: list[str] = []


class ToolCalls:
    """The calls of one answer."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}

    def add(self, fragments: Iterable[CallFragment]) -> int:
        """Take the fragments of one event; return how many bytes of arguments they add.

        Raises StreamTooLongError for more calls, or longer names and ids, than anybody needs.
        """
        return sum(self._take(fragment) for fragment in fragments)

    def whole(self) -> tuple[ToolCall, ...]:
        """Return the calls, each with an id that no other has; what never got a name is none."""
        named = [call for call in self._calls if call.name]
        taken = {call.id for call in named}
        found: dict[str, ToolCall] = {}
        for place, call in enumerate(named):
            name = call.id
            if not name or name in found:
                name = next(one for n in range(place, place + MAX_CALLS + 1) if (one := f"call_{n}") not in taken)
                taken.add(name)
            found[name] = ToolCall(name, CalledFunction(call.name, "".join(call.arguments)))
        return tuple(found.values())

    def _take(self, fragment: CallFragment) -> int:
        function = fragment.function
        name = (function.name if function is not None else None) or ""
        arguments = (function.arguments if function is not None else None) or ""
        call = self._call(fragment.index, fragment.id or "", name)
        call.id = call.id or fragment.id or ""
        call.name = call.name or name
        if len(call.id) > MAX_NAME_CHARACTERS or len(call.name) > MAX_NAME_CHARACTERS:
            raise StreamTooLongError
        call.arguments.append(arguments)
        return len(arguments.encode("utf-8", "replace"))

    def _call(self, index: int | None, call_id: str, name: str) -> _Call:
        """Return the call that a fragment belongs to."""
        latest = self._calls[-1] if self._calls else None
        known = latest if index is None else self._by_index.get(index)
        if known is None:
            return self._begin(index)
        if name and known.name and (index is None or (call_id and call_id != known.id)):
            return self._begin(index)
        return known

    def _begin(self, index: int | None) -> _Call:
        if len(self._calls) >= MAX_CALLS:
            raise StreamTooLongError
        call = _Call()
        self._calls.append(call)
        if index is not None:
            self._by_index[index] = call
        return call
