"""Serve a GGUF file with the real llama.cpp HTTP server (package xllamacpp, a prebuilt wheel; no compiler needed).

    python llama_server.py tiny.gguf --port 0 [--parallel 2] [--context 2048] [--embeddings | --ranks]

Prints one line, `ready http://127.0.0.1:PORT`, when it answers, and serves until it is killed.
"""

import argparse
import socket
import sys
import threading

import xllamacpp


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--parallel", type=int, default=2)
    parser.add_argument("--context", type=int, default=2048)
    parser.add_argument("--embeddings", action="store_true")
    parser.add_argument("--ranks", action="store_true")
    arguments = parser.parse_args()

    params = xllamacpp.CommonParams()
    params.model.path = arguments.path
    params.n_ctx = arguments.context * arguments.parallel
    params.n_parallel = arguments.parallel
    params.hostnames = ["127.0.0.1"]
    params.port = arguments.port or free_port()
    params.cpuparams.n_threads = 1
    params.warmup = False
    params.embedding = arguments.embeddings or arguments.ranks
    if arguments.ranks:
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_RANK
    server = xllamacpp.Server(params)
    sys.stdout.write(f"ready {server.listening_address}\n")
    sys.stdout.flush()
    threading.Event().wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
