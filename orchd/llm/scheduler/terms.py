"""What a server's list means for its queue: how many at once, and which models are loaded.

LM Studio says how many answers each instance generates at once, llama.cpp how many slots it has. Ollama generates one
at a time unless told otherwise, llama-cpp-python always. LM Studio before its native API, and llama-cpp-python, don't
tell what is loaded: there the last model asked is taken to be it, so that no two are asked at once. vLLM schedules as
many as come; of a server whose kind nobody knows it is only known that it has some bound.
"""

from orchd.llm.probing.probe import Listing
from orchd.llm.scheduler.queue import Queue

UNKNOWN_SLOTS = 8
"""For a server that tells neither its kind nor how much it does at once: more than most do, and no flood."""
LMSTUDIO_SLOTS = 4
"""What LM Studio is set to unless its user changes it."""


def adjust(queue: Queue, listing: Listing, slots: int | None) -> None:
    """Have `queue` keep to what the server listed; `slots` is the setting, which goes before what the server says."""
    plan = queue.plan
    plan.total = slots if slots is not None else _usual_slots(listing)
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


def _usual_slots(listing: Listing) -> int | None:
    if listing.single:
        return 1
    unknown = listing.kind == "openai" and not listing.vllm and all(info.slots is None for info in listing.models)
    return UNKNOWN_SLOTS if unknown else None
