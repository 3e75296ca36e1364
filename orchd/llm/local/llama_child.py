"""The program of the child process: one model file, served by llama.cpp on a port of its own.

It runs apart from the daemon, so it imports nothing of orchd's: a crash in native code, or the memory of a big model,
must not be the daemon's. The settings come as one line of JSON on stdin, since others can read a command line and the
key must stay secret; one line with the port goes to stdout once the model is loaded.

Stdin stays open for as long as the daemon lives, and its end is this process's end, however the daemon ended. While a
model loads, native code holds the interpreter, for minutes perhaps, and no Python runs: so the kernel is asked for
SIGIO on any news of that pipe, whose default action ends a process.
"""

import contextlib
import fcntl
import json
import os
import select
import signal
import sys
from typing import Any

import xllamacpp

LIFELINE = 0
"""Stdin."""
ERRORS_ONLY = 1
"""llama.cpp's verbosity."""


def main() -> None:
    """Serve until stdin ends. Exits with 1 when the model can't be loaded; why is on stderr."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # those to the whole group are meant for the daemon,
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # which lets answers finish first
    settings = json.loads(_first_line())
    _end_with_daemon()
    try:
        server = xllamacpp.Server(_parameters(settings))
    except RuntimeError as error:
        sys.exit(f"llama.cpp: {error}")
    sys.stdout.write(json.dumps({"url": server.listening_address}) + "\n")
    sys.stdout.flush()
    os.read(LIFELINE, 1)
    os._exit(0)  # no farewell of native threads that may be at work


def _first_line() -> bytes:
    """Read one line, and no byte more."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(LIFELINE, 1)
        if not piece:
            sys.exit("stdin ended before the settings")
        line += piece
    return line


def _end_with_daemon() -> None:
    """Have the end of stdin end this process, without the interpreter's help where the system can do that."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        fcntl.fcntl(LIFELINE, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(LIFELINE, fcntl.F_SETFL, fcntl.fcntl(LIFELINE, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([LIFELINE], [], [], 0)[0]:  # it ended before we asked
        sys.exit(0)


def _parameters(settings: dict[str, Any]) -> xllamacpp.CommonParams:
    """Return llama.cpp's parameters; what is None in the settings is left to it."""
    found = xllamacpp.CommonParams()
    found.model.path = settings["path"]
    found.model_alias = {settings["model"]}
    found.hostnames = ["127.0.0.1"]
    found.port = 0
    found.api_keys = [settings["key"]]
    found.ui = False
    found.cors_origins = ""
    found.verbosity = ERRORS_ONLY
    found.n_parallel = settings["slots"]
    found.n_ctx = settings["context"] * settings["slots"]
    found.cache_ram_mib = settings["cache_mib"]
    if settings["template"] is not None:
        found.chat_template = settings["template"]
    if settings["threads"] is not None:
        found.cpuparams.n_threads = settings["threads"]
    if settings["gpu_layers"] is not None:
        found.n_gpu_layers = settings["gpu_layers"]
    return found


if __name__ == "__main__":
    main()
