import msgspec
import pytest
import trio

from orchd.errors import NotFound, OrchdError, TooLarge, Unavailable, UpstreamError
from orchd.llm import Backends, Turn
from orchd.llm.answers.failures import judge
from orchd.llm.answers.no_chat import DOUBT_SECONDS, NO_PAGE_SECONDS, SURE_SECONDS, ChatRefusals, says_no_chat
from orchd.llm.answers.words import read_body
from orchd.llm.types import BackendSpec, ModelInfo, Prompt
from tests.fix_upstream import DONE, Upstream, delta, finish, reply
from tests.llm.complete import complete

PROMPT = Prompt((Turn("user", "hello"),))

REFUSALS = (
    '"nomic-embed-text" does not support chat',
    '"bge-m3:latest" does not support generate',
    "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/c...?",
    "The model does not support Chat Completions API",
    "This server does not support completions. Start it without `--embeddings`",
    "This server does not support chat completions",
    "Model type is not LLM",
    "x is an embedding model",
    "This model is not a generation model",
    "This model only supports embeddings",
    "This endpoint doesn't support the chat API",
    "whisper-large-v3 is a speech model",
)
OTHER_WORDS = (
    "this model does not support tools",
    "does not support image input in chat",
    "response_format is not supported",
    "the model is not found",
    "This model's maximum context length is 2048 tokens",
    "temperature does not support 0.5 with this model",
    "unsupported parameter: 'max_tokens' is not supported with this model",
    "the chat template does not support system messages",
    "model is loading",
)


@pytest.mark.parametrize("message", REFUSALS)
def test_servers_say_in_many_words_that_a_model_does_not_chat(message: str) -> None:
    assert says_no_chat(message)
    error = judge("box", read_body(400, msgspec.json.encode({"error": {"message": message}})))
    assert (type(error), error.reason) == (UpstreamError, "no_chat")


@pytest.mark.parametrize("message", OTHER_WORDS)
def test_other_refusals_are_none(message: str) -> None:
    assert not says_no_chat(message)


class Hands:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


MODELS = (ModelInfo("a", "box"), ModelInfo("b", "box"), ModelInfo("v", "box", purpose="speech"))


def chatting(refusals: ChatRefusals, models: tuple[ModelInfo, ...] = MODELS) -> list[str]:
    return [info.id for info in refusals.mark(models) if info.chats]


def upstream(status: int | None = None, reason: str = "server_error", message: str = "no") -> OrchdError:
    return UpstreamError(message, reason=reason, http_status=status)  # type: ignore[arg-type] # one of them


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (upstream(400, "no_chat"), SURE_SECONDS),
        (upstream(404, message="Not Found"), NO_PAGE_SECONDS),
        (upstream(404, message="the server answered with HTTP status 404"), NO_PAGE_SECONDS),
        (upstream(404, message="not like this"), DOUBT_SECONDS),
        (upstream(501), NO_PAGE_SECONDS),
        (upstream(200, "unexpected_endpoint"), NO_PAGE_SECONDS),
        (upstream(422), DOUBT_SECONDS),
    ],
)
def test_a_first_failed_try_is_remembered_for_a_while(error: OrchdError, seconds: float) -> None:
    clock = Hands()
    refusals = ChatRefusals("box", clock)
    assert refusals.note("a", error)
    assert chatting(refusals) == ["b"]
    clock.now = seconds - 1
    assert chatting(refusals) == ["b"]
    clock.now = seconds + 1
    assert chatting(refusals) == ["a", "b"]


@pytest.mark.parametrize(
    "error",
    [
        upstream(500),
        upstream(401, "unauthorized"),
        upstream(reason="empty_response"),
        upstream(reason="connection_lost"),
        NotFound("no such model", field="model"),
        TooLarge("too long", reason="context_overflow", http_status=400),
        Unavailable("away", http_status=503),
    ],
)
def test_what_says_nothing_of_the_model_is_not(error: OrchdError) -> None:
    refusals = ChatRefusals("box", Hands())
    assert not refusals.note("a", error)
    assert chatting(refusals) == ["a", "b"]


def test_one_that_answers_is_never_doubted_and_an_answer_ends_the_doubt() -> None:
    refusals = ChatRefusals("box", Hands())
    refusals.note("a", None)
    assert not refusals.note("a", upstream(400))
    refusals.note("b", upstream(400, "no_chat"))
    assert chatting(refusals) == ["a"]
    assert refusals.note("b", None)
    assert chatting(refusals) == ["a", "b"]


def test_a_doubt_leaves_no_server_without_a_model_but_certainty_does() -> None:
    refusals = ChatRefusals("box", Hands())
    refusals.note("a", upstream(400))
    assert chatting(refusals, MODELS[:1]) == ["a"]
    refusals.note("a", upstream(400, "no_chat"))
    assert chatting(refusals, MODELS[:1]) == []
    refusals.forget()
    assert chatting(refusals, MODELS[:1]) == ["a"]


async def test_a_model_that_its_server_refuses_to_chat_with_is_not_chosen_again(
    upstream: Upstream, nursery: trio.Nursery
) -> None:
    upstream.routes = {"GET /v1/models": reply(200, {"data": [{"id": "odd"}, {"id": "plain"}]})}
    backends = Backends([BackendSpec(upstream.url, kind="openai")])
    await nursery.start(backends.run)
    odd = await backends.resolve(None, None, None)
    assert odd.model.id == "odd"
    upstream.routes["POST /v1/chat/completions"] = reply(400, {"error": "odd does not support chat"})
    with pytest.raises(UpstreamError) as caught:
        await complete(backends, odd, PROMPT)
    assert caught.value.reason == "no_chat"
    assert (await backends.resolve(None, None, None)).model.id == "plain"
    named = await backends.resolve("odd", None, None)
    assert (named.model.id, named.model.purpose) == ("odd", "other"), "who names it may ask it"
    del upstream.routes["POST /v1/chat/completions"]
    upstream.says(delta(content="Hi"), finish(), DONE)
    await complete(backends, named, PROMPT)
    await backends.refresh()
    assert (await backends.resolve(None, None, None)).model.id == "odd"
