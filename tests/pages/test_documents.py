"""The HTML pages: every language says everything, and no script stands in a page."""

import json
import re
import subprocess
import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.pages.documents import LANGUAGES, Documents, chosen_language, script
from orchd.pages.site import SCRIPTS
from tests.fix_typescript import Node

WEB = resources.files("orchd.web.plain")
DOCUMENTS = ("index", "login", "setup", "docs")


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
    page = Documents().page(
        name, language, {"state": "user", "user": "<b>'\"&", "provider": "one", "page": "absent", "docs": "absent"}
    )
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


HARNESS = """
const [path, agents] = process.argv.slice(1);
const { showLogins } = await import(path);
class Element {
  constructor(name) {
    this.name = name; this.children = []; this.listeners = {}; this.textContent = ""; this.dataset = {};
  }
  append(...more) { for (const one of more) { one.parent = this; this.children.push(one); } }
  remove() { this.parent.children = this.parent.children.filter((one) => one !== this); }
  addEventListener(kind, listener) { this.listeners[kind] = listener; }
  text() { return this.textContent + this.children.map((child) => child.text()).join("|"); }
}
const [section, list, said] = [new Element("section"), new Element("ul"), new Element("p")];
section.dataset = { language: "pt-BR", used: "last %s", revoke: "out", current: "here", unknown: "?" };
section.dataset.failed = "failed";
section.querySelector = (what) => (what === "ul" ? list : said);
section.ownerDocument = { createElement: (name) => new Element(name) };
section.hidden = true;
const sent = [];
const socket = new Element("socket");
socket.send = (text) => sent.push(JSON.parse(text));
const tell = (type, data) => socket.listeners.message({ data: JSON.stringify({ type, data }) });
showLogins(section, socket);
tell("session:ready", {});
const seenAt = "2026-11-29T09:30:00.000Z";
const items = [{ id: 1, agent: "A <b>", address: "192.0.2.1", current: true, seenAt }];
items.push({ id: 2, agent: "", address: "192.0.2.2", current: false, seenAt });
const more = JSON.parse(agents).map((agent, i) => ({ id: i + 3, agent, address: "::1", current: false, seenAt }));
tell("login:list", { items: [...items, ...more] });
const before = list.children.map((row) => row.text());
const button = list.children[1].children.at(-1);
button.listeners.click();
const disabled = button.disabled;
tell("error", { code: "unavailable" });
const failed = [said.textContent, button.disabled];
button.listeners.click();
tell("login:revoke", { loginId: 2 });
console.log(JSON.stringify({ sent, before, disabled, failed, hidden: section.hidden, left: list.children.length }));
"""


AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 "
    "Safari/537.36": "Chrome 141, Linux",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0": "Firefox 143, Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Mobile/15E148 Safari/604.1": "Safari 18, iPhone",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 "
    "Edg/141.0.0.0": "Edge 141, Windows",
    "Mozilla/5.0 (compatible; something)": "Mozilla/5.0 (compatible; something)",
    "orchd in a terminal": "orchd in a terminal",
}
"""What programs say of themselves, and what people read of it."""


def test_the_list_of_browsers(node: Node) -> None:
    arguments = [str(WEB.joinpath("logins.js")), json.dumps([*AGENTS])]
    command = [node.program, "--input-type=module", "--eval", HARNESS, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [frame["type"] for frame in told["sent"]] == ["login:list", "login:revoke", "login:revoke"]
    assert told["sent"][1]["data"] == {"loginId": 2}
    assert "A <b>" in told["before"][0]
    assert told["before"][0].endswith("|here")
    assert told["before"][1].startswith("?|192.0.2.2 · last ")
    assert (told["disabled"], told["failed"], told["hidden"], told["left"]) == (
        True,
        ["failed", False],
        False,
        1 + len(AGENTS),
    )
    assert [text.partition("|")[0] for text in told["before"][2:]] == [*AGENTS.values()]


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
