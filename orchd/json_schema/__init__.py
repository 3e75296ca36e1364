"""Whether a JSON value follows a JSON schema (draft 2020-12), where both come from strangers.

The schema comes from a client and the value from a model, so neither may cost more than we say. Hence a checker of our
own instead of a general one: all work draws on one budget, and regular expressions are never run, since one of them can
hold a whole Python process for ever. `pattern` is left to the model server, and the reply says so; keywords that can't
be left out without changing what the others mean are refused.
"""

from orchd.json_schema.checker import MAX_STEPS, Checker, Flaw
from orchd.json_schema.schema import TYPES, Json, JsonSchema, Rules

__all__ = ["MAX_STEPS", "TYPES", "Checker", "Flaw", "Json", "JsonSchema", "Rules"]
