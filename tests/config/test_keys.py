"""Names, bounds and sections as they are read off the tree."""

import pytest

from orchd.config.keys import backend_keys, keys, nearest, sections


def test_environment_names_are_unique() -> None:
    names = [key.environment for key in keys()]
    assert len(names) == len(set(names))
    assert "ORCHD_SERVER_MAX_FRAME_BYTES" in names
    assert "ORCHD_DATA_DIR" in names


def test_a_backends_members_have_no_variable_of_their_own() -> None:
    assert {key.environment for key in backend_keys()} == {None}


def test_sections_have_a_sentence() -> None:
    assert set(sections()) >= {"server", "database", "models", "chat", "monitoring", "log"}
    assert all(about.endswith(".") for about in sections().values())


@pytest.mark.parametrize(
    ("meant", "written"),
    [
        ("maxFrameBytes", "max_frame_bytes"),
        ("maxFrameBytes", "MAXFRAMEBYTE"),
        ("port", "prot"),
        (None, "zzzzzz"),
    ],
)
def test_nearest_ignores_capitals_and_separators(meant: str | None, written: str) -> None:
    assert nearest(written, ["port", "maxFrameBytes", "host"]) == meant
