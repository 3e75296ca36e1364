"""All files of a client in Python, by their paths in its folder."""

from importlib.resources import files
from pathlib import Path

from orchd.codegen.families import make_families
from orchd.codegen.python.annotations import AnnotationWriter
from orchd.codegen.python.clients import ClientWriter
from orchd.codegen.python.frames import error_module, facts_module, frame_module
from orchd.codegen.python.objects import PACKAGE, ObjectWriter
from orchd.codegen.python.source import docstring
from orchd.codegen.reading.contract import Contract


def write_package(contract: Contract) -> dict[str, str]:
    """Return path → text. Raises `SchemaError` for names that can't be told apart in Python."""
    annotations = AnnotationWriter(contract)
    objects = ObjectWriter(contract, annotations)
    clients = ClientWriter(contract, objects, make_families(contract.requests.values()))
    modules = {
        "__init__": _PACKAGE_INIT,
        "types": objects.type_module(),
        "requests": objects.request_module(),
        "frames": frame_module(contract),
        "errors": error_module(contract),
        "facts": facts_module(contract),
        "client": clients.client_module(),
        "families/__init__": "\n".join(docstring("Requests by what they are about.")) + "\n",
    }
    modules |= {f"families/{name}": written for name, written in clients.family_modules()}
    found = {f"{PACKAGE}/{name}.py": written for name, written in modules.items()}
    found |= {f"{PACKAGE}/py.typed": "", "pyproject.toml": _PROJECT.format(version=_version(contract))}
    return found | hand_written()


def hand_written() -> dict[str, str]:
    """Return what is written by hand and only copied. Raises `FileNotFoundError` in a broken installation."""
    package = Path(str(files("orchd")))
    installed = package / "clients" / "python"
    folder = installed if installed.is_dir() else package.parent / "packaging" / "clients" / "python"
    paths = [folder / "README.md", *sorted((folder / PACKAGE / "runtime").glob("*.py"))]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def _version(contract: Contract) -> str:
    return f"{contract.protocol.rpartition('v')[2]}.0.0"


_PACKAGE_INIT = '''"""A client of orchd, written from its schema by `orchd client python`; see README.md."""

from orchd_client.client import Client, connect
from orchd_client.runtime.answers import AnswerStream, TextChunk
from orchd_client.runtime.failures import (
    DisconnectedError,
    FrameTooLongError,
    NotADaemonError,
    OrchdError,
    OverflowedError,
    RequestError,
)
from orchd_client.runtime.messages import UnknownFrame
from orchd_client.runtime.streams import ChangeGap, RequestStream, Subscription

__all__ = [
    "AnswerStream",
    "ChangeGap",
    "Client",
    "DisconnectedError",
    "FrameTooLongError",
    "NotADaemonError",
    "OrchdError",
    "OverflowedError",
    "RequestError",
    "RequestStream",
    "Subscription",
    "TextChunk",
    "UnknownFrame",
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
