import pytest

from orchd.errors import ConfigurationError
from orchd.llm.probing.address import ServerLocation, read_address, without_credentials


@pytest.mark.parametrize(
    ("url", "root", "host"),
    [
        ("http://127.0.0.1:1234", "http://127.0.0.1:1234", "127.0.0.1:1234"),
        ("http://127.0.0.1:1234/", "http://127.0.0.1:1234", "127.0.0.1:1234"),
        ("http://127.0.0.1:1234/v1", "http://127.0.0.1:1234", "127.0.0.1:1234"),
        (" HTTP://Box.LAN:1234/v1/ ", "http://box.lan:1234", "box.lan:1234"),
        ("box:1234", "http://box:1234", "box:1234"),
        ("'http://box:1234/v1'", "http://box:1234", "box:1234"),
        ("<http://box:1234>", "http://box:1234", "box:1234"),
        ("https://box/openai/v1?x=1#y", "https://box:443/openai", "box:443"),
        ("http://[::1]:8080/v1", "http://[::1]:8080", "[::1]:8080"),
        ("http://[fe80::1%eth0]:8080", "http://[fe80::1%eth0]:8080", "[fe80::1%eth0]:8080"),
        ("http://máquina_1.lan", "http://máquina_1.lan:80", "máquina_1.lan:80"),
    ],
)
def test_spellings_become_one(url: str, root: str, host: str) -> None:
    found = read_address(url)
    assert (found.root, found.shown, found.host) == (root, root, host)


def test_credentials_are_used_but_not_shown() -> None:
    found = read_address("http://me:secret@box:1/v1")
    assert found.root == "http://me:secret@box:1"
    assert "secret" not in found.shown + found.host


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://",
        "ftp://box",
        "http://box:99999",
        "http://box:0",
        "http://u:secret@box:port",
        "http://u:secret@",
        "isto nao e url",
        "http://u:secret@two words:80/v1",
        "http://<host>:1234",
        "http://box\u200b",
    ],
)
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_address(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "root", "bases"),
    [
        ("", "", ("/v1", "", "/api/v1", "/openai/v1", "/api")),
        ("/", "", ("/v1", "", "/api/v1", "/openai/v1", "/api")),
        ("/v1", "", ("/v1",)),
        ("/v1/", "", ("/v1",)),
        ("//v1//", "", ("/v1",)),
        ("/v1/chat/completions", "", ("/v1",)),
        ("/v1/models/", "", ("/v1",)),
        ("/v1/Models", "", ("/v1",)),
        ("/openai/v1", "/openai", ("/openai/v1",)),
        ("/api/paas/v4", "/api/paas", ("/api/paas/v4", "/api/paas/v4/v1", "/v1")),
        ("/api/paas/v4/chat/completions", "/api/paas", ("/api/paas/v4", "/api/paas/v4/v1", "/v1")),
        ("/v1beta/openai/", "/v1beta/openai", ("/v1beta/openai", "/v1beta/openai/v1")),
        ("/client/v4/accounts/x/ai/v1", "/client/v4/accounts/x/ai", ("/client/v4/accounts/x/ai/v1",)),
        ("/llm", "/llm", ("/llm/v1", "/llm")),
        ("/v1/audio/speech", "/v1/audio/speech", ("/v1/audio/speech", "/v1/audio/speech/v1", "/v1")),
        ("/props", "", ("/v1", "", "/api/v1", "/openai/v1", "/api")),
        ("/v1/docs", "", ("/v1",)),
        ("/api/chat", "", ("/v1", "", "/api/v1", "/openai/v1", "/api")),
        ("/api", "/api", ("/api/v1", "/api", "/v1")),
    ],
)
def test_where_the_api_may_be(path: str, root: str, bases: tuple[str, ...]) -> None:
    found = read_address(f"http://box:1{path}")
    assert found.root == f"http://box:1{root}"
    assert found.bases == tuple(f"http://box:1{base}" for base in bases)
    assert found.roots[-1] == ("http://box:1" if root == "/api" else found.root)


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/models", "/v1/chat/completions", "/v1/"])
def test_one_server_is_shown_alike_however_its_api_is_written(path: str) -> None:
    assert read_address(f"http://box:1{path}").shown == "http://box:1"


def test_what_is_shown_holds_no_secret() -> None:
    url = "https://me:secret@box:1/a/b?key=secret#secret"
    assert without_credentials(url) == "https://box:1/a/b"


def test_a_place_is_where_it_was_found() -> None:
    place, trial = ServerLocation(read_address("http://box:1")), ServerLocation(read_address("http://box:1"))
    assert (place.bases[:2], place.is_guess("http://box:1/v1"), place.is_guess("http://box:1/api")) == (
        ("http://box:1/v1", "http://box:1"),
        False,
        True,
    )
    trial.take_root("http://box:1")
    trial.base, trial.found = "http://box:1/api", True
    place.take(trial)
    assert place.bases == ("http://box:1/api",)
    place.forget()
    assert (place.base, place.found) == ("http://box:1/v1", False)
