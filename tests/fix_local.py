"""Model files in a folder, and a look at the processes that the daemon runs them in."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import psutil
import pytest
import trio

PROGRAM = "llama_child.py"
HANG_SECONDS = 90.0

Shelve: TypeAlias = Callable[..., Path]


@pytest.fixture
def shelve(tiny_gguf: Path, tmp_path: Path) -> Shelve:
    """`shelve("a", "b")`: a folder with copies of the tiny model under these names."""

    def make(*names: str) -> Path:
        folder = tmp_path / "models"
        folder.mkdir(exist_ok=True)
        for name in names:
            shutil.copy(tiny_gguf, folder / f"{name}.gguf")
        return folder

    return make


def model_processes(of: int | None = None) -> list[psutil.Process]:
    """The processes that run models for the process `of`, this one unless told otherwise."""
    return [child for child in psutil.Process(of).children() if _runs_model(child)]


async def gone(processes: list[psutil.Process]) -> None:
    """Wait until they have ended."""
    assert processes, "there were none, so that none could end"
    _, alive = await trio.to_thread.run_sync(lambda: psutil.wait_procs(processes, timeout=HANG_SECONDS))
    assert not alive


def end_hard(process: "subprocess.Popen[bytes]") -> None:
    """Kill it and close its pipes."""
    with process:
        process.kill()


def _runs_model(process: psutil.Process) -> bool:
    try:
        return any(part.endswith(PROGRAM) for part in process.cmdline())
    except psutil.Error:
        return False
