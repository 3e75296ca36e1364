"""Finding out what kind of model server answers at an address, and what it offers.

The order matters: LM Studio answers any unknown path with status 200 and an `error`, so nothing counts by its status;
and `/v1/models`, which all of them have, is asked last, since on llama-cpp-python even that request interrupts a
running generation. No sign counts alone: others have Ollama's `/api/version` or llama.cpp's `/props` too, so a kind is
what its sign and its list agree on, and when they don't the search goes on. Another orchd has Ollama's pages as well,
and says so: it is asked by OpenAI's, which tell more. The kind is found once; later rounds only
list, and when the list contradicts the kind, another server has taken the place and is looked at anew.
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import httpx
import trio

from orchd.errors import OrchdError, Timeout, Unavailable, UpstreamError
from orchd.llm.answers.failures import judge, map_errors
from orchd.llm.answers.fetch import MAX_REPLY_BYTES, FetchResult, fetch
from orchd.llm.answers.server_notes import ServerNote
from orchd.llm.answers.words import read_body
from orchd.llm.probing import listing
from orchd.llm.probing.address import ServerLocation, read_address
from orchd.llm.probing.lists import MAX_LIST_BYTES, MAX_LISTED, Items, ListTooLongError, find_items, read_items
from orchd.llm.probing.refusal import CONTRADICTED, NO_LIST, SPEAKS_TLS, TriedAddress, is_final, refusal_error
from orchd.llm.types import ModelInfo, ServerKind
from orchd.llm.wire.pipe import Connect, connect_tcp
from orchd.llm.wire.reach import speaks_tls

PROBE_SECONDS = 6.0
"""For the beginning of each reply: a server on the loopback answers within milliseconds, a busy one takes a while.
More than the usual `connectSeconds`, whose end tells more.
"""
ROUND_SECONDS = 15.0
"""For a whole probe: a dozen requests to a far server, or a long list from it."""
OTHER_OWNERS = {"vllm", "sglang", "llamacpp", "koboldcpp", "llama-swap", "localai", "tabbyapi", "aphrodite"}
"""What programs that also answer as Ollama does call themselves in their own list."""


class Listing(NamedTuple):
    """What a server is and offers.

    `native`: LM Studio's API for loading models is there; `instances`: the instances that it has loaded of each model.
    `harmless`: listing again does not disturb a running generation. `vllm`: it says that it is vLLM.
    `single`: it generates one answer at a time, whatever the model. `notes`: what is worth knowing of the list.
    """

    kind: ServerKind
    models: tuple[ModelInfo, ...]
    native: bool = False
    instances: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 (never changed)
    harmless: bool = True
    vllm: bool = False
    single: bool = False
    notes: tuple[ServerNote, ...] = ()


class Prober:
    """Probes one server. `place` is where its pages are: it changes once a probe has found them, never in the middle of
    one. `named`: the settings name its models, so that it can do without a list.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        place: ServerLocation | str,
        name: str,
        *,
        named: bool = False,
        connect: Connect = connect_tcp,
    ) -> None:
        self.place = ServerLocation(read_address(place)) if isinstance(place, str) else place
        self._trial = ServerLocation(self.place.address)
        self._client = client
        self._name = name
        self._named = named
        self._connect = connect
        self.version: str | None = None
        """What the server calls itself, where it says so."""
        self.latency: float | None = None
        """Seconds of one of the last requests: the quickest of those made since the last probe began."""

    async def probe(self, kind: ServerKind | None, *, sure: bool = True) -> Listing:
        """Find out the kind unless it is given, and list the models; at most ROUND_SECONDS, a silent server less.

        Unless `sure`, a kind that the list contradicts is found out anew. Raises Timeout, Unavailable (nobody there, or
        still loading), UpstreamError (not a model server, key refused).
        """
        self.latency = None
        with trio.move_on_after(ROUND_SECONDS), map_errors(self._name):
            try:
                found = await self._probe(kind, sure=sure)
                self.place.take(self._trial)
                return found
            except trio.TooSlowError:
                raise Timeout(f"{self._name} did not answer within {PROBE_SECONDS:g} s", reason="probe") from None
            except UpstreamError as error:
                if self._named and error.reason in NO_LIST:
                    self.place.take(self._trial)
                    return Listing(
                        kind or "openai", (), harmless=kind not in (None, "openai"), notes=(_unlisted_note(error),)
                    )
                raise
        raise Timeout(f"{self._name} took more than {ROUND_SECONDS:g} s to list its models", reason="probe")

    async def _probe(self, kind: ServerKind | None, *, sure: bool) -> Listing:
        try:
            return await (self.find() if kind is None else self._again(kind, sure=sure))
        except ListTooLongError:
            text = f"{self._name} has a list of models that is too long to be read: name those to use (`models`)"
            raise UpstreamError(text, reason="list_too_long", backend=self._name) from None

    async def _again(self, kind: ServerKind, *, sure: bool) -> Listing:
        try:
            return await self.list(kind)
        except UpstreamError as error:
            if sure or error.reason not in CONTRADICTED:
                raise
        self.version = None
        self._trial.forget()
        return await self.find()

    async def find(self) -> Listing:
        """Ask for what only one kind of server has, in the order that disturbs least."""
        for root in self._trial.address.roots:
            self._trial.take_root(root)
            if (found := await self._by_signs()) is not None:
                return found
        self._trial.forget()
        return await self._openai("openai")

    async def list(self, kind: ServerKind) -> Listing:
        """List the models of a server of a known kind."""
        if kind == "lmstudio":
            return await self._lmstudio(sure=True) or await self._openai("lmstudio")
        if kind == "ollama":
            tags = await self._get_list(self._trial.root + "/api/tags")
            if (found := await self._ollama(tags, sure=True)) is not None:
                return found
            raise refusal_error(self._name, [TriedAddress(self._trial.root + "/api/tags", tags)], has_key=self._has_key)
        return await self._openai(kind)

    async def lmstudio_instances(self, model: str) -> tuple[str, ...] | None:
        """Return the loaded instances of an LM Studio model now; None when the server does not know the model."""
        found = await self._lmstudio_v1(self.place.root)
        return None if found is None else found.instances.get(model)

    async def _by_signs(self) -> Listing | None:
        greeting = (await self._get("/lmstudio-greeting")).success_json()
        greets = greeting is not None and greeting.get("lmstudio") is True
        if (found := await self._lmstudio(sure=greets)) is not None:
            return found
        if greets and (listed := await self._usual_list()) is not None:
            return await self._openai_listing("lmstudio", listed)
        version = (await self._get("/api/version")).success_json()
        if version is not None and isinstance(version.get("version"), str) and "orchd" not in version:
            tags = await self._get_list(self._trial.root + "/api/tags")
            if (ollama := await self._ollama(tags, sure=False)) is not None:
                self.version = version["version"]
                return ollama
        props = await self._get("/props")
        if _is_llamacpp(props.success_json()) and (listed := await self._usual_list()) is not None:
            return await self._openai_listing("llamacpp", listed)
        if props.status == 503:
            raise judge(self._name, read_body(props.status, props.body))
        return None

    async def _lmstudio(self, *, sure: bool) -> Listing | None:
        """Return what LM Studio's native APIs list, the older one where the newer is unknown; None when neither is
        there, or, unless it is `sure` to be LM Studio, has no model as LM Studio describes it.
        """
        found = await self._lmstudio_v1(self._trial.root)
        if found is not None and (found.models or sure):
            return found
        items = find_items((await self._get("/api/v0/models")).success(), ("data",))
        models = () if items is None else await read_items(items, lambda item: listing.lmstudio_v0(item, self._name))
        return Listing("lmstudio", listing.once(models), notes=_cut(items)) if models else None

    async def _lmstudio_v1(self, root: str) -> Listing | None:
        items = find_items((await self._get_list(f"{root}/api/v1/models")).success(), ("models",))
        if items is None:
            return None
        found = await read_items(items, lambda item: listing.lmstudio_v1(item, self._name))
        instances = {info.id: loaded for info, loaded in reversed(found)}
        models = listing.once(info for info, _ in found)
        return Listing("lmstudio", models, native=True, instances=instances, notes=_cut(items))

    async def _ollama(self, tags: FetchResult, *, sure: bool) -> Listing | None:
        """Return what Ollama lists; None when it is no list, or, unless `sure`, when the usual list contradicts it."""
        items = find_items(tags.success(), ("models",))
        if items is None:
            return None
        contexts = listing.ollama_running((await self._get("/api/ps")).success_json() or {})
        models = listing.once(await read_items(items, lambda item: listing.ollama(item, contexts, self._name)))
        if not sure and (listed := await self._usual_list()) is not None and _contradicts(models, listed):
            return None
        return Listing("ollama", models, single=True, notes=_cut(items))

    async def _usual_list(self) -> "OpenAIList | None":
        """Return what stands at `/v1/models` beside one product's own pages; None when there is no list."""
        base = f"{self._trial.root}/v1"
        fetched = await self._get_list(f"{base}/models")
        items = find_items(fetched.success())
        if items is None:
            return None
        self._trial.base = base
        return await self._read(items)

    async def _openai(self, kind: ServerKind) -> Listing:
        """List what is at the first address that has a list."""
        tried: list[TriedAddress] = []
        for base in self._trial.bases:
            fetched = await self._get_list(f"{base}/models")
            items = find_items(fetched.success())
            listed = None if items is None else await self._read(items)
            if listed is not None and (listed.described or not self._trial.is_guess(base)):
                self._trial.base, self._trial.found = base, True
                return await self._openai_listing(kind, listed)
            tried.append(TriedAddress(f"{base}/models", fetched))
            if is_final(fetched):
                self._trial.base = base
                break
        raise refusal_error(self._name, tried, has_key=self._has_key)

    async def _read(self, items: Items) -> "OpenAIList":
        owners: set[str] = set()
        described = False

        def make(item: dict[str, Any]) -> ModelInfo | None:
            nonlocal described
            owners.add(listing.text(item.get("owned_by")))
            described = described or any(member in item for member in ("object", "owned_by", "created"))
            return listing.openai(item, self._name)

        models = listing.once(await read_items(items, make))
        return OpenAIList(models, frozenset(owners), described, _cut(items))

    async def _openai_listing(self, kind: ServerKind, listed: "OpenAIList") -> Listing:
        if kind == "openai" and "llamacpp" in listed.owners:
            kind = "llamacpp"
        models = listed.models
        if kind == "llamacpp":
            props = (await self._get("/props")).success_json() or {}
            context, slots = _llamacpp_context(props), listing.number(props.get("total_slots"))
            self.version = listing.text(props.get("build_info")) or None
            path = listing.text(props.get("model_path"))[: listing.MAX_NAME]
            sees = listing.inner(props, "modalities").get("vision")
            told = partial(listing.fill_in, vision=sees if isinstance(sees, bool) else None, path=path)
            models = tuple(told(info, loaded=True, context=context, slots=slots) for info in models)
        return Listing(
            kind,
            models,
            harmless=kind != "openai",
            vllm="vllm" in listed.owners,
            single=listed.owners == {"me"},
            notes=listed.notes,
        )

    async def _get_list(self, url: str) -> FetchResult:
        return await self._fetch(url, MAX_LIST_BYTES + 1)

    async def _get(self, path: str) -> FetchResult:
        return await self._fetch(self._trial.root + path, MAX_REPLY_BYTES)

    async def _fetch(self, url: str, limit: int) -> FetchResult:
        began = trio.current_time()
        try:
            fetched = await fetch(self._client, url, limit=limit, head_seconds=PROBE_SECONDS)
        except (httpx.RemoteProtocolError, httpx.ReadError) as error:
            parts = httpx.URL(url)
            if parts.scheme == "http" and await speaks_tls(self._connect, parts.host, parts.port or 80):
                raise Unavailable(f"{self._name} {SPEAKS_TLS}", reason="tls", backend=self._name) from error
            raise
        self.latency = min(self.latency or math.inf, trio.current_time() - began)
        return fetched

    @property
    def _has_key(self) -> bool:
        return "Authorization" in self._client.headers


class OpenAIList(NamedTuple):
    """What an OpenAI-compatible list has; `described`: its items say that they are models."""

    models: tuple[ModelInfo, ...]
    owners: frozenset[str]
    described: bool
    notes: tuple[ServerNote, ...]


def _contradicts(models: Sequence[ModelInfo], listed: OpenAIList) -> bool:
    """Tell whether the list beside Ollama's shows that it is none: by its owners, or by none of its names."""
    if listed.owners & OTHER_OWNERS:
        return True
    names = {info.id for info in listed.models}
    return bool(names) and names.isdisjoint(info.id for info in models)


def _is_llamacpp(props: dict[str, Any] | None) -> bool:
    if props is None or not isinstance(props.get("default_generation_settings"), dict):
        return False
    return any(member in props for member in ("total_slots", "build_info", "model_path"))


def _llamacpp_context(props: dict[str, Any]) -> int | None:
    settings = props.get("default_generation_settings")
    return listing.number(settings.get("n_ctx")) if isinstance(settings, dict) else None


def _unlisted_note(error: OrchdError) -> ServerNote:
    """Return what a server without a list that can be used is told with, when its settings name its models."""
    status, offered = error.http_status, "those that the settings name are offered"
    if status is None:
        return ServerNote("list_too_long", f"its list of models is too long to be read: {offered}")
    return ServerNote("no_list", f"no list of models (HTTP status {status}): {offered}", http_status=status)


def _cut(items: Items | None) -> tuple[ServerNote, ...]:
    if items is None or items.total <= MAX_LISTED:
        return ()
    text = f"it lists {items.total} models, of which the first {MAX_LISTED} are known here"
    return (ServerNote("list_cut", text, items.total, MAX_LISTED),)
