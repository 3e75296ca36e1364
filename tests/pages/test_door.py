"""The documents of the way in, with the page that is built and without it."""

from pathlib import Path

import pytest

from orchd.access.addresses import ClientFacts, read_address
from orchd.errors import Forbidden, RateLimited
from orchd.pages.built import BuiltPage
from orchd.pages.documents import Documents
from orchd.pages.door import Door
from orchd.protocol.identity import NOBODY
from orchd.server.entry.page import PageRequest

REQUEST = PageRequest(NOBODY, ClientFacts(read_address("127.0.0.1")), "localhost", languages="pt")
DOCUMENT = '<!doctype html>\n<div id="page"></div>'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text('<script src="/assets/index-7.js"></script>')
    (tmp_path / "door.html").write_text(DOCUMENT)
    return tmp_path


def door(place: Path, *, provider: bool = False) -> Door:
    return Door(BuiltPage(place), Documents(), provider=provider)


@pytest.mark.parametrize("name", ["login", "setup"])
async def test_the_built_document_is_the_same_for_both_forms(place: Path, name: str) -> None:
    page = await door(place).document(name, REQUEST)
    assert page.body.decode() == DOCUMENT
    assert dict(page.headers)["Cache-Control"] == "no-cache"


async def test_without_it_the_plain_form_says_why_and_whether_there_is_a_provider(tmp_path: Path) -> None:
    text = (await door(tmp_path / "dist", provider=True).document("login", REQUEST)).body.decode()
    assert '<body data-provider="one" data-page="absent">' in text
    assert "Entrar" in text
    assert 'data-provider="none"' in (await door(tmp_path / "dist").document("login", REQUEST)).body.decode()


async def test_a_refusal_stands_in_the_document_and_acts_as_nothing(place: Path) -> None:
    page = await door(place).refusal(Forbidden('"><script>'))
    assert page.status == 403
    assert page.body.decode() == DOCUMENT.replace(
        "></div>", ' data-code="forbidden" data-message="&quot;&gt;&lt;script&gt;"></div>'
    )


async def test_a_refusal_without_the_page(tmp_path: Path) -> None:
    page = await door(tmp_path / "dist").refusal(RateLimited("too <fast>", retry_after_ms=2000))
    assert (page.status, dict(page.headers)["Retry-After"]) == (429, "2")
    assert "too &lt;fast&gt;" in page.body.decode()
