"""One layer at a time: what is said of each mistake, and how texts become values."""

from pathlib import Path
from typing import Any

import pytest

from orchd.config.load import load
from orchd.errors import ConfigurationError

HOME = {"HOME": "/home/someone"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orchd.toml"
    path.touch(mode=0o600)
    return path


def refused(file: Path | None = None, environ: dict[str, str] | None = None, **flags: Any) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load({name.replace("__", "."): value for name, value in flags.items()}, HOME | (environ or {}), file)
    return str(caught.value).splitlines()


def test_an_unknown_key_is_told_with_its_line_and_the_nearest_known(file: Path) -> None:
    file.write_text("[server]\n# a comment\nprot = 4\nmax_frame_bytes = 5000\n[sever]\nport = 1\n")
    assert refused(file) == [
        f"{file}:3: `server.prot` is unknown; did you mean `server.port`?",
        f"{file}:4: `server.max_frame_bytes` is unknown; did you mean `server.maxFrameBytes`?",
        f"{file}:5: `sever` is unknown; did you mean `server`?",
    ]


def test_a_key_in_the_wrong_table_is_told_where_it_belongs(file: Path) -> None:
    file.write_text("maxFrameBytes = 4000\n")
    assert refused(file) == [f"{file}:1: `maxFrameBytes` is unknown; did you mean `server.maxFrameBytes`?"]
    file.write_text("[chat]\ngraceseconds = 3\n")
    assert refused(file) == [f"{file}:2: `chat.graceseconds` is unknown; did you mean `server.graceSeconds`?"]


def test_a_key_like_no_other_is_just_unknown(file: Path) -> None:
    file.write_text("[chat]\nqqqqqqqq = 1\n")
    assert refused(file) == [f"{file}:2: `chat.qqqqqqqq` is unknown"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('port = "x"', '`server.port` must be a whole number from 0 to 65535, not "x"'),
        ("port = 65_536", "`server.port` must be a whole number from 0 to 65535, not 65536"),
        ("port = 1.5", "`server.port` must be a whole number from 0 to 65535, not 1.5"),
        ("port = true", "`server.port` must be a whole number from 0 to 65535, not true"),
        ("insecure = 1", "`server.insecure` must be `true` or `false`, not 1"),
        ("heartbeatSeconds = nan", "`server.heartbeatSeconds` must be a number above 0 up to 86400, not NaN"),
        ("heartbeatSeconds = 0", "`server.heartbeatSeconds` must be a number above 0 up to 86400, not 0"),
        ('allowedHosts = "a"', '`server.allowedHosts` must be a list of texts, not "a"'),
        ("host = 1979-05-27", '`server.host` must be text, not "1979-05-27"'),
        ("host = {a = 1}", '`server.host` must be text, not {"a": 1}'),
    ],
)
def test_a_wrong_value_is_told_with_its_line_and_bounds(file: Path, text: str, told: str) -> None:
    file.write_text(f"[server]\n\n{text}\n")
    assert refused(file) == [f"{file}:3: {told}"]


def test_whole_numbers_are_fine_where_fractions_are_allowed(file: Path) -> None:
    file.write_text("[server]\nheartbeatSeconds = 5\n")
    assert load({}, HOME, file).settings.server.heartbeat_seconds == 5.0


@pytest.mark.parametrize("text", ["server = 1", "server = [1]", "[[server]]\nport = 1"])
def test_a_section_must_be_a_table(file: Path, text: str) -> None:
    file.write_text(text)
    assert refused(file) == [f"{file}:1: `server` must be a table, written `[server]`"]


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb = \n", 2), ("a = 1\na = 2\n", 2), ("[server\n", 1), ("x = 1\n'''", 2)]
)
def test_a_syntax_error_is_told_with_its_line(file: Path, text: str, line: int) -> None:
    file.write_text(text)
    (told,) = refused(file)
    assert told.startswith(f"{file}:{line}: is not valid TOML: ")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a = 1\nb = '\xff'\n", ":2: is not UTF-8 text"),
        (b"a = " + b"[" * 5000, ": is nested too deeply"),
        (b"a = " + b"1" * 5000, "is not valid TOML"),
        (b"#" * (1024 * 1024 + 1), "is it the right file?"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(file: Path, data: bytes, told: str) -> None:
    file.write_bytes(data)
    assert told in refused(file)[0]


def test_variables_are_read_as_their_types_want() -> None:
    environ = {
        "ORCHD_SERVER_PORT": "0",
        "ORCHD_SERVER_INSECURE": "TRUE",
        "ORCHD_SERVER_HEARTBEAT_SECONDS": "2.5",
        "ORCHD_SERVER_ALLOWED_HOSTS": "a.lan, b.lan",
        "ORCHD_SERVER_ALLOWED_ORIGINS": '["https://a.lan"]',
        "ORCHD_MODELS_DEFAULT": "null",
        "ORCHD_LOG_LEVEL": "",
        "ORCHD_CONFIG": "",
        "ORCHD_TEST_REQUIRE": "1",
    }
    settings = load({}, HOME | environ).settings
    assert settings.server.port == 0
    assert settings.server.insecure
    assert settings.server.heartbeat_seconds == 2.5
    assert settings.server.allowed_hosts == ("a.lan", "b.lan")
    assert settings.server.allowed_origins == ("https://a.lan",)
    assert settings.models.default == "null"
    assert settings.log.level == "info"


@pytest.mark.parametrize(
    ("text", "insecure"),
    [(text, True) for text in ("1", "true", "yes", "On", " YES ")] + [(text, False) for text in ("0", "No", "off")],
)
def test_yes_and_no_have_many_spellings(text: str, insecure: bool) -> None:
    assert load({}, HOME | {"ORCHD_SERVER_INSECURE": text}).settings.server.insecure is insecure


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"url":', "is broken JSON: Expecting value (line 1, column 9)"),
        ('[{"url": "http://u:hunter2@a"}, ', "is broken JSON: Expecting value (line 1, column 33)"),
        ("[" * 100_000, "is nested too deeply"),
        ("[" + "1" * 5000 + "]", "is broken JSON: it has a number that is too long"),
        ("{}", "`backends[0]` has no `url`"),
    ],
)
@pytest.mark.parametrize("name", ["ORCHD_BACKENDS"])
def test_broken_json_is_called_so(text: str, told: str, name: str) -> None:
    (sentence,) = refused(environ={name: text})
    assert told in sentence
    assert "hunter2" not in sentence


def test_wrong_variables_are_all_told() -> None:
    environ = {"ORCHD_PORT": "1", "ORCHD_SERVER_PORT": "x", "ORCHD_LOG_LEVEL": "loud", "ORCHD_BACKENDS": "[1"}
    assert refused(environ=environ) == [
        "environment ORCHD_BACKENDS: is broken JSON: Expecting ',' delimiter (line 1, column 3)",
        'environment ORCHD_LOG_LEVEL: `log.level` must be `debug` or `error` or `info` or `warning`, not "loud"',
        "environment ORCHD_PORT: unknown setting; did you mean `ORCHD_SERVER_PORT`?",
        'environment ORCHD_SERVER_PORT: `server.port` must be a whole number from 0 to 65535, not "x"',
    ]


def test_backends_from_a_file_have_lines_of_their_own(file: Path) -> None:
    file.write_text(
        '[[backends]]\nurl = "http://a:1"\nconnectSeconds = 1\n\n[[backends]]\nurl = 5\nnmae = "x"\n[[backends]]\n'
    )
    assert refused(file) == [
        f"{file}:6: `backends[1].url` must be text, not 5",
        f"{file}:7: `backends[1].nmae` is unknown; did you mean `name`?",
        f'{file}:8: `backends[2]` has no `url`; add e.g. `url = "http://127.0.0.1:1234"`',
    ]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("http://a:1, http://b:2/v1", ["http://a:1", "http://b:2/v1"]),
        ('["http://a:1"]', ["http://a:1"]),
        ('[{"url": "http://a:1", "apiKey": "k"}]', ["http://a:1"]),
        ('{"url": "http://a:1"}', ["http://a:1"]),
    ],
)
def test_backends_from_a_variable(text: str, urls: list[str]) -> None:
    settings = load({}, HOME | {"ORCHD_BACKENDS": text}).settings
    assert [backend.url for backend in settings.backends] == urls


def test_a_secret_is_not_repeated_in_an_error(file: Path) -> None:
    file.write_text('[[backends]]\nurl = "http://a:1"\napiKey = ["hunter2"]\n')
    assert refused(file) == [f"{file}:3: `backends[0].apiKey` must be text"]


def test_models_and_aliases_of_a_backend(file: Path) -> None:
    file.write_text(
        '[[backends]]\nurl = "http://a:1"\nmodels = ["m"]\naliases = { fast = "m" }\n'
        '[[backends]]\nurl = "http://b:1"\n[backends.aliases]\n"x/y" = "z"\n'
    )
    first, second = load({}, HOME, file).settings.backends
    assert (first.models, first.aliases, second.aliases) == (("m",), {"fast": "m"}, {"x/y": "z"})
    file.write_text('[[backends]]\nurl = "http://a:1"\nmodels = "m"\naliases = ["m"]\n')
    assert refused(file) == [
        f'{file}:3: `backends[0].models` must be a list of texts, not "m"',
        f'{file}:4: `backends[0].aliases` must be a table of texts, not ["m"]',
    ]


def test_the_home_of_nobody_is_told() -> None:
    told = refused(environ={"ORCHD_DATA_DIR": "~nobody-at-all/x"})
    assert told == ["environment ORCHD_DATA_DIR: `dataDir` begins with `~`, and that home directory is not known"]
