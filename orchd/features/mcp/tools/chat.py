"""Asking a model or an assistant, in a conversation that is stored like any other."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.errors import CODES, Internal, Invalid, OrchdError
from orchd.features.mcp.asking.call import McpCall
from orchd.features.mcp.tools.assistants import AssistantNames
from orchd.features.mcp.tools.tool import ConversationId, McpTool, ToolArguments, ToolResult
from orchd.protocol.types import Count, GenerationPhase, ModelName, RowId

MAX_TEXT = 1_000_000
TITLE_CHARACTERS = 60
NEEDS = "chat:send"


class ChatArguments(ToolArguments, frozen=True, kw_only=True):
    """A question, and who shall answer it."""

    message: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT, description="What is asked.")]
    model: Annotated[
        ModelName | None, Meta(description="A `name` of `list_models`; left out, the daemon's default answers.")
    ] = None
    assistant: Annotated[
        Annotated[str, Meta(min_length=1, max_length=200)] | None,
        Meta(description="A `name` of `list_assistants`: it answers, with its own role and model."),
    ] = None
    conversation_id: Annotated[
        ConversationId | None,
        Meta(description="Go on with this conversation, as an earlier answer named it; left out, in a new one."),
    ] = None
    system_prompt: Annotated[
        Annotated[str, Meta(max_length=200_000)] | None,
        Meta(description="What the model is told before the first message of a new conversation."),
    ] = None


class ChatCost(Struct, frozen=True, rename="camel"):
    """Tokens, as the model server counted them."""

    prompt_tokens: Count
    completion_tokens: Count


class ChatResult(ToolResult, frozen=True, kw_only=True):
    """An answer."""

    answer: str
    status: Annotated[
        str, Meta(description="`complete`, or `cancelled` or `interrupted` where it was ended before its end.")
    ]
    finish_reason: Annotated[str | None, Meta(description="Why the model ended; `length`: its answer was cut off.")]
    model: Annotated[str | None, Meta(description="The model that has answered.")]
    conversation_id: ConversationId
    message_id: Annotated[RowId, Meta(description="Id of the answer.")]
    usage: ChatCost | None


class _AnswerError(Struct):
    code: str
    message: str


class _Answer(Struct, rename="camel"):
    id: RowId
    conversation_id: RowId
    content: str
    status: str
    model: str | None
    finish_reason: str | None
    usage: ChatCost | None
    error: _AnswerError | None


class _Progress(Struct, rename="camel"):
    phase: GenerationPhase
    position: int | None = None
    eta_ms: int | None = None


class _Piece(Struct):
    chunk: str


class _Conversation(Struct):
    id: RowId


class ChatTool:
    """The tool's work, with what it needs."""

    def __init__(self, names: AssistantNames) -> None:
        self._names = names

    async def chat(self, call: McpCall, arguments: ChatArguments) -> ChatResult:
        """Ask, and return the whole answer; it is ended when nobody waits for it any more."""
        _tell_progress(call)
        send = {
            "message": arguments.message,
            "model": arguments.model,
            "systemPrompt": arguments.system_prompt,
            "conversationId": arguments.conversation_id,
            "onDisconnect": "cancel",
        }
        if arguments.assistant is None:
            return _result(await call.client.ask(NEEDS, _Answer, send))
        if arguments.conversation_id is not None:
            raise Invalid("a conversation that is there has its assistant, if it has one", field="assistant")
        assistant = await self._names.find(call.client.permit(NEEDS), arguments.assistant)
        begin = {"title": _title(arguments.message), "assistantId": assistant.id}
        conversation_id = (await call.client.ask("conversation:create", _Conversation, begin)).id
        try:
            return _result(await call.client.ask(NEEDS, _Answer, {**send, "conversationId": conversation_id}))
        except OrchdError:
            await call.client.ask("conversation:delete", Struct, {"conversationId": conversation_id})
            raise


def _result(answer: _Answer) -> ChatResult:
    """Raises the error by which an answer has failed."""
    if answer.error is not None:
        kind = next((kind for kind in CODES if kind.code == answer.error.code), Internal)
        raise kind.of_wire(answer.error.message, {"conversationId": answer.conversation_id, "messageId": answer.id})
    return ChatResult(
        answer=answer.content,
        status=answer.status,
        finish_reason=answer.finish_reason,
        model=answer.model,
        conversation_id=answer.conversation_id,
        message_id=answer.id,
        usage=answer.usage,
    )


def _tell_progress(call: McpCall) -> None:
    characters = 0

    def on_progress(told: _Progress) -> None:
        place = "" if told.position is None else f", place {told.position}"
        wait = "" if told.eta_ms is None else f", about {-(-told.eta_ms // 1000)} s"
        call.tell(f"{told.phase}{place}{wait}")

    def on_piece(told: _Piece) -> None:
        nonlocal characters
        characters += len(told.chunk)
        call.tell(f"generating: {characters} characters")

    call.client.listen("chat:progress", _Progress, on_progress)
    call.client.listen("chat:streaming", _Piece, on_piece)


def _title(message: str) -> str:
    """Return the first words of a message."""
    text = " ".join(message[: 4 * TITLE_CHARACTERS].split()) or "…"
    return text if len(text) <= TITLE_CHARACTERS else f"{text[: TITLE_CHARACTERS - 1]}…"


def chat_tool(names: AssistantNames) -> McpTool[ChatArguments, ChatResult]:
    """Return the tool."""
    return McpTool(
        "chat",
        "Ask a model or an assistant",
        "Asks a model or an assistant of this daemon, and returns the whole answer. It waits for its turn, so it may"
        " take minutes. The conversation is stored; `conversationId` of an answer goes on with it.",
        ChatArguments,
        ChatResult,
        (NEEDS,),
        ChatTool(names).chat,
        text=lambda result: result.answer,
    )
