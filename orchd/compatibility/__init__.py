"""What became of the wire between two schemas: each difference with its place, and whether it breaks clients.

It knows two JSON files and nothing of orchd, so that it also compares schemas of other versions. What clients send may
be widened and what they receive may be narrowed; in the other direction a client that was written from the old schema
would be refused, or would get what it has no type for. Frames and members may be added where the protocol says that
clients ignore them. What can't be told is *undecided*, and counts as breaking until a person accepts it.
"""

from orchd.compatibility.acceptance import Acceptances, accept, read_acceptances
from orchd.compatibility.containment import INSTALLED
from orchd.compatibility.difference import Difference
from orchd.compatibility.frames import compare
from orchd.compatibility.reading.document import SchemaRefused, WireSchema

__all__ = [
    "INSTALLED",
    "Acceptances",
    "Difference",
    "SchemaRefused",
    "WireSchema",
    "accept",
    "compare",
    "read_acceptances",
]
