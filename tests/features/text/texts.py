"""Texts to cut, and the parts of a feature without a daemon."""

from collections.abc import Awaitable, Callable

import trio
from hypothesis import strategies as st
from msgspec import Struct

from orchd.features.text.cutting.calibration import Calibration
from orchd.features.text.cutting.counting import Counting
from orchd.llm import Backends, BackendSpec, Prompt, Target
from orchd.llm.probing.tokens import Countable
from orchd.llm.types import Listener, ModelInfo, Outcome
from orchd.protocol.frame_type import FrameType, Payload
from orchd.protocol.identity import LOCAL, LOCAL_USER_ID
from tests.fix_chat import FakePeer

SAMPLES = [
    "O Dr. Silva chegou. Trouxe três livros! ",
    "Is this it? No, Mr. Smith said so. ",
    "\n\n",
    "\n",
    "```py\nx = 1. \ny = 2\n```\n",
    "| a | b |\n|---|---|\n| 1. | 2 |\n",
    "- item one\n- item two\n",
    "# Heading\n",
    "你好。今天天气很好！",
    "👩‍👩‍👧‍👦 🇧🇷🇵🇹 e\u0301a\u0308 각 क्षि",
    "\r\n",
    "1234567890",
    "x" * 40,
    "   ",
]

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
TEXTS = st.lists(st.sampled_from(SAMPLES) | ANY_TEXT, max_size=12).map("".join)
"""What looks like real texts, glued together with what does not."""


class TokenizedBackends(Backends):
    """One model, whose tokenizer is a function of the test; it answers by another one."""

    def __init__(self, tokenize: Callable[[str], int] | None = None, *, context: int | None = 1000) -> None:
        super().__init__([BackendSpec("http://127.0.0.1:9")])
        self.tokenize = tokenize
        self.counted: list[Countable] = []
        self.questions: list[str] = []
        self.resolved: list[str | None] = []
        self.target = Target(ModelInfo("tiny", "fake", context=context), "fake")
        self.answer: Callable[[str], Awaitable[str]] | None = None
        self.finish_reason = "stop"

    async def resolve(self, asked: str | None, conversation: str | None, default: str | None, **_: object) -> Target:
        """There is one model."""
        self.resolved.append(asked)
        return self.target

    async def count_tokens(self, target: Target, what: Countable) -> int | None:
        """Ask the test."""
        self.counted.append(what)
        if self.tokenize is None:
            return None
        if isinstance(what, str):
            return self.tokenize(what)
        return sum(self.tokenize(turn.content) + 4 for turn in what)

    async def stream(self, target: Target, prompt: Prompt, listener: Listener, **_: object) -> Outcome:
        """Ask the test."""
        assert self.answer is not None
        question = prompt.turns[-1].content
        self.questions.append(question)
        try:
            if text := await self.answer(question):
                listener.on_delta("content", text)
            return Outcome(self.finish_reason, "tiny", None)
        finally:
            listener.on_close()


def counting(backends: Backends) -> Counting:
    """Count with these servers, nothing learnt yet."""
    return Counting(backends, Calibration(), None)


class Request:
    """A request whose frames a test reads."""

    def __init__(self, user_id: int = LOCAL_USER_ID) -> None:
        self.id: str | None = "r1"
        self.identity = LOCAL._replace(user_id=user_id)
        self.address = ""
        self.peer = FakePeer()
        self.frames: list[Struct] = []
        self.sent: list[bytes] = []
        self._news = trio.Event()

    def emit(self, kind: FrameType[Payload], payload: Payload) -> None:
        """Keep the frame."""
        self.frames.append(payload)
        self.sent.append(kind.frame(payload, self.id))
        self._news.set()
        self._news = trio.Event()

    async def until(self, count: int) -> None:
        """Wait for so many frames; twenty seconds are a hang."""
        with trio.fail_after(20):
            while len(self.frames) < count:
                await self._news.wait()

    def after_reply(self, callback: Callable[[], None]) -> None:
        """Nobody needs this."""
        raise AssertionError

    @property
    def over(self) -> bool:
        """Nobody asks here."""
        return False

    def on_cancel(self, cancel: Callable[[], Awaitable[None]]) -> None:
        """Nobody needs this."""
        raise AssertionError
