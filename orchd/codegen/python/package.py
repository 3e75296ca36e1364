"""All files of a client in Python, by their paths in its folder."""

import sys
from importlib.resources import files
from pathlib import Path

from orchd.codegen.families import make_families
from orchd.codegen.python.annotations import AnnotationWriter
from orchd.codegen.python.clients import ClientWriter
from orchd.codegen.python.data import DataWriter
from orchd.codegen.python.facts import error_module, facts_module
from orchd.codegen.python.names import check_names
from orchd.codegen.python.objects import PACKAGE, ObjectWriter
from orchd.codegen.python.source import docstring
from orchd.codegen.reading.contract import Contract
from orchd.codegen.reading.frames import read_contract

INSIDE = Path(str(files("orchd"))) / PACKAGE
"""The package that orchd itself has: what is written by hand of it, `runtime`, is what every client gets."""


def write_package(contract: Contract) -> dict[str, str]:
    """Return path → text, with a project around the package. Raises `SchemaError` for names that can't be told apart in
    Python."""
    found = {f"{PACKAGE}/{path}": written for path, written in write_modules(contract).items()}
    found |= {f"{PACKAGE}/runtime/{path.name}": path.read_text(encoding="utf-8") for path in _hand_written()}
    readme = (INSIDE / "README.md").read_text(encoding="utf-8")
    return found | {"README.md": readme, "pyproject.toml": _PROJECT.format(version=_version(contract))}


def write_modules(contract: Contract) -> dict[str, str]:
    """Return path → text of what is written in the package itself. Raises as `write_package` does."""
    annotations = AnnotationWriter(contract)
    objects = ObjectWriter(contract, annotations)
    root = make_families(contract.requests.values())
    check_names(contract, root)
    data = DataWriter(contract, objects)
    clients = ClientWriter(contract, objects, data, root)
    modules = {
        "__init__": _PACKAGE_INIT,
        **dict(data.modules()),
        "errors": error_module(contract),
        "facts": facts_module(contract),
        "client": clients.client_module(),
        "families/__init__": "\n".join(docstring("Requests by what they are about.")) + "\n",
    }
    modules |= {f"families/{name}": written for name, written in clients.family_modules()}
    return {f"{name}.py": written for name, written in modules.items()} | {"py.typed": ""}


def renew_inside(contract: Contract) -> None:
    """Write the package that orchd itself has, and take away modules that there aren't any longer."""
    found = write_modules(contract)
    for folder in ("data", "families"):
        for path in (INSIDE / folder).glob("*.py"):
            if f"{folder}/{path.name}" not in found:
                path.unlink()
    for name, written in found.items():
        (INSIDE / name).parent.mkdir(exist_ok=True)
        (INSIDE / name).write_text(written, encoding="utf-8", newline="\n")


def _hand_written() -> list[Path]:
    return sorted((INSIDE / "runtime").glob("*.py"))


def _version(contract: Contract) -> str:
    return f"{contract.protocol.rpartition('v')[2]}.0.0"


_PACKAGE_INIT = '''"""A client of orchd, written from its schema by `orchd client python`; see README.md."""

from .client import Client, connect
from .runtime.answers import AnswerStream, TextChunk
from .runtime.failures import (
    DisconnectedError,
    FrameTooLongError,
    NotADaemonError,
    OrchdError,
    OverflowedError,
    RequestError,
)
from .runtime.messages import Frame
from .runtime.streams import ChangeGap, RequestStream, Subscription

__all__ = [
    "AnswerStream",
    "ChangeGap",
    "Client",
    "DisconnectedError",
    "Frame",
    "FrameTooLongError",
    "NotADaemonError",
    "OrchdError",
    "OverflowedError",
    "RequestError",
    "RequestStream",
    "Subscription",
    "TextChunk",
    "connect",
]
'''

_PROJECT = """[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "orchd-client"
description = "A typed client of orchd, over one WebSocket that comes back by itself"
readme = "README.md"
license = "MIT"
requires-python = ">=3.11"
version = "{version}"
dependencies = ["anyio>=4.6", "msgspec>=0.19", "websockets>=15"]

[tool.hatch.build.targets.wheel]
packages = ["orchd_client"]
"""


if __name__ == "__main__":
    renew_inside(read_contract(Path(sys.argv[1]).read_bytes()))
