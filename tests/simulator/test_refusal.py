"""Error bodies."""

import msgspec

from orchd.simulator.refusal import RefusedError, model_not_found


def test_the_body_holds_all_four_members() -> None:
    body = msgspec.json.decode(RefusedError(400, "no", param="x").body())
    assert body == {"error": {"message": "no", "type": "invalid_request", "param": "x", "code": None}}


def test_an_unknown_model_is_told_which_are_known() -> None:
    refused = model_not_found("gpt", ["simulated-a", "simulated-b"])
    assert refused.status == 404
    assert refused.message == 'Model "gpt" not found. Available models: simulated-a, simulated-b'
