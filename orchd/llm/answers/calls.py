"""Tool calls put together from the fragments in which servers send them. Sans-IO.

As documented, the first fragment of a call has its `index`, `id` and name, the others the `index` and a piece of the
arguments. Servers leave out any of these, send them again with every fragment, count the index up with every fragment
or never. So a fragment belongs to

1. the call that has its id;
2. else, with a name, to a new call, if the one that it would go on with is complete: its arguments are whole JSON. It
   is new as well where its id or, without arguments so far, its name is another one;
3. else to the call with its index;
4. else to the latest one.

The first name and id of a call count.
"""

from collections.abc import Iterable

from orchd.llm.tools import CalledFunction, ToolCall
from orchd.llm.wire.chunks import CallFragment
from orchd.llm.wire.halves import mend
from orchd.llm.wire.sse import StreamTooLongError
from orchd.patterns import lazy_pattern

MAX_CALLS = 128
MAX_NAME_CHARACTERS = 256
"""Of a function's name, and of a call's id."""

_MARK = lazy_pattern(r'["\\{}\[\]]')
_PLACEHOLDERS = ("{}", "null", '""')
"""What some servers send as arguments before the real ones."""


class _Arguments:
    """The arguments of one call, and whether they are whole JSON by now; each character is looked at once."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.blank = True
        self._seen = 0
        self._depth = 0
        self._opened = self._quoted = self._escaped = False

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.blank = self.blank and not text.strip()

    @property
    def whole(self) -> bool:
        """Tell whether all that was opened is closed."""
        for text in self.pieces[self._seen :]:
            self._scan(text)
        self._seen = len(self.pieces)
        return self._opened and self._depth == 0 and not self._quoted

    @property
    def text(self) -> str:
        """Return them as far as they came."""
        return "".join(self.pieces)

    @property
    def placeholder(self) -> bool:
        """Tell whether there is nothing but what stands for none."""
        return len(self.pieces) <= 2 and self.text.strip() in _PLACEHOLDERS

    def _scan(self, text: str) -> None:
        skip = 0 if self._escaped else -1
        self._escaped = False
        for match in _MARK.finditer(text):
            if match.start() == skip:
                continue
            mark = match[0]
            if mark == "\\":
                skip = match.start() + 1
                self._escaped = skip == len(text)
            elif mark == '"':
                self._quoted = not self._quoted
            elif not self._quoted:
                self._opened = True
                self._depth += 1 if mark in "{[" else -1


class _Call:
    """One call on its way."""

    def __init__(self, index: int | None) -> None:
        self.index = index
        self.id = ""
        self.name = ""
        self.arguments = _Arguments()

    def echoes(self, earlier: "_Call") -> bool:
        """Tell whether this was no call, but an earlier one said once more: its name, or with its id all of it."""
        if self.name != earlier.name or not earlier.arguments.whole:
            return False
        if self.arguments.blank:
            return self.id == earlier.id if self.id else self.index == earlier.index
        same = bool(self.id) and (self.id, self.index) == (earlier.id, earlier.index)
        return same and self.arguments.text == earlier.arguments.text


class ToolCalls:
    """The calls of one answer."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}
        self._by_id: dict[str, _Call] = {}

    def add(self, fragments: Iterable[CallFragment]) -> int:
        """Take the fragments of one event; return how many bytes of arguments they add.

        Raises StreamTooLongError for more calls, or longer names and ids, than anybody needs.
        """
        before = len(self._calls)
        return sum(self._take(fragment, before) for fragment in fragments)

    def __bool__(self) -> bool:
        """Whether there are any so far."""
        return bool(self._calls)

    def whole(self) -> tuple[ToolCall, ...]:
        """Return the calls, each with an id that no other has; what never got a name is none."""
        named: list[_Call] = []
        for call in self._calls:
            earlier = next((other for other in named if call.id and other.id == call.id), named[-1] if named else None)
            if call.name and not (earlier is not None and call.echoes(earlier)):
                named.append(call)
        taken = {call.id for call in named}
        found: dict[str, ToolCall] = {}
        for place, call in enumerate(named):
            name = call.id
            if not name or name in found:
                name = next(one for n in range(place, place + MAX_CALLS + 1) if (one := f"call_{n}") not in taken)
                taken.add(name)
            found[name] = ToolCall(name, CalledFunction(call.name, mend(call.arguments.text)))
        return tuple(found.values())

    def _take(self, fragment: CallFragment, before: int) -> int:
        function = fragment.function
        name = (function.name if function is not None else None) or fragment.name or ""
        arguments = (function.arguments if function is not None else None) or fragment.arguments or ""
        call_id = mend(fragment.id or "")
        call = self._call(fragment.index, call_id, name, arguments, before)
        if not call.id and call_id:
            call.id = call_id
            self._by_id[call_id] = call
        call.name = call.name or mend(name)
        if len(call.id) > MAX_NAME_CHARACTERS or len(call.name) > MAX_NAME_CHARACTERS:
            raise StreamTooLongError
        if not name and arguments.strip() and call.arguments.placeholder:
            call.arguments = _Arguments()
        call.arguments.add(arguments)
        return len(arguments.encode("utf-8", "replace"))

    def _call(self, index: int | None, call_id: str, name: str, arguments: str, before: int) -> _Call:
        """Return the call that a fragment belongs to; `before` calls were there before its event."""
        known = self._by_id.get(call_id) if call_id else None
        if known is not None:
            again = bool(name) and known.arguments.whole
            other = index is not None and known.index is not None and index != known.index
            return self._begin(index) if again and (other or arguments.strip()) else known
        latest = self._calls[-1] if self._calls else None
        place = latest if index is None else self._by_index.get(index)
        if place is None:
            return self._call_for(index, call_id, name, latest)
        if not name:
            new = bool(call_id) and index is None and bool(place.id) and place.arguments.whole
        elif not place.name:
            new = False
        else:
            new = self._names_another(place, index, call_id, name, before)
        return self._begin(index) if new else place

    def _names_another(self, place: _Call, index: int | None, call_id: str, name: str, before: int) -> bool:
        """Tell whether a name on a fragment begins a new call, instead of being that of `place` said again."""
        if place.arguments.whole or (call_id and place.id):
            return True
        if index is None and self._calls.index(place) >= before:
            return True  # whole calls in one event
        return name != place.name and (index is None or place.arguments.blank)

    def _call_for(self, index: int | None, call_id: str, name: str, latest: _Call | None) -> _Call:
        """Return the call of a fragment whose index is new: a new one, unless it says nothing of one."""
        if latest is None or name:
            return self._begin(index)
        return self._begin(index) if call_id and latest.arguments.whole else latest

    def _begin(self, index: int | None) -> _Call:
        if len(self._calls) >= MAX_CALLS:
            raise StreamTooLongError
        call = _Call(index)
        self._calls.append(call)
        if index is not None:
            self._by_index[index] = call
        return call
