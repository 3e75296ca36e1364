import msgspec

from orchd.features.task.core.results import StepOutput
from orchd.llm import Cost


def test_what_was_stored_by_earlier_releases_is_read() -> None:
    stored = {
        "text": "Done.",
        "model": "m@box",
        "reasons": ["It is there."],
        "cost": {"calls": 1, "prompt_tokens": 2, "completion_tokens": 3, "seconds": 0.5},
    }
    made = msgspec.json.decode(msgspec.json.encode(stored), type=StepOutput)
    assert made.cost == Cost(1, 2, 3, 0.5)
    since = {"links": [], "notes": "", "remarks": [], "grounds": []}
    assert msgspec.to_builtins(msgspec.structs.replace(made, cost=Cost())) == stored | since | {
        "cost": msgspec.to_builtins(Cost())
    }
    assert made.cost.prices == ()
