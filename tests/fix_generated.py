"""A client in Python, written from this daemon's schema: once for each process of tests."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

import pytest

from orchd.codegen.folder import write_folder
from orchd.codegen.python.package import write_package
from orchd.codegen.reading.frames import read_contract
from orchd.features.reference import schema_text

GeneratedModule: TypeAlias = Callable[[str], ModuleType]


@pytest.fixture(scope="session")
def generated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole client."""
    folder = tmp_path_factory.mktemp("generated") / "client"
    write_folder(folder, write_package(read_contract(schema_text().encode())))
    return folder


@pytest.fixture(scope="session")
def generated(generated_folder: Path) -> Iterator[GeneratedModule]:
    """`generated("frames")`: a module of that client."""
    sys.path.insert(0, str(generated_folder))

    def load(name: str) -> ModuleType:
        return importlib.import_module(f"orchd_client.{name}")

    yield load
    sys.path.remove(str(generated_folder))
