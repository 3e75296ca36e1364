import pytest

from orchd.features.models.catalog.sizes import SizeLadder, billions, write_size
from orchd.llm.types import ModelInfo


@pytest.mark.parametrize(
    ("name", "parameters", "size"),
    [
        ("llama-3.2-3b-instruct", None, 3.0),
        ("mixtral-8x7B", None, 56.0),
        ("smollm2:360m", None, 0.36),
        ("qwen2.5-1.5b", None, 1.5),
        ("anything-7b", "8B", 8.0),
        ("anything", "0.494B", 0.494),
        ("anything", "494M", 0.494),
        ("anything", "4.3B", 4.3),
        ("gpt-oss", None, None),
        ("phi-4k-beta1", None, None),
        ("bge-m3", None, None),
    ],
)
def test_the_size_is_read_off_what_the_server_says_or_the_name(
    name: str, parameters: str | None, size: float | None
) -> None:
    assert billions(ModelInfo(name, "one", parameters=parameters)) == size


def test_a_size_is_written_as_names_write_it() -> None:
    assert [write_size(size) for size in (70.0, 1.5, 0.36)] == ["70B", "1.5B", "360M"]


def test_sizes_that_are_alike_are_one_rung() -> None:
    ladder = SizeLadder([ModelInfo(name, "one") for name in ("a-7b", "b-8b", "c-70b", "nobody-knows")])
    assert ladder.rungs == (7.0, 70.0)
    assert [ladder.steps(8.0, hard) for hard in (1, 5, 6, 10)] == [0, 0, -1, -1]
    assert [ladder.steps(70.0, hard) for hard in (1, 5, 6, 10)] == [1, 1, 0, 0]


def test_without_any_size_every_size_suits() -> None:
    assert SizeLadder([]).steps(7.0, 10) == 0
