"""The baseline: a bare relay that only passes tokens on. It stores, checks and bounds nothing.

Run as `python -m tests.bench.relay UPSTREAM_PORT`: prints its port.
"""

import asyncio
import base64
import hashlib
import json
import struct
import sys


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: int) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    key = next(
        line.split(b":")[1].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key")
    )
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())  # noqa: S324 - RFC 6455
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
    try:
        while True:
            opcode, length = await reader.readexactly(2)
            size = length & 127
            if size == 126:
                (size,) = struct.unpack("!H", await reader.readexactly(2))
            mask = await reader.readexactly(4)
            payload = bytes(byte ^ mask[at % 4] for at, byte in enumerate(await reader.readexactly(size)))
            if opcode & 15 == 8:
                return
            await relay(json.loads(payload), writer, upstream)
    except (asyncio.IncompleteReadError, ConnectionError):
        return
    finally:
        writer.close()


async def relay(frame: dict[str, dict[str, str]], writer: asyncio.StreamWriter, upstream: int) -> None:
    source, sink = await asyncio.open_connection("127.0.0.1", upstream, limit=2**20)
    body = json.dumps({"stream": True, "messages": [{"role": "user", "content": frame["data"]["message"]}]}).encode()
    sink.write(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    async for line in source:
        if line.startswith(b"data: {"):
            choices = json.loads(line[6:])["choices"]
            if choices and choices[0]["delta"]:
                put(writer, "chat:streaming", {"chunk": choices[0]["delta"]["content"]})
        elif line.startswith(b"data: [DONE]"):
            break
    put(writer, "chat:message", {"role": "assistant"})
    sink.close()


def put(writer: asyncio.StreamWriter, kind: str, data: dict[str, str]) -> None:
    payload = json.dumps({"type": kind, "data": data}).encode()
    writer.write(
        (struct.pack("!BB", 129, len(payload)) if len(payload) < 126 else struct.pack("!BBH", 129, 126, len(payload)))
        + payload
    )


async def main(upstream: int) -> None:
    server = await asyncio.start_server(lambda r, w: serve(r, w, upstream), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
