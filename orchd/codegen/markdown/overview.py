"""The tables of the first page: all requests, frames that nobody asked for, rights, errors, close codes."""

from collections.abc import Callable, Mapping

from orchd.codegen.markdown.links import Linker
from orchd.codegen.markdown.text import join_names, table
from orchd.codegen.reading.contract import Contract

REQUESTS = """Every request ends with one final frame: the one named here, or `error`. Frames before it carry the
request's `id` as well; frames that are pushed afterwards carry none. A token may make a request only if it has its
scope; the scope `read` is enough for all that needs the right to `read`. Which codes an `error` may have stands beside
each request, but for [those that any request may end with](#error-codes).

"""
REASONS = """`details.reason` of an `error` frame, where a code alone does not say it. The daemon may send more one day.

"""


def requests(contract: Contract, links: Linker) -> str:
    """Return what ends each request, and what comes besides."""
    rows = (
        [
            links.to(("request", request.type)),
            f"`{request.reply}`" + "".join(f", {name} `{value}`" for name, value in request.reply_data.items()),
            join_names(f"`{kind}`" for kind in request.before),
            join_names(f"`{kind}`" for kind in request.pushes),
            join_names(f"`{code}`" for code in request.errors or ()),
            request.right,
            request.scope,
        ]
        for request in contract.requests.values()
    )
    heads = ("request", "final frame", "before it", "pushed afterwards", "error codes", "right", "scope")
    return REQUESTS + table(heads, rows)


def lone_frames(contract: Contract, links: Linker) -> str:
    """Return the frames that come without a request."""
    facts = contract.session
    kinds = (facts.ready, facts.closing, *contract.unasked)
    return "".join(f"* {links.to_frame(kind)}\n" for kind in kinds)


def rights(contract: Contract, _: Linker) -> str:
    """Return what each right is needed for, and who has it."""
    rows = [
        [f"`{told.right}`", told.description, join_names(f"`{role}`" for role in told.roles)]
        for told in contract.rights
    ]
    return table(("right", "a request that needs it", "who has it"), rows)


def codes(contract: Contract, _: Linker) -> str:
    """Return what each error code means."""
    rows = [
        [f"`{told.code}`", "yes" if told.retryable else "", "yes" if told.common else "", told.description]
        for told in contract.error_codes
    ]
    return table(("code", "later it may succeed", "any request may end with it", ""), rows)


def reasons(contract: Contract, _: Linker) -> str:
    """Return what each reason of an error means."""
    return REASONS + table(("reason", ""), ([f"`{reason}`", told] for reason, told in contract.error_reasons.items()))


def closes(contract: Contract, _: Linker) -> str:
    """Return what each close code means."""
    rows = [[str(told.code), "yes" if told.reconnect else "", told.description] for told in contract.close_codes]
    return table(("code", "connect again", ""), rows)


PARTS: Mapping[str, Callable[[Contract, Linker], str]] = {
    "What ends a request": requests,
    "Frames that belong to no request": lone_frames,
    "Rights": rights,
    "Error codes": codes,
    "Reasons of errors": reasons,
    "Close codes": closes,
}
"""Headings, and what writes the text below each."""
