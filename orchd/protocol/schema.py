"""The whole wire as one JSON schema (draft 2020-12), from which clients are generated.

It has two roots, `ClientFrame` and `ServerFrame`, each a union told apart by `type`. Client frames are closed; server
frames are open, since they may grow members. Error and close codes are published beside them.
"""

import json
from typing import Any

import msgspec

from orchd.errors import CODES
from orchd.protocol.codec import Codec, union
from orchd.protocol.codes import CLOSE_CODES

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(codec: Codec, version: str) -> dict[str, Any]:
    """Return the schema of protocol `version` as a JSON value."""
    (client, server), definitions = msgspec.json.schema_components(
        (union(codec.client_frames), union(codec.server_frames)), ref_template="#/$defs/{name}"
    )
    return {
        "$schema": DIALECT,
        "title": version,
        "description": "Frames of the orchd WebSocket protocol. Generated; do not edit.",
        "anyOf": [{"$ref": "#/$defs/ClientFrame"}, {"$ref": "#/$defs/ServerFrame"}],
        "$defs": {"ClientFrame": client, "ServerFrame": server, **definitions},
        "errorCodes": [
            {"code": kind.code, "retryable": kind.retryable, "description": _sentence(kind)} for kind in CODES
        ],
        "closeCodes": [
            {"code": code.code, "description": code.reason, "reconnect": code.reconnect} for code in CLOSE_CODES
        ],
    }


def text(codec: Codec, version: str) -> str:
    """Return the schema as the text that is committed as `protocol.schema.json`."""
    return json.dumps(schema(codec, version), indent=2, ensure_ascii=False) + "\n"


def _sentence(kind: type) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]
