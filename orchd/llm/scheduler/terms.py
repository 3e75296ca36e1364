"""What a server's list means for its queue: how many at once, and which models are loaded.

LM Studio says how many answers each instance generates at once, llama.cpp how many slots it has. Ollama generates one
at a time unless told otherwise, llama-cpp-python always. LM Studio before its native API, and llama-cpp-python, don't
tell what is loaded: there the last model asked is taken to be it, so that no two are asked at once.
"""

from orchd.llm.probing.probe import Listing
from orchd.llm.scheduler.queue import Queue

LMSTUDIO_SLOTS = 4
"""What LM Studio is set to unless its user changes it."""


def adjust(queue: Queue, listing: Listing, slots: int | None) -> None:
    """Have `queue` keep to what the server listed; `slots` is the setting, which goes before what the server says."""
    plan = queue.plan
    plan.total = slots if slots is not None else 1 if listing.single else None
    plan.each, plan.each_other = {}, None
    if slots is None:
        plan.each = {info.id: info.slots for info in listing.models if info.slots is not None}
        plan.each_other = LMSTUDIO_SLOTS if listing.kind == "lmstudio" else None
    if any(info.loaded is not None for info in listing.models):
        loaded = {info.id for info in listing.models if info.loaded is not False}
        queue.note_listing(loaded.union(*listing.instances.values()))
    elif listing.single or listing.kind == "lmstudio":
        queue.note_listing(plan.resident or ())
    else:
        queue.note_listing(None)
