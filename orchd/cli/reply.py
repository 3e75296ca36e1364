"""Replies of a daemon as commands see them."""

from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
