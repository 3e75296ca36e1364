"""Which model of a server a name means: its id, an instance's, an alias, or another spelling that the server takes.

Ollama lists `llama3.2:latest` and takes `llama3.2`, `LLAMA3.2` and `registry.ollama.ai/library/llama3.2`, so people
write all of them; LiteLLM lists `openai/*` for whatever begins so. A model's own id always comes first: no alias
hides it.
Source: Ollama's `types/model/name.go` (defaults of a name, `EqualFold`).
"""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from orchd.llm.types import ModelInfo, ServerKind

_DEFAULTS = ("https://", "http://", "registry.ollama.ai/", "library/")


class Names:
    """The names of one server's models; `instances` are the ids of the loaded copies of each."""

    def __init__(
        self,
        kind: ServerKind | None,
        models: Iterable[ModelInfo],
        instances: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._kind = kind
        self._ids = {info.id: info for info in models}
        self._others: dict[str, ModelInfo] = {}
        self._copies: dict[str, str] = {}
        self._patterns = [info for info in self._ids.values() if info.id.endswith("*")]
        for model, copies in (instances or {}).items():
            if model in self._ids:
                self._copies.update(dict.fromkeys(copies, model))
        for info in self._ids.values():
            for alias in info.aliases:
                self._others.setdefault(alias, info)
            if kind == "ollama":
                self._others.setdefault(ollama_name(info.id), info)

    def find(self, name: str) -> ModelInfo | None:
        """Return the model that `name` means, whatever its type."""
        if (found := self._ids.get(name)) is not None:
            return found
        if (model := self._copies.get(name)) is not None:
            return self._ids[model]
        if (found := self._others.get(name)) is not None:
            return found
        if self._kind == "ollama" and (found := self._others.get(ollama_name(name))) is not None:
            return found
        return next((replace(pattern, id=name) for pattern in self._patterns if name.startswith(pattern.id[:-1])), None)

    def resolve(self, name: str) -> ModelInfo | None:
        """Return the model as its server is to be asked for it: by the id of the copy that `name` is, else its own."""
        found = self.find(name)
        return replace(found, id=name) if found is not None and name in self._copies else found


def ollama_name(name: str) -> str:
    """Return the one spelling that Ollama's defaults and its indifference to capitals leave of a name."""
    name = name.strip().lower()
    for default in _DEFAULTS:
        name = name.removeprefix(default)
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"
