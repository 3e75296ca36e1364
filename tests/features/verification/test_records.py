from orchd.features.verification.messages import VerifyClaimItem
from orchd.features.verification.records import SilentCheckListener
from tests.fix_verification import work


def test_a_request_is_all_that_was_asked() -> None:
    whole = work(title="Sums", requirements="In words.", question="2+2?", context="We spoke of sums.")
    assert whole.request == "Sums\n\nIn words.\n\n2+2?"
    assert work(question="2+2?").request == "2+2?"


async def test_nobody_need_watch() -> None:
    nobody = SilentCheckListener()
    nobody.on_model("m")
    await nobody.on_claim(VerifyClaimItem(0, "c", 0, 1, 0.0, "none", None, None, None, None, None, None))
