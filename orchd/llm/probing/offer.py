"""What a server offers: what it lists, with the names and aliases that its settings add."""

from typing import TypeAlias

from msgspec.structs import replace

from orchd.llm.answers.server_notes import ServerNote
from orchd.llm.probing.names import Names
from orchd.llm.probing.probe import Listing
from orchd.llm.probing.purpose import purpose
from orchd.llm.types import BackendSpec, ModelInfo

MAX_NAME_CHARACTERS = 256
"""The longest name of a model that a frame, and a column of the database, holds."""
ListNotes: TypeAlias = tuple[ServerNote, ...]
"""What is worth knowing of what a server offers; empty where nothing is."""
MAX_SHOWN = 1_000
"""How many of a server's models are shown; any that it lists can be asked for by name."""


def with_named_models(listing: Listing, spec: BackendSpec, backend: str) -> Listing:
    """Return the listing with the models that only the settings name, with their aliases, and marked if simulated."""
    models = {info.id: info for info in listing.models}
    names = Names(listing.kind, listing.models, listing.instances)
    for name in (*spec.models, *spec.aliases.values()):
        if names.find(name) is None:
            models.setdefault(name, _unlisted_model(name, backend))
    for alias, name in spec.aliases.items():
        info = models[(names.find(name) or models[name]).id]
        models[info.id] = replace(info, aliases=(*info.aliases, alias))
    if spec.simulated:
        models = {name: replace(info, simulated=True) for name, info in models.items()}
    short = tuple(info for info in models.values() if len(info.id) <= MAX_NAME_CHARACTERS)
    return listing._replace(models=short, notes=(*listing.notes, *_left_out(len(models) - len(short))))


def _left_out(count: int) -> ListNotes:
    """Say of models that their names are too long to be asked for, and to be kept with what they said."""
    if not count:
        return ()
    text = (
        f"{count} model{'s are' if count > 1 else ' is'} left out, named with over {MAX_NAME_CHARACTERS} characters: "
        "give a shorter name at the server (llama.cpp: `--alias`)"
    )
    return (ServerNote("names_too_long", text, count, MAX_NAME_CHARACTERS),)


def list_notes(listing: Listing | None) -> ListNotes:
    """Return what is worth knowing of a list."""
    if listing is None:
        return ()
    count = len(listing.models)
    if listing.notes or count <= MAX_SHOWN:
        return listing.notes
    text = f"it lists {count} models, of which the first {MAX_SHOWN} are shown; the others can be named as well"
    return (ServerNote("list_shown_in_part", text, count, MAX_SHOWN),)


def _unlisted_model(name: str, backend: str) -> ModelInfo:
    kind, use = purpose(name, {})
    return ModelInfo(name, backend, kind, purpose=use)
