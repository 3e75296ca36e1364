"""What judges are tried with can be answered by reading, and by nothing else."""

from orchd.features.verification.trials.samples import CLAIMS, CLAIMS_TEXT, RESULTS


def test_right_and_wrong_ones_are_mixed() -> None:
    faults = [sample.fault for sample in RESULTS if sample.fault]
    assert (len(RESULTS), len(faults), len({*faults})) == (8, 6, 6)
    labels = [sample.supported for sample in CLAIMS]
    assert (len(labels), sum(labels)) == (16, 8)
    runs = "".join("r" if label else "w" for label in labels)
    assert "rrr" not in runs
    assert "wwww" not in runs


def test_all_differ_and_none_stands_in_its_text_word_by_word() -> None:
    assert len({sample.claim for sample in CLAIMS}) == len(CLAIMS)
    assert len({sample.result for sample in RESULTS}) == len(RESULTS)
    assert not [sample.claim for sample in CLAIMS if sample.claim in CLAIMS_TEXT]
