"""The page that pictures from elsewhere come by: for whom, and with which headers."""

from typing import NamedTuple

from orchd.access.addresses import ClientFacts
from orchd.pages.contents.pictures import PATH, PictureAddress, picture_routes
from orchd.protocol.identity import LOCAL
from orchd.protocol.rights import refusal
from orchd.server.entry.page import PageRequest


class Found(NamedTuple):
    type: str
    content: bytes


class FakePictures:
    """Satisfies `Pictures`."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, str]] = []

    async def fetch(self, user_id: int, url: str) -> Found:
        self.asked.append((user_id, url))
        return Found("image/png", b"\x89PNG")


async def test_a_picture_is_nothing_but_a_picture() -> None:
    pictures = FakePictures()
    ((path, (route,)),) = picture_routes(pictures).items()
    asked = PageRequest(LOCAL, ClientFacts(None), "localhost", body=PictureAddress("https://far.example/a.png"))
    page = await route.answer(asked)
    assert (path, page.status, page.content_type, page.body) == (PATH, 200, "image/png", b"\x89PNG")
    assert dict(page.headers)["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert pictures.asked == [(LOCAL.user_id, "https://far.example/a.png")]


def test_no_other_site_can_ask_for_one_nor_a_token_that_may_not_chat() -> None:
    ((_, (route,)),) = picture_routes(FakePictures()).items()
    assert (route.method, route.origin, route.body, route.watched) == ("POST", "own", PictureAddress, True)
    assert refusal(route.right, route.scope, LOCAL._replace(role="viewer")) is None  # type: ignore[arg-type]
    narrow = LOCAL._replace(scopes=frozenset({"read"}))
    assert refusal(route.right, route.scope, narrow) is not None  # type: ignore[arg-type]
