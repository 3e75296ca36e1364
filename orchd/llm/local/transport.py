"""The processes behind the face of one model server: what `Backend` asks, answered here or passed on to the right one.

To the rest of the room this is one llama.cpp server that has several models, as llama.cpp's own router is: the list
says which are loaded, a request names its model, `/models/unload` unloads one. So listing, turns, slots, tokenizers and
failures work as for any other server. The list is made without starting anything. Sources: the README of llama.cpp's
server, "Using multiple models".
"""

from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import structlog
import trio

from orchd.llm.answers.server_notes import ServerNote
from orchd.llm.asking.ask import COMPLETIONS_PATH
from orchd.llm.local.child import Child
from orchd.llm.local.children import Children
from orchd.llm.local.files import ModelFile, RejectedFile, Shelf
from orchd.llm.local.spec import LocalSpec
from orchd.llm.wire.transport import WireBody, WireTransport, body_of, ready_made, with_body

STARTS = (COMPLETIONS_PATH, "/apply-template")
"""What starts a process; anything else is for a model that is loaded. The second is asked, in its turn, right before an
answer is continued.
"""


DYING_SECONDS = 3.0
"""How soon a process that is about to end breaks a request, and how long it may then take to have ended."""
LOOK_SECONDS = 1.0
"""For seeing whether files are whole, at each listing; what is left over comes at the next."""
MAX_NAMED = 3
"""How many of the files that are left out a note names."""


class _RequestedModel(msgspec.Struct):
    """All that is read of a request's body."""

    model: str


class LocalTransport(httpx.AsyncBaseTransport):
    """Answers for the models on `shelf`. `build` is what calls itself the server's version."""

    def __init__(self, shelf: Shelf, children: Children, spec: LocalSpec, build: str) -> None:
        self._shelf = shelf
        self._children = children
        self._spec = spec
        self._build = build
        self._wire = WireTransport()
        self._known: dict[str, ModelFile] = {}
        self._told: tuple[RejectedFile, ...] = ()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or pass on. Raises httpx.TransportError; UpstreamError when a model can't be loaded."""
        path = request.url.path
        if request.method == "GET" and path == "/v1/models":
            return await self._list()
        if request.method == "GET" and path == "/props":
            return self._props()
        model = _model(request)
        if request.method == "POST" and path == "/models/unload":
            await self._children.unload(model)
            return _json({"success": True})
        file = self._known.get(model) or (await self._look()).get(model)
        if file is None:
            return _error_response(404, "not_found_error", f"model not found: {model}")
        if path not in STARTS and self._children.child_of(model) is None:
            return _error_response(400, "invalid_request_error", "the model is not loaded")
        return await self._pass_on(file, request)

    async def _pass_on(self, file: ModelFile, request: httpx.Request) -> httpx.Response:
        """A process that takes no connection is about to end: another one is asked once it has.

        The system closes what a dying process has in no order that could be relied on: it may still take a connection
        when those of others are broken already, and break it unanswered.
        """
        child = await self._children.take(file)
        asked = trio.current_time()
        try:
            return await self._ask(child, request)
        except (httpx.ConnectError, httpx.ReadError) as error:  # the server as a whole is not away
            if isinstance(error, httpx.ReadError) and trio.current_time() - asked > DYING_SECONDS:
                raise  # it may have died of this request, which another one would, too
            with trio.move_on_after(DYING_SECONDS):
                await child.ended.wait()
            if not child.ended.is_set():
                raise httpx.ReadError("the process does not answer") from error
        try:
            return await self._ask(await self._children.take(file), request)
        except httpx.ConnectError as error:
            raise httpx.ReadError("the process ended") from error

    async def _ask(self, child: Child, request: httpx.Request) -> httpx.Response:
        """Ask a process that was taken, and give it back with the end of the response."""
        held = False
        try:
            response = await self._wire.handle_async_request(_for(child, request))
            held = True
        finally:
            if not held:
                self._children.release(child)
        return with_body(response, _ChildBody(body_of(response), lambda: self._children.release(child)))

    async def _look(self) -> dict[str, ModelFile]:
        models, rejected = await trio.to_thread.run_sync(self._shelf.look, LOOK_SECONDS)
        log = structlog.get_logger()
        for left_out in rejected:
            if left_out not in self._told:
                log.warning("a model file is left out", file=str(left_out.path), reason=left_out.reason)
        for file in models.values():
            before = self._known.get(file.id)
            if file.template is False and (before is None or before.template is not False):
                log.warning("a model has no chat template: a base model", model=file.id)
        self._known, self._told = models, rejected
        return models

    def notes(self) -> tuple[ServerNote, ...]:
        """Return which files are left out, and why, in words that hold no folder."""
        if not self._told:
            return ()
        files = tuple(rejected.path.name for rejected in self._told[:MAX_NAMED])
        named = "; ".join(f"{rejected.path.name}: {rejected.reason}" for rejected in self._told[:MAX_NAMED])
        more = len(self._told) - MAX_NAMED
        text = f"left out: {named}" + (f"; and {more} more" if more > 0 else "")
        return (ServerNote("files_left_out", text, len(self._told), files=files),)

    async def _list(self) -> httpx.Response:
        models = await self._look()
        return _json({"object": "list", "data": [self._item(file) for file in models.values()]})

    def _item(self, file: ModelFile) -> dict[str, Any]:
        child, head = self._children.child_of(file.id), file.head
        return {
            "id": file.id,
            "owned_by": "llamacpp",
            "status": {"value": "unloaded" if child is None else "loaded"},
            "max_model_len": min(self._spec.context, head.context or self._spec.context),
            "meta": {
                "n_ctx_train": head.context,
                "n_params": head.parameters,
                "size": file.size_bytes,
                "digest": file.changed,
                "ftype": head.quantization,
                "architecture": head.architecture,
                "chat_template": file.template,
                "memory": None if child is None else child.memory_bytes(),
            },
        }

    def _props(self) -> httpx.Response:
        settings = {"n_ctx": self._spec.context}
        return _json(
            {"default_generation_settings": settings, "total_slots": self._spec.slots, "build_info": self._build}
        )


class _ChildBody(WireBody):
    """A response's body whose process is in use until it is closed."""

    def __init__(self, inner: WireBody, release: Callable[[], None]) -> None:
        self._inner = inner
        self._release: Callable[[], None] | None = release

    async def read(self) -> bytes:
        return await self._inner.read()

    async def aclose(self) -> None:
        """Close the connection, and give the process back, once."""
        release, self._release = self._release, None
        try:
            await self._inner.aclose()
        finally:
            if release is not None:
                release()


def _for(child: Child, request: httpx.Request) -> httpx.Request:
    """Return the same request to a process, with its key."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {child.key}"}
    url = child.url + request.url.raw_path.decode("ascii")
    return httpx.Request(request.method, url, headers=headers, content=request.content, extensions=request.extensions)


def _model(request: httpx.Request) -> str:
    """Return the model that a request names, empty when it names none."""
    if not request.content:
        return str(request.url.params.get("model", ""))
    try:
        return msgspec.json.decode(request.content, type=_RequestedModel).model
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _json(value: Any, status: int = 200) -> httpx.Response:
    return ready_made(status, msgspec.json.encode(value))


def _error_response(status: int, kind: str, message: str) -> httpx.Response:
    return _json({"error": {"code": status, "type": kind, "message": message}}, status)
