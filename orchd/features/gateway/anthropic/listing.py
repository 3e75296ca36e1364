"""The models that there are, as Anthropic lists them."""

from typing import Any

from orchd.features.gateway.service import ASSISTANT_PREFIX, Offer

HALLMARK = "anthropic-version"
"""The header by which Anthropic's programs say which version of the API they know."""
UNKNOWN_TIME = "1970-01-01T00:00:00Z"
"""When a model was made, which nobody tells: what stands there for that."""


def listing(offer: Offer) -> list[dict[str, Any]]:
    """Return all that may be named."""
    models = [_model(name, name, info.context) for name, info in offer.names()]
    named = [(f"{ASSISTANT_PREFIX}{item.name}", item.name) for item in offer.assistants]
    return [*models, *(_model(name, shown, None) for name, shown in named)]


def listing_page(listed: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a list as one page, after which there is no other."""
    first, last = (listed[0]["id"], listed[-1]["id"]) if listed else (None, None)
    return {"data": listed, "first_id": first, "last_id": last, "has_more": False}


def _model(name: str, shown: str, context: int | None) -> dict[str, Any]:
    told = {} if context is None else {"max_input_tokens": context}
    return {"type": "model", "id": name, "display_name": shown, "created_at": UNKNOWN_TIME, **told}
