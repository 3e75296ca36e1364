"""Holding a text against sources. There is no frame for a text that is no answer of a chat, so the check is asked for
itself, by the right that one of an answer needs; nothing of it is stored.
"""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from orchd.claims import MAX_ANSWER_BYTES, MAX_SOURCE_BYTES
from orchd.entity import owner_of
from orchd.errors import Invalid, TooLarge
from orchd.features.mcp.asking.call import McpCall
from orchd.features.mcp.tools.tool import McpTool, ToolArguments, ToolResult
from orchd.features.requester import requester_for
from orchd.features.verification import (
    CheckRequest,
    Source,
    Verification,
    VerificationOutcome,
    VerifyClaimItem,
    VerifyFinding,
    VerifyLedger,
    within_reply,
)
from orchd.llm import Cost, Priority
from orchd.protocol.types import Count, ModelName

NEEDS = "verify:message"
"""Whoever may have an answer checked may have any text checked."""


class TextSource(Struct, frozen=True, forbid_unknown_fields=True):
    """A text that the other one is to be measured by."""

    name: Annotated[str, Meta(min_length=1, max_length=200, description="How the result refers to it.")]
    text: Annotated[str, Meta(min_length=1, max_length=1_000_000)]


class VerifyArguments(ToolArguments, frozen=True, kw_only=True):
    """A text, and what it is measured by."""

    text: Annotated[
        str, Meta(min_length=1, max_length=MAX_ANSWER_BYTES, description="The text whose claims are checked.")
    ]
    sources: Annotated[
        tuple[TextSource, ...],
        Meta(min_length=1, max_length=50, description="What they don't say counts against the text."),
    ]
    question: Annotated[str, Meta(max_length=200_000, description="What the text is an answer to, if to anything.")] = (
        ""
    )
    author: Annotated[
        ModelName | None,
        Meta(
            description="The model that wrote it, so that another one judges it; left out, the outcome gets no further"
            " than `self_checked`."
        ),
    ] = None


class VerifiedText(ToolResult, frozen=True, kw_only=True):
    """What was found out about a text."""

    outcome: VerificationOutcome
    confidence: Annotated[int, Meta(ge=0, le=100, description="What the findings leave of 100.")]
    flagged: Annotated[bool, Meta(description="Whether that is too little to rely on the text.")]
    score: Annotated[int | None, Meta(description="What the judge gives it, of 100.")]
    reviewer: Annotated[str | None, Meta(description="The judge: a model.")]
    notes: str
    guidance: Annotated[str, Meta(description="What whoever writes it anew should do better.")]
    findings: list[VerifyFinding]
    claims: list[VerifyClaimItem]
    claim_count: Annotated[Count, Meta(description="How many claims the text makes; `claims` has the first of them.")]
    unchecked: Annotated[list[str], Meta(description="What could not be looked into, and why.")]


class _CallListener:
    """Says of a call how its check goes."""

    def __init__(self, call: McpCall) -> None:
        self._call = call
        self._claims: set[int] = set()

    async def on_claim(self, claim: VerifyClaimItem) -> None:
        """Count it."""
        self._claims.add(claim.index)
        self._call.tell(f"{len(self._claims)} claims found")

    def on_model(self, name: str) -> None:
        """Name it."""
        self._call.tell(f"asking {name}")

    def on_cost(self, cost: Cost) -> None:
        """The caller's quota knows it."""


class TextVerification:
    """The tool's work, with what it needs."""

    def __init__(self, verification: Verification) -> None:
        self._verification = verification

    async def verify(self, call: McpCall, arguments: VerifyArguments) -> VerifiedText:
        """Raises `Invalid`, `TooLarge`, and as `Verification.check` does."""
        who = call.client.permit(NEEDS)
        if not arguments.text.strip():
            raise Invalid("the text is empty", field="text")
        if len(arguments.text.encode()) > MAX_ANSWER_BYTES:
            raise TooLarge("the text is too long to be verified", field="text", maxBytes=MAX_ANSWER_BYTES)
        request = CheckRequest(
            question=arguments.question,
            answer=arguments.text,
            authors=() if arguments.author is None else (arguments.author,),
            task_type="chat",
            sources=_sources(arguments.sources),
            grounded=True,
            requester=requester_for(who, Priority.TASK),
            owner=owner_of(who),
            ask_around=True,
            stored=False,
        )
        return _result((await self._verification.check(request, _CallListener(call))).ledger)


def _sources(given: Sequence[TextSource]) -> tuple[Source, ...]:
    if len({source.name for source in given}) < len(given):
        raise Invalid("two sources have one name", field="sources")
    if sum(len(source.text.encode()) for source in given) > MAX_SOURCE_BYTES:
        raise TooLarge("the sources are too long together", field="sources", maxBytes=MAX_SOURCE_BYTES)
    return tuple(Source(source.name, source.text) for source in given)


def _result(found: VerifyLedger) -> VerifiedText:
    ledger = within_reply(found)
    return VerifiedText(
        outcome=ledger.outcome,
        confidence=ledger.confidence,
        flagged=ledger.flagged,
        score=ledger.score,
        reviewer=ledger.reviewer,
        notes=ledger.notes,
        guidance=ledger.guidance,
        findings=ledger.findings,
        claims=ledger.claims,
        claim_count=ledger.claim_count,
        unchecked=ledger.unchecked,
    )


def _text(result: VerifiedText) -> str:
    flagged = ", too little to rely on it" if result.flagged else ""
    head = f"{result.outcome}: confidence {result.confidence} of 100{flagged}."
    claims = [f"- {each.verdict or 'unclear'}: {each.claim}" for each in result.claims]
    findings = [f"- {each.kind}: {each.reason}" for each in result.findings]
    parts = [head, result.notes, result.guidance]
    parts += ["Claims:\n" + "\n".join(claims)] if claims else []
    parts += ["Findings:\n" + "\n".join(findings)] if findings else []
    parts += ["Not looked into: " + "; ".join(result.unchecked)] if result.unchecked else []
    return "\n\n".join(part for part in parts if part)


def verify_text(verification: Verification) -> McpTool[VerifyArguments, VerifiedText]:
    """Return the tool."""
    return McpTool(
        "verify_text",
        "Verify a text against sources",
        "Splits a text into claims and holds each against the sources: which are supported, contradicted or not found,"
        " with the place in the source. Models judge the whole besides. May take minutes; nothing is stored.",
        VerifyArguments,
        VerifiedText,
        (NEEDS,),
        TextVerification(verification).verify,
        text=_text,
        reads=True,
    )
