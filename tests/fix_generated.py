"""A client in Python, written from this daemon's schema: once for each process of tests."""

from pathlib import Path

import pytest

from orchd.codegen.folder import write_folder
from orchd.codegen.python.package import write_package
from orchd.codegen.reading.frames import read_contract
from orchd.protocol.schema.published import schema_text


@pytest.fixture(scope="session")
def generated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole client."""
    folder = tmp_path_factory.mktemp("generated") / "client"
    write_folder(folder, write_package(read_contract(schema_text().encode())))
    return folder
