"""All files of a client in TypeScript, by their paths in its folder."""

from importlib.resources import files
from pathlib import Path

from orchd.codegen.families import make_families
from orchd.codegen.reading.contract import Contract
from orchd.codegen.typescript.clients import ScriptClientWriter
from orchd.codegen.typescript.frames import error_module, facts_module, frame_module
from orchd.codegen.typescript.names import definition_names
from orchd.codegen.typescript.objects import InterfaceWriter


def write_package(contract: Contract) -> dict[str, str]:
    """Return path → text. Raises `SchemaError` for names that can't be told apart in TypeScript."""
    root = make_families(contract.requests.values())
    names = definition_names(contract, root)
    objects = InterfaceWriter(contract, names)
    clients = ScriptClientWriter(contract, names, objects, root)
    modules = {
        "index": _INDEX,
        "types": objects.type_module(),
        "requests": objects.request_module(),
        "frames": frame_module(contract, names),
        "errors": error_module(contract),
        "facts": facts_module(contract),
        "client": clients.client_module(),
    }
    modules |= {f"families/{name}": written for name, written in clients.family_modules()}
    found = {f"src/{name}.ts": written for name, written in modules.items()}
    found["package.json"] = _PROJECT % {"version": _version(contract)}
    return found | hand_written()


def hand_written() -> dict[str, str]:
    """Return what is written by hand and only copied."""
    folder = Path(str(files("orchd.codegen.typescript"))) / "by_hand"
    paths = [folder / "README.md", folder / "tsconfig.json", *sorted((folder / "src" / "runtime").glob("*.ts"))]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def _version(contract: Contract) -> str:
    return f"{contract.protocol.rpartition('v')[2]}.0.0"


_INDEX = """/** A client of orchd, written from its schema by `orchd client typescript`; see README.md. */

export { Client, connect } from "./client.ts";
export * from "./errors.ts";
export type * from "./frames.ts";
export type * from "./requests.ts";
export { AnswerStream, type TextChunk } from "./runtime/answers.ts";
export type { Frame, Open, RequestOptions } from "./runtime/facts.ts";
export {
  DisconnectedError,
  FrameTooLongError,
  NotADaemonError,
  OrchdError,
  OverflowedError,
  RequestError,
} from "./runtime/failures.ts";
export type { ConnectionState, ConnectOptions } from "./runtime/link.ts";
export type { SocketLike } from "./runtime/session.ts";
export { type ChangeGap, RequestStream, Subscription } from "./runtime/streams.ts";
export type * from "./types.ts";
"""

_PROJECT = """{
  "name": "@orchd/client",
  "version": "%(version)s",
  "description": "A typed client of orchd, over one WebSocket that comes back by itself",
  "license": "MIT",
  "type": "module",
  "sideEffects": false,
  "engines": {
    "node": ">=22"
  },
  "exports": {
    ".": {
      "types": "./dist/index.d.ts",
      "default": "./dist/index.js"
    }
  },
  "files": [
    "dist",
    "src"
  ],
  "scripts": {
    "build": "tsc",
    "prepare": "tsc"
  },
  "devDependencies": {
    "typescript": ">=5.8"
  },
  "prettier": {
    "printWidth": 120,
    "tabWidth": 2
  }
}
"""
