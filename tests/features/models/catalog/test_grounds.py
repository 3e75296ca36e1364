from typing import get_args

from orchd.features.models.catalog.grounds import GroundCode, ModelGround, ground_words

CODES: tuple[GroundCode, ...] = get_args(get_args(GroundCode)[0])


def test_each_code_is_said_and_none_as_another_one() -> None:
    said = [
        ground_words(
            ModelGround(code=code, task_type="code", size="7B", difficulty=7, value=4.5, count=8192, total=9000)
        )
        for code in CODES
    ]
    assert len(set(said)) == len(CODES)
    assert "UNSET" not in " ".join(said)
    assert "rated 4.5 of 5 by 8192" in said
