"""Which models there are, and which one a name means."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from orchd.cli.chat.typed import near
from orchd.cli.showing import clip, group_digits, one_line, size
from orchd.errors import Invalid

LONGEST_NAME = 80
_STATES = {"loaded": "loaded", "loading": "loading", "not_loaded": "not loaded", "unknown": ""}


def model_of(name: str, models: Sequence[dict[str, Any]], lister: str = "/models") -> dict[str, Any]:
    """The model that a name means, as the daemon takes names. Raises `Invalid` with what may have been meant."""
    wanted = name.casefold()
    for fits in (
        name.__eq__,
        lambda known: known.casefold() in (wanted, f"{wanted}:latest"),
        partial(_stands_for, name),
    ):
        for model in models:
            if any(fits(known) for known in (model["name"], model["id"], *(model.get("aliases") or ()))):
                return model
    names = [model["name"] for model in models if chats(model)]
    hint = near(name, names) or (f"; {lister} lists them" if names else "; no model server has any that you may use")
    raise Invalid(f"no model is called `{clip(one_line(name), LONGEST_NAME)}`{hint}")


def chats(model: dict[str, Any]) -> bool:
    """Whether it is made to be talked to; one that paints or speaks is asked all the same when it is named."""
    return model["type"] != "embedding" and model.get("chats") is not False


def _stands_for(name: str, known: str) -> bool:
    """LiteLLM lists names such as `openai/*`."""
    return "*" in known and fnmatchcase(name, known)


def about(model: dict[str, Any]) -> str:
    """What a model is, in a few words."""
    context = model.get("context") or model.get("maxContext")
    parts = [
        model["backend"],
        _STATES.get(model["state"], model["state"]),
        model.get("parameters") or "",
        model.get("quantization") or "",
        size(model.get("sizeBytes")),
        f"context {group_digits(context)}" if context else "",
        "simulated" if model.get("simulated") else "",
        "" if chats(model) else "not made for chatting",
        "a base model: it goes on with a text rather than answers" if model.get("chatTemplate") is False else "",
        f"away: {model['reason']}" if model.get("reason") else "",
    ]
    return ", ".join(part for part in parts if part)


HEADS = ("MODEL", "SERVER", "STATE", "SIZE", "PARAMETERS", "QUANTIZATION", "CONTEXT")
RIGHT = ("SIZE", "CONTEXT")


def row(model: dict[str, Any], mark: str = "") -> list[str]:
    """A model as a line of a table."""
    context = model.get("context") or model.get("maxContext")
    state = "away" if model.get("reason") else _STATES.get(model["state"], model["state"])
    kind = "" if chats(model) else "embedding" if model["type"] == "embedding" else "does not chat"
    return [
        mark + model["name"],
        model["backend"],
        ", ".join(part for part in (state, kind, "simulated" if model.get("simulated") else "") if part),
        size(model.get("sizeBytes")),
        model.get("parameters") or "",
        model.get("quantization") or "",
        group_digits(context) if context else "",
    ]
