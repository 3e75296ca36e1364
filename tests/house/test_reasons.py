"""What refuses a request says why by a reason, which the page says in any language.

Without one the page has nothing but the daemon's English sentence. `not_found` needs none: whatever is missing, the
page says that it isn't there; `upstream_error` and `timeout` come of what model servers do, for reasons of their own.
"""

import ast
from collections.abc import Iterator, Mapping

import pytest

from orchd.errors import Busy, Conflict, Forbidden, Invalid, RateLimited, TooLarge, Unauthorized, Unavailable
from tests.house.source import ORCHD, Module

REFUSALS = frozenset(
    kind.__name__ for kind in (Busy, Conflict, Forbidden, Invalid, RateLimited, TooLarge, Unauthorized, Unavailable)
)

FOR_PROGRAMS: Mapping[str, str] = {
    "orchd/cli/": "the command line speaks English",
    "orchd/client/": "the command line's way to the daemon",
    "orchd/features/gateway/": "programs that know other APIs",
    "orchd/features/mcp/": "programs that call tools",
    "orchd/features/models/generating/": "the page asks models by chats and tasks",
    "orchd/features/notification/channels/delivery.py": "for the log",
    "orchd/features/notification/channels/web.py": "for the log",
    "orchd/features/text/": "the page has no form for long texts",
    "orchd/json_schema/": "the page sends no schemas",
    "orchd/oidc/": "a page of its own says it, before there is a language",
    "orchd/pages/contents/conversations.py": "links that the page writes itself",
    "orchd/pages/metrics.py": "for Prometheus",
    "orchd/pages/query.py": "addresses that programs write",
    "orchd/simulator/": "what a model server says",
    "orchd/worker/": "from one process of ours to another",
}
"""What the page doesn't ask, and so needn't say: folders and modules, with who reads it instead."""


def unreasoned(module: Module) -> Iterator[str]:
    """Yield where a refusal is made without a reason, or with none."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
            given = {word.arg: word.value for word in node.keywords}
            if "reason" not in given or getattr(given["reason"], "value", "") is None:
                yield module.at(node.lineno)


def test_what_the_page_can_meet_has_a_reason() -> None:
    met = [module for module in ORCHD if not module.path.startswith((*FOR_PROGRAMS,))]
    found = [place for module in met for place in unreasoned(module)]
    assert not found, "give it one of `orchd/reasons.py`, or a new one that the page can say:\n" + "\n".join(found)


@pytest.mark.parametrize("place", FOR_PROGRAMS)
def test_who_needs_no_reasons_refuses_something(place: str) -> None:
    assert any(any(unreasoned(module)) for module in ORCHD if module.path.startswith(place))


@pytest.mark.parametrize("text", ["Invalid('x', field='y')", "raise Busy('full')", "Conflict('x', reason=None)"])
def test_such_code_is_found(text: str) -> None:
    assert list(unreasoned(Module("orchd/x.py", text))) == ["orchd/x.py:1"]


@pytest.mark.parametrize("text", ["Invalid('x', reason='blank')", "Busy('x', reason=found.reason)", "NotFound('x')"])
def test_other_code_is_not(text: str) -> None:
    assert not [*unreasoned(Module("orchd/x.py", text))]
