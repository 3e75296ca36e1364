import pytest

from orchd.errors import NotFound, Unavailable
from orchd.llm.backend import Backend
from orchd.llm.choice import choose
from orchd.llm.probing.probe import Listing
from orchd.llm.types import BackendSpec, ModelInfo


def backend(
    name: str, *models: str, ok: bool = True, explicit: bool = True, simulated: bool = False, seen: bool = True
) -> Backend:
    """A server as it was last probed. A model's name may end with `+` (loaded) or `~` (an embedding model)."""
    found = Backend(BackendSpec(f"http://{name}:1", name=name, simulated=simulated), explicit=explicit)
    infos = tuple(
        ModelInfo(m.rstrip("+~"), name, "embedding" if "~" in m else "llm", "+" in m, None, simulated) for m in models
    )
    found.ok = ok
    if seen:
        found.listing = Listing("openai", infos, instances={"many": ("many", "many:2")})
    return found


def away(name: str, *models: str, explicit: bool = True, seen: bool = True) -> Backend:
    return backend(name, *models, ok=False, explicit=explicit, seen=seen)


def demo() -> Backend:
    return backend("demo", "simulated+", explicit=False, simulated=True)


ABSENT = {"explicit": False, "seen": False}


def chosen(
    *backends: Backend, asked: str | None = None, conversation: str | None = None, default: str | None = None
) -> tuple[str, str]:
    target = choose(backends, asked, conversation, default)
    assert target.model.backend == target.backend
    return target.backend, target.model.id


def test_the_one_asked_for_then_the_conversations_then_the_default() -> None:
    box = backend("box", "a", "b", "c", "d+")
    assert chosen(box, asked="a", conversation="b", default="c") == ("box", "a")
    assert chosen(box, conversation="b", default="c") == ("box", "b")
    assert chosen(box, default="c") == ("box", "c")
    assert chosen(box) == ("box", "d")


def test_unnamed_the_first_loaded_else_the_first_listed_never_an_embedding_model() -> None:
    assert chosen(backend("one", "e~", "a"), backend("two", "e+~", "b", "c+")) == ("two", "c")
    assert chosen(backend("one", "e+~", "a"), backend("two", "b")) == ("one", "a")
    with pytest.raises(Unavailable):
        chosen(backend("one", "e+~"))
    with pytest.raises(NotFound):
        chosen(backend("one", "e+~", "a"), asked="e")


def test_servers_that_are_away_are_not_chosen() -> None:
    assert chosen(away("one", "a+"), backend("two", "b")) == ("two", "b")
    assert chosen(away("one", "a"), backend("two", "a"), asked="a") == ("two", "a")


def test_an_unknown_model_is_not_found() -> None:
    with pytest.raises(NotFound) as caught:
        chosen(backend("box", "a"), asked="x")
    assert caught.value.details["field"] == "model"
    with pytest.raises(NotFound):
        chosen(backend("box", "a"), away("two", "b"), asked="x")
    with pytest.raises(NotFound):
        chosen(demo(), asked="x")


def test_a_model_whose_server_is_away_is_unavailable() -> None:
    for names in ({"asked": "b"}, {"conversation": "b"}, {"default": "b"}):
        with pytest.raises(Unavailable):
            chosen(backend("box", "a+"), away("two", "b"), demo(), **names)


def test_no_server_at_all_is_unavailable() -> None:
    for names in ({"asked": "x"}, {"conversation": "x"}, {}):
        with pytest.raises(Unavailable):
            chosen(away("box", **ABSENT), **names)
        with pytest.raises(Unavailable):
            chosen(away("box", seen=False), demo(), **names)


def test_a_conversations_model_is_only_gone_when_every_known_server_is_there() -> None:
    with pytest.raises(Unavailable):
        chosen(backend("box", "a"), away("two", seen=False), conversation="x")
    with pytest.raises(Unavailable):
        chosen(away("box", **ABSENT), demo(), conversation="x")
    with pytest.raises(NotFound):
        chosen(backend("box", "a"), away("absent", **ABSENT), conversation="x")


def test_a_simulated_model_is_never_chosen_while_a_real_one_is_there() -> None:
    box = backend("box", "a")
    assert chosen(demo(), box) == ("box", "a")
    assert chosen(demo(), box, conversation="simulated") == ("box", "a")
    assert chosen(demo(), box, conversation="simulated", default="a") == ("box", "a")
    assert chosen(demo(), box, default="simulated") == ("box", "a")
    assert chosen(demo(), box, asked="simulated") == ("demo", "simulated")
    assert chosen(box, conversation="simulated") == ("box", "a")


def test_a_simulated_model_answers_when_no_real_server_was_ever_there() -> None:
    absent = away("box", **ABSENT)
    assert chosen(absent, demo()) == ("demo", "simulated")
    assert chosen(absent, demo(), conversation="simulated") == ("demo", "simulated")


@pytest.mark.parametrize("gone", [away("box", "a", explicit=False), away("box", seen=False), away("box", "a")])
def test_a_simulated_model_never_answers_for_a_real_server_that_fails(gone: Backend) -> None:
    for names in ({}, {"conversation": "simulated"}, {"default": "simulated"}, {"conversation": "a"}):
        with pytest.raises(Unavailable):
            chosen(gone, demo(), **names)
    assert chosen(gone, demo(), asked="simulated") == ("demo", "simulated")


def test_a_real_model_wins_over_a_simulated_one_of_the_same_name() -> None:
    assert chosen(demo(), backend("box", "simulated"), asked="simulated") == ("box", "simulated")
    assert chosen(demo(), backend("box", "simulated"), conversation="simulated") == ("box", "simulated")


def test_an_instance_can_be_asked_for_by_its_id() -> None:
    assert chosen(backend("box", "many+"), asked="many:2") == ("box", "many:2")


def offering(*infos: ModelInfo, name: str = "box") -> Backend:
    found = backend(name)
    found.listing = Listing("openai", infos)
    return found


def test_unnamed_one_that_chats_is_chosen() -> None:
    speech, chat = ModelInfo("whisper-1", "box", purpose="speech", loaded=True), ModelInfo("a", "box")
    assert chosen(offering(speech, chat)) == ("box", "a")
    assert chosen(offering(speech, chat), asked="whisper-1") == ("box", "whisper-1")
    assert chosen(offering(speech, chat), default="whisper-1") == ("box", "whisper-1")


def test_that_none_chats_is_said_and_demo_is_no_stand_in() -> None:
    others = [ModelInfo(f"tts-{number}", "box", purpose="speech") for number in range(7)]
    with pytest.raises(Unavailable, match=r"is for chats \(tts-0, .*, tts-4 and 2 others\): name the one"):
        chosen(offering(*others), demo())


def test_a_base_model_is_the_last_choice() -> None:
    base, chat = ModelInfo("base", "box", template=False, loaded=True), ModelInfo("a", "box", template=True)
    assert chosen(offering(base, chat)) == ("box", "a")
    assert chosen(offering(base)) == ("box", "base")


async def test_a_model_beyond_those_that_are_shown_can_be_had() -> None:
    infos = tuple(
        ModelInfo(f"m{number}", "box", purpose="chat" if number > 1_200 else "other") for number in range(1_500)
    )
    box = offering(*infos)
    assert len(box.models()) == 1_000
    assert chosen(box, asked="m1400") == ("box", "m1400")
    assert chosen(box) == ("box", "m1201")
    assert box.health().models == 1_500
    assert "1500 models" in box.health().notes[0].text


def test_an_alias_asks_for_the_model_by_its_own_id() -> None:
    box = offering(ModelInfo("real-id", "box", aliases=("fast",)))
    assert chosen(box, asked="fast") == ("box", "real-id")
    assert chosen(box, asked="fast@box") == ("box", "real-id")
    assert chosen(box, conversation="fast") == ("box", "real-id")


def message(*backends: Backend, **names: str) -> str:
    with pytest.raises(Unavailable) as caught:
        chosen(*backends, **names)
    return caught.value.message


def test_why_no_model_server_answers_is_said() -> None:
    locked = away("box", seen=False)
    locked.reason = "box refused the key (HTTP status 401)"
    for names in ({}, {"asked": "x"}):
        assert message(locked, **names) == "no model server answers: box refused the key (HTTP status 401)"
    searched, other = away("studio", **ABSENT), away("llama", **ABSENT)
    assert message(searched, other) == (
        "no model server was found at studio, llama: start one, or name one to the daemon with `--backend URL`"
    )
    other.somebody, other.reason = True, "llama refused the request without a key"
    assert "llama refused the request without a key" in message(searched, other)
