import pytest

from orchd.features.models.response.ending import unfinished_piece


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("The bridge was built in 1931. Its development was led by Priy", "Its development was led by Priy"),
        ("The bridge was built in 1931. It carries 40 cars,", "It carries 40 cars,"),
        ("One line.\n\nThe ferry was built in 1908. It is run by the", "It is run by the"),
        ("A ponte foi construída em 1931. O catálogo ficava no", "O catálogo ficava no"),
    ],
)
def test_a_sentence_without_its_end(text: str, piece: str) -> None:
    assert unfinished_piece(text) == piece


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Four",
        "The bridge was built in 1931",
        "The bridge was built in 1931. It carries cars.",
        "It was built in 1931. Who built it?",
        "It was built in 1931. He said: “It will stand.”",
        "It was built in 1931. See the report at https://example.org/bridge",
        "It was built in 1931. Write to me@example.org",
        "It was built in 1931. The plan is in docs/plan.md",
        "It was built in 1931. Thanks, Anna",
        "- It was built in 1931. Its plan is by Anna",
        "# The bridge. Its plan and history",
        "| It was built in 1931. | Its plan is lost",
        "It was built in 1931. Run `make all the things`",
        "The bridge was built in 1931. It cost 18,600",
    ],
)
def test_what_may_end_so(text: str) -> None:
    assert unfinished_piece(text) is None
