import pytest

from orchd.llm.answers.server_notes import ServerNote, note_text
from orchd.llm.probing.names import Names
from orchd.llm.probing.offer import MAX_NAME_CHARACTERS, MAX_SHOWN, list_notes, with_named_models
from orchd.llm.probing.probe import Listing
from orchd.llm.types import BackendSpec, ModelInfo

LISTED = Listing("openai", (ModelInfo("a", "box", context=8), ModelInfo("b", "box")))

CUT = ServerNote("list_cut", "cut", 9, 5)


def spec(*models: str, simulated: bool = False, **aliases: str) -> BackendSpec:
    return BackendSpec("http://box", models=models, aliases=aliases, simulated=simulated)


def test_without_settings_it_is_what_is_listed() -> None:
    assert with_named_models(LISTED, spec(), "box") == LISTED


def test_names_of_the_settings_are_added_once() -> None:
    found = with_named_models(LISTED, spec("b", "c", "whisper-1"), "box").models
    assert [(info.id, info.chats) for info in found] == [("a", True), ("b", True), ("c", True), ("whisper-1", False)]


def test_an_alias_is_another_name_of_what_is_there() -> None:
    found = with_named_models(LISTED, spec(fast="a", faster="a", own="c"), "box")
    assert [(info.id, info.aliases) for info in found.models] == [("a", ("fast", "faster")), ("b", ()), ("c", ("own",))]
    names = Names("openai", found.models)
    assert [(names.resolve(name) or ModelInfo("", "")).id for name in ("fast", "faster", "own")] == ["a", "a", "c"]


def test_an_alias_of_a_name_that_ollama_takes() -> None:
    listing = Listing("ollama", (ModelInfo("llama3.2:latest", "box"),))
    found = with_named_models(listing, spec("llama3.2", small="Llama3.2"), "box").models
    assert [(info.id, info.aliases) for info in found] == [("llama3.2:latest", ("small",))]


def test_all_of_a_simulated_server_is_simulated() -> None:
    assert all(info.simulated for info in with_named_models(LISTED, spec("c", simulated=True), "box").models)


@pytest.mark.parametrize(("count", "told"), [(MAX_SHOWN, False), (MAX_SHOWN + 1, True)])
def test_more_than_is_shown_is_told(count: int, told: bool) -> None:
    listing = Listing("openai", tuple(ModelInfo(str(number), "box") for number in range(count)))
    assert [note.code for note in list_notes(listing)] == ["list_shown_in_part"] * told
    assert list_notes(listing._replace(notes=(CUT,))) == (CUT,)


def test_what_is_named_too_long_is_left_out_with_a_word() -> None:
    """llama.cpp names a model by its file's path unless told otherwise; no frame and no column holds such a name."""
    long, fits = ModelInfo("/" + "d" * 256, "box", "llm"), ModelInfo("m" * MAX_NAME_CHARACTERS, "box", "llm")
    found = with_named_models(Listing("llamacpp", (long, fits)), BackendSpec("http://box"), "box")
    assert found.models == (fits,)
    (note,) = found.notes
    assert (note.code, note.count, note.limit) == ("names_too_long", 1, MAX_NAME_CHARACTERS)
    assert "1 model is left out" in note.text
    assert "--alias" in note.text
    other = with_named_models(Listing("llamacpp", (long, long, fits), notes=(CUT,)), BackendSpec("http://box"), "box")
    assert list_notes(other) == (CUT, note)
    assert note_text(list_notes(other)) == f"cut; {note.text}"
