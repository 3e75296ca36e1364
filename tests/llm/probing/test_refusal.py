import pytest

from orchd.errors import NotFound, Unavailable, UpstreamError
from orchd.llm.answers.fetch import FetchResult
from orchd.llm.probing.refusal import TriedAddress, is_final, refusal_error

URL = "http://me:secret@box:1/v1/models"


def message(status: int, body: bytes = b"", *, location: str = "", has_key: bool = False) -> str:
    return refusal_error("box", [TriedAddress(URL, FetchResult(status, body, location))], has_key=has_key).message


def test_the_address_that_was_asked_is_named_without_its_credentials() -> None:
    said = message(404, b"<html>")
    assert "http://box:1/v1/models" in said
    assert "HTTP status 404" in said
    assert "secret" not in said
    assert "something else" in message(200, b"<html>")


def test_of_many_addresses_those_that_somebody_wrote_are_named() -> None:
    tried = [TriedAddress(f"http://box:1/{path}/models", FetchResult(404, b"")) for path in ("a", "b", "c")]
    said = refusal_error("box", tried, has_key=False).message
    assert "/a/models and http://box:1/b/models" in said
    assert "/c/" not in said


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://box/v1/models?key=secret", "https://box/v1/models"),
        ("/login", "http://box:1/login"),
        ("https://me:secret@other/", "https://other/"),
        ("http://[", "what is no address"),
        ("/" + "x" * 9_000, "http://box:1/" + "x" * 187),
    ],
)
def test_a_redirect_tells_where_to(location: str, target: str) -> None:
    said = message(301, location=location)
    assert f"to {target}:" in said
    assert "secret" not in said


def test_a_key_that_is_refused_and_one_that_is_wanted() -> None:
    assert message(401, has_key=True) == "box refused the key (HTTP status 401)"
    assert message(403, has_key=True) == "box refused the key (HTTP status 403)"
    assert "it wants one, in `apiKeyFile`" in message(401)
    assert "it wants one, in `apiKeyFile`" in message(403, b'{"error":{"message":"Missing API key"}}')


def test_ollamas_check_of_the_host_is_no_matter_of_keys() -> None:
    said = message(403)
    assert "key" not in said
    assert "OLLAMA_HOST" in said


@pytest.mark.parametrize(
    "body",
    [
        b"Client sent an HTTP request to an HTTPS server.\n",  # Go
        b"<h1>400 Bad Request</h1><center>The plain HTTP request was sent to HTTPS port</center>",  # nginx
        b"Reason: You're speaking plain HTTP to an SSL-enabled server port.",  # Apache
    ],
)
def test_a_server_that_wants_tls(body: bytes) -> None:
    assert "https://" in message(400, body)
    assert is_final(FetchResult(400, body))


def test_the_server_behind_a_proxy_is_away() -> None:
    error = refusal_error("box", [TriedAddress(URL, FetchResult(502, b"<html>bad gateway"))], has_key=False)
    assert isinstance(error, Unavailable)


def test_what_a_server_says_of_its_own_failure_is_told() -> None:
    assert "out of luck" in message(500, b'{"error": {"message": "out of luck"}}')
    assert isinstance(
        refusal_error("box", [TriedAddress(URL, FetchResult(503, b"Loading model"))], has_key=False), Unavailable
    )


def test_no_list_is_no_matter_of_a_model_that_is_not_found() -> None:
    error = refusal_error(
        "box", [TriedAddress(URL, FetchResult(404, b'{"error": {"message": "model not found"}}'))], has_key=False
    )
    assert isinstance(error, UpstreamError)
    assert not isinstance(error, NotFound)
