"""A provider of identities for tests: `python -m tests.tools.oidc_provider`, a process of its own on loopback.

It does what OpenID Connect Core asks of one for the code flow with PKCE: discovery, keys, the authorization page, where
whoever is set at `/control` is logged in at once, and tokens for a code that is good once. `/control` also sets what
goes wrong: `{"wrong": "nonce"}` and so on, as `_spoil` knows them.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT, SECRET = "orchd", "client secret: 100% & more"


class House:
    """What the provider knows."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.keys: list[RSAKey | ECKey] = [_key("one")]
        self.codes: dict[str, dict[str, str]] = {}
        self.user: dict[str, Any] = {"sub": "s-1", "preferred_username": "Ann"}
        self.wrong = ""
        self.asked: dict[str, int] = {}

    def control(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Set what comes next; return how often each page was asked for."""
        self.user = wish.get("user", self.user)
        self.wrong = wish.get("wrong", "")
        if "key" in wish:
            self.keys = [_key(wish["key"], kind=wish.get("kind", "RSA"))]
        return dict(self.asked)

    def discovery(self) -> dict[str, Any]:
        pages = {name: f"{self.issuer}/{page}" for name, page in _PAGES.items()}
        if self.wrong == "foreign pages":
            pages["token_endpoint"] = "ftp://127.0.0.1/token"
        issuer = "https://evil.example" if self.wrong == "issuer of the pages" else self.issuer
        return {"issuer": issuer, "response_types_supported": ["code"], **pages}

    def jwks(self) -> dict[str, Any]:
        return {"keys": [{**key.as_dict(private=False), "use": "sig"} for key in self.keys]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to."""
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.issuer}
        if self.wrong == "denied":
            answer = {"error": "access_denied", "state": asked["state"]}
        if self.wrong == "other issuer":
            answer["iss"] = "https://evil.example"
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, form: dict[str, str], basic: str) -> tuple[int, Any]:
        login = self.codes.pop(form.get("code", ""), None)
        name, _, secret = base64.b64decode(basic.removeprefix("Basic ")).decode().partition(":")
        given = [parse_qs(f"x={each}")["x"][0] for each in (name, secret) if each]
        if given != [CLIENT, SECRET]:
            return 401, {"error": "invalid_client"}
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        right = login is not None and login["redirect_uri"] == form.get("redirect_uri")
        if not right or login is None or _plain(challenge) != login["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self._id_token(login)}

    def _id_token(self, login: dict[str, str]) -> str:
        now = int(time.time())
        told = {"sub": self.user["sub"]} if self.wrong in ("few claims", "another's page") else self.user
        claims = {"iss": self.issuer, "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": login["nonce"], **told}
        key: Any = self.keys[0]
        header = {"alg": "ES256" if isinstance(key, ECKey) else "RS256", "kid": key.kid}
        header, claims, key = _spoil(self.wrong, header, claims, key)
        if header["alg"] == "none":
            return f"{_plain(json.dumps(header).encode())}.{_plain(json.dumps(claims).encode())}."
        return jwt.encode(header, claims, key, algorithms=[header["alg"]])


_PAGES = {
    "authorization_endpoint": "authorize?tenant=1",
    "token_endpoint": "token",
    "jwks_uri": "jwks",
    "userinfo_endpoint": "userinfo",
}


def _spoil(
    wrong: str, header: dict[str, Any], claims: dict[str, Any], key: Any
) -> tuple[dict[str, Any], dict[str, Any], Any]:
    changes: dict[str, dict[str, Any]] = {
        "nonce": {"nonce": "another"},
        "audience": {"aud": "another"},
        "azp": {"aud": [CLIENT, "another"]},
        "issuer": {"iss": "https://evil.example"},
        "expired": {"exp": claims["iat"] - 3600},
        "old": {"iat": claims["iat"] - 86_400},
        "subject": {"sub": ""},
    }
    claims |= changes.get(wrong, {})
    if wrong == "none":
        header = {"alg": "none"}
    elif wrong == "shared secret":
        header, key = {"alg": "HS256"}, OctKey.import_key(SECRET)
    elif wrong == "signature":
        key = _key(key.kid)
    return header, claims, key


def _key(kid: str, kind: str = "RSA") -> RSAKey | ECKey:
    if kind == "EC":
        return ECKey.generate_key("P-256", {"kid": kid})
    return RSAKey.generate_key(2048, {"kid": kid})


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Handler(BaseHTTPRequestHandler):
    """The provider's pages."""

    house: House

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        page = parts.path.removeprefix("/realm/")
        self.house.asked[page] = self.house.asked.get(page, 0) + 1
        if self.house.wrong == "silent":
            time.sleep(3600)
        if page == ".well-known/openid-configuration":
            self._answer(200, self.house.discovery())
        elif page == "jwks":
            self._answer(200, self.house.jwks())
        elif page == "userinfo" and self.headers["Authorization"] == "Bearer a":
            about = {"sub": "s-7"} if self.house.wrong == "another's page" else {}
            self._answer(200, self.house.user | about)
        elif page == "authorize":
            self.send_response(302)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_header("Location", self.house.authorize(asked))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/control":
            self._answer(200, self.house.control(json.loads(body)))
            return
        self.house.asked["token"] = self.house.asked.get("token", 0) + 1
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if self.house.wrong == "garbage":
            self._answer(200, "no object")
        elif self.house.wrong == "flood":
            self._answer(200, {"id_token": "x" * 2_000_000})
        else:
            self._answer(*self.house.token(form, self.headers.get("Authorization", "")))

    def _answer(self, status: int, value: Any) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_request(self, *_told: object) -> None:
        """Say nothing."""


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Handler.house = House(f"http://127.0.0.1:{server.server_port}/realm")
    sys.stdout.write(f"{Handler.house.issuer}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
