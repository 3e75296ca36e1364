"""Requests whose type begins with `text`."""

from __future__ import annotations

from collections.abc import Sequence

from ..data.text import (
    TextChunk,
    TextChunked,
    TextEstimate,
    TextEstimated,
    TextKeep,
    TextMessage,
    TextProcess,
    TextProcessed,
    TextProgress,
    TextTruncate,
    TextTruncated,
    TextUnit,
)
from ..runtime.facts import Call
from ..runtime.link import Link
from ..runtime.streams import RequestStream

_TEXT_ESTIMATE = Call("text:estimate", "text:estimate", TextEstimated, safe=True)
_TEXT_TRUNCATE = Call("text:truncate", "text:truncate", TextTruncated, safe=True)
_TEXT_CHUNK = Call("text:chunk", "text:chunk", TextChunked, safe=True)
_TEXT_PROCESS = Call("text:process", "text:process", TextProcessed)


class TextRequests:
    """`client.text`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def estimate(
        self,
        *,
        text: str | None = None,
        messages: Sequence[TextMessage] | None = None,
        model: str | None = None,
    ) -> TextEstimated:
        """`text:estimate`: how many tokens is a text, or a conversation as `model` would be sent it. One of the two.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = TextEstimate(text=text, messages=messages, model=model)
        return await self._link.request(_TEXT_ESTIMATE, data)

    async def truncate(
        self,
        *,
        text: str | None = None,
        messages: Sequence[TextMessage] | None = None,
        max_tokens: int | None = None,
        model: str | None = None,
        reserve: int | None = None,
        keep: TextKeep | None = None,
    ) -> TextTruncated:
        """`text:truncate`: cut a text, or a conversation, to `maxTokens` or to the context of `model`, less `reserve`.

        `keep` says what stays of a text, or of a conversation's last message where that is too long by itself.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, besides what any request may.
        """
        data = TextTruncate(
            text=text,
            messages=messages,
            max_tokens=max_tokens,
            model=model,
            reserve=reserve,
            keep=keep,
        )
        return await self._link.request(_TEXT_TRUNCATE, data)

    async def chunk(
        self,
        *,
        text: str,
        size: int,
        overlap: int | None = None,
        unit: TextUnit | None = None,
        model: str | None = None,
        first_chunk: int | None = None,
    ) -> TextChunked:
        """`text:chunk`: cut a text into chunks of `size` at most; each repeats up to `overlap` of the one before.

        `firstChunk`, the `nextChunk` of an earlier reply, asks for the chunks from that one on.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, besides what any request may.
        """
        data = TextChunk(text=text, size=size, overlap=overlap, unit=unit, model=model, first_chunk=first_chunk)
        return await self._link.request(_TEXT_CHUNK, data)

    def process(
        self,
        *,
        text: str | None = None,
        instruction: str | None = None,
        model: str | None = None,
        size: int | None = None,
        overlap: int | None = None,
        reduce: str | None = None,
        parallel: int | None = None,
        job_id: int | None = None,
        first_part: int | None = None,
    ) -> RequestStream[TextProcessed, TextProgress]:
        """`text:process`: have a model follow `instruction` on each chunk of `text`, then `reduce` on all the answers.

        `size`, in tokens, is chosen by the model's context when it is left out. With `jobId` an earlier job is taken
        up: only what is missing or has failed is done, by the same model unless another is named; besides `model`, only
        `parallel` may be given. With `firstPart`, the `nextPart` of an earlier reply, it is only read, from that part
        on.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, `TimeoutError`, `UpstreamErrorError`, besides what
        any request may.
        """
        data = TextProcess(
            text=text,
            instruction=instruction,
            model=model,
            size=size,
            overlap=overlap,
            reduce=reduce,
            parallel=parallel,
            job_id=job_id,
            first_part=first_part,
        )
        return RequestStream(self._link, _TEXT_PROCESS, data)
