"""The HTML pages: every language says everything, and no script stands in a page."""

import re
import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.pages.documents import LANGUAGES, Documents, chosen_language, script
from orchd.pages.site import SCRIPTS

WEB = resources.files("orchd.web")
DOCUMENTS = ("index", "login", "setup")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("PT", "pt-BR"),
        ("en;q=0.5, pt;q=0.8", "pt-BR"),
        ("pt;q=0.5, en;q=0.8", "en"),
        ("de, pt;q=0.1", "pt-BR"),
        ("pt;q=0", "en"),
        ("de", "en"),
        ("*", "en"),
        ("pt;q=nonsense", "en"),
        ("," * 1000 + "pt", "en"),
    ],
)
def test_the_language_that_is_wanted(accepted: str, language: str) -> None:
    assert chosen_language(accepted) == language


@given(st.text(max_size=200))
def test_any_header_gets_a_language(accepted: str) -> None:
    assert chosen_language(accepted) in LANGUAGES


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document(name: str, language: str) -> None:
    page = Documents().page(name, language, {"state": "user", "user": "<b>'\"&", "provider": "one"})
    text = page.body.decode()
    assert (page.status, page.content_type) == (200, "text/html; charset=utf-8")
    assert page.headers == (("Vary", "Accept-Language"),)
    assert text.lstrip().lower().startswith("<!doctype html>")
    assert f'<html lang="{language}">' in text
    assert "<b>" not in text
    assert not re.search(r"\{\{|\[\[", text), "a place without a text"


def test_all_languages_say_the_same_things_and_nothing_is_left_over() -> None:
    texts = tomllib.loads(WEB.joinpath("texts.toml").read_text("utf-8"))
    places = {
        place for name in DOCUMENTS for place in re.findall(r"\{\{(\w+)\}\}", WEB.joinpath(f"{name}.html").read_text())
    }
    assert set(texts) == {*LANGUAGES}
    for language in LANGUAGES:
        assert set(texts[language]) == places - {"language"}
        for key, text in texts[language].items():
            assert re.findall(r"%\w", text) == re.findall(r"%\w", texts["en"][key])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_script_and_no_style_stands_in_a_page(name: str) -> None:
    text = WEB.joinpath(f"{name}.html").read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", text)
    served = {f"/{each}" for each in SCRIPTS}
    assert set(re.findall(r'(?:src|href)="(/[\w.]+\.(?:js|css))"', text)) <= served


def test_scripts() -> None:
    assert script("page.css").content_type.startswith("text/css")
    for name in SCRIPTS:
        imported = re.findall(r'from "/([\w.]+)"', script(name).body.decode())
        assert set(imported) <= set(SCRIPTS)
        assert not re.search(r"\binnerHTML|insertAdjacentHTML|document\.write|\beval\b", script(name).body.decode())


@pytest.mark.parametrize("name", ["login", "setup"])
def test_each_field_has_a_label_and_refusals_are_read_out(name: str) -> None:
    text = WEB.joinpath(f"{name}.html").read_text("utf-8")
    fields = set(re.findall(r'<input id="(\w+)"', text))
    assert fields == set(re.findall(r'<label for="(\w+)">', text))
    assert 'role="alert"' in text
