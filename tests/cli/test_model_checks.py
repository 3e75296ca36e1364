"""What `orchd check` says of model servers and model files that are there, away, broken, or something else."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trio
from msgspec.structs import replace

from orchd.cli import checks
from orchd.cli.model_checks import running_demo
from orchd.config.load import LoadedSettings, load
from tests.fix_local import Shelve
from tests.fix_simulator import RunningSimulator
from tests.fix_upstream import Upstream, reply
from tests.llm.local.models import BROKEN


def loaded(tmp_path: Path, *backends: str) -> LoadedSettings:
    return load({"dataDir": str(tmp_path / "data"), "backends": backends}, {"HOME": str(tmp_path)})


async def findings(what: LoadedSettings, *, deep: bool = False) -> list[str]:
    with trio.fail_after(90):
        return [str(finding) for finding in await checks.check(what, deep=deep)]


async def free_port() -> int:
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener:
        return int(listener.socket.getsockname()[1])


async def test_a_server_that_answers(tmp_path: Path, simulator: RunningSimulator) -> None:
    found = await findings(loaded(tmp_path, simulator.url))
    (line,) = [line for line in found if "model server" in line]
    assert line.startswith(f"ok      model server {simulator.url}: lmstudio, ")


async def test_a_server_that_is_away_fails_and_says_where_it_was_configured(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{await free_port()}"
    (line,) = [line for line in await findings(loaded(tmp_path, url)) if "model server" in line]
    assert line.startswith(f"FAILED  model server {url}: ")
    assert line.endswith("(flag --backend)")


@pytest.mark.parametrize(
    ("told", "is_demo"),
    [
        ({"ready": True, "backends": [{"name": "a", "simulated": False}, {"name": "b", "simulated": True}]}, True),
        ({"ready": True, "backends": [{"name": "a", "simulated": False}]}, False),
        ({"ready": True}, False),
        (["something else"], False),
    ],
)
async def test_a_daemon_that_runs_there_with_the_simulated_model_is_known(
    tmp_path: Path, upstream: Upstream, told: object, is_demo: bool
) -> None:
    upstream.routes = {"GET /readyz": reply(200, told)}
    settings = loaded(tmp_path).settings
    here = replace(settings, server=replace(settings.server, port=urlsplit(upstream.url).port or 0))
    assert await running_demo(here) == (upstream.url if is_demo else None)
    nobody = replace(settings, server=replace(settings.server, port=await free_port()))
    assert await running_demo(nobody) is None


async def test_what_is_worth_knowing_of_a_list_is_told(tmp_path: Path, upstream: Upstream) -> None:
    upstream.routes = {"GET /v1/models": reply(200, [{"id": str(number)} for number in range(1_001)])}
    (line,) = [line for line in await findings(loaded(tmp_path, upstream.url)) if "model server" in line]
    assert "openai, 1001 models; it lists 1001 models, of which the first 1000 are shown" in line


async def test_one_that_wants_a_key(tmp_path: Path, upstream: Upstream) -> None:
    upstream.says(reply(401, {"error": "no"}), head=b"")
    (line,) = [line for line in await findings(loaded(tmp_path, upstream.url)) if "model server" in line]
    assert "it wants one, in `apiKeyFile` (HTTP status 401) (flag --backend)" in line


async def test_deep_a_model_of_each_server_answers(tmp_path: Path, simulator: RunningSimulator) -> None:
    found = await findings(loaded(tmp_path, simulator.url), deep=True)
    (line,) = [line for line in found if "answer of" in line]
    assert line.startswith("ok      answer of simulated")
    assert "its first token after " in line


async def test_deep_a_server_that_lists_and_does_not_answer(tmp_path: Path, upstream: Upstream) -> None:
    upstream.routes = {"GET /v1/models": reply(200, {"data": [{"id": "whisper-1"}, {"id": "a"}]})}
    upstream.says(reply(500, {"error": {"message": "CUDA is out of luck"}}), head=b"")
    found = await findings(loaded(tmp_path, upstream.url), deep=True)
    (line,) = [line for line in found if "answer of" in line]
    assert line.startswith("FAILED  answer of a on 127.0.0.1:")
    assert "CUDA is out of luck" in line


async def test_deep_where_nothing_chats(tmp_path: Path, upstream: Upstream) -> None:
    upstream.routes = {"GET /v1/models": reply(200, {"data": [{"id": "whisper-1"}]})}
    found = await findings(loaded(tmp_path, upstream.url), deep=True)
    assert [line.partition(": ")[2] for line in found if "answer of" in line] == ["it has no model for chats"]


async def test_deep_the_default_model_is_asked(tmp_path: Path, simulator: RunningSimulator) -> None:
    what = loaded(tmp_path, simulator.url)
    models = replace(what.settings.models, default="no-such-model")
    found = await findings(what._replace(settings=replace(what.settings, models=models)), deep=True)
    assert "FAILED  default model no-such-model: no model server has a model no-such-model" in found


async def test_deep_a_local_model_answers(tmp_path: Path, shelve: Shelve) -> None:
    flags = {"dataDir": str(tmp_path / "data"), "local.models": (str(shelve("a")),)}
    found = await findings(load(flags, {"HOME": str(tmp_path)}), deep=True)
    assert [line for line in found if line.startswith("ok      answer of a on local: its first token after ")]


async def test_models_without_a_server(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "a.gguf").write_bytes(BROKEN)
    (folder / "b.gguf").write_bytes(b"<html>")
    flags = {"dataDir": str(tmp_path / "data"), "local.models": (str(folder),)}
    found = await findings(load(flags, {"HOME": str(tmp_path)}))
    assert [line for line in found if "local" in line or "model file" in line] == [
        "note    local model a: 0.0 MB; no chat template: a base model, which goes on with a text rather than answers",
        f"note    model file {folder}/b.gguf: is left out: it does not begin as a GGUF file does",
    ]
    (folder / "a.gguf").write_bytes(b"GGUF")
    found = await findings(load(flags, {"HOME": str(tmp_path)}))
    assert "FAILED  local models: none of the files can be offered" in found


async def test_models_without_a_server_need_their_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.gguf").write_bytes(BROKEN)
    flags = {"dataDir": str(tmp_path / "data"), "local.models": (str(tmp_path / "a.gguf"),)}
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    found = await findings(load(flags, {"HOME": str(tmp_path)}))
    (line,) = [line for line in found if "local" in line]
    assert line.startswith("FAILED  local models: ")
    assert f"{sys.executable} -m pip install 'xllamacpp>=2026.10'" in line
