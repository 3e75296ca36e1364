"""One process that serves one model, as the daemon sees it: started, loaded, used, ended.

It ends when its task does: killed at once, since it keeps nothing that would be lost. Should the daemon be killed
itself, the end of the pipe to the process's stdin ends it (`llama_child`). It is in a session of its own, so that
Ctrl-C reaches the daemon alone, which lets answers finish first.
"""

import os
import secrets
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog
import trio

from orchd.errors import UpstreamError
from orchd.frozen import child_command, child_environment, is_frozen
from orchd.llm.local.files import ModelFile
from orchd.llm.local.spec import NAME, LocalSpec

PROGRAM = Path(__file__).with_name("llama_child.py")
PROMPT_CACHE_MIB = 1024
"""How much of main memory llama.cpp may keep for prompts that it has read before; its own default is 8 GiB."""
FALLBACK_TEMPLATE = (
    "{% for m in messages %}"
    "{% if m['role'] == 'user' %}User: {{ m['content'] }}\n"
    "{% elif m['role'] == 'assistant' %}Assistant: {{ m['content'] | trim }}"
    "{% if not loop.last or add_generation_prompt %}{{ '\\n' }}{% endif %}"
    "{% else %}{{ m['content'] }}\n\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
"""For a model without a chat template: a dialogue, which a base model has seen and goes on with. What llama.cpp takes,
ChatML, is made of marks that such a model was never taught. `ask.FALLBACK_MARKS` are where a turn ends.
"""
READ_BYTES = 65_536
MAX_LINE_BYTES = 65_536
SAID_LINES, SAID_CHARACTERS = 20, 300
"""How much of what a process said last goes to the log when it dies."""
KILL_SECONDS = 5.0
REST_SECONDS = 2.0
"""How long what a dead process has written is waited for."""


class Ready(msgspec.Struct):
    """What the process says when its model is loaded."""

    url: str


class Child:
    """A process for the model of `file`. `url` is where it listens once it is `ready`, `key` what it wants to hear."""

    def __init__(self, file: ModelFile, spec: LocalSpec) -> None:
        self.model = file.id
        self.key = secrets.token_urlsafe(32)
        self.url = ""
        self.uses = 0
        self.used_at = trio.current_time()
        self.ended = trio.Event()
        self.by_itself = False
        """It ended though nobody wanted that."""
        self._file = file
        self._spec = spec
        self._process: trio.Process | None = None
        self._said: deque[str] = deque(maxlen=SAID_LINES)
        self._scope = trio.CancelScope()

    @property
    def ready(self) -> bool:
        """Its model is loaded, and the process lives."""
        return bool(self.url) and self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The process's id, None before there is one."""
        return None if self._process is None else self._process.pid

    def take(self) -> None:
        """Note that a request uses it; `release` must follow."""
        self.uses += 1
        self._scope.deadline = float("inf")

    def release(self) -> None:
        """Note that a request has ended. Once unused for the idle time it ends."""
        self.uses -= 1
        self._rest()

    def end(self) -> None:
        """Have it end now, whatever it does; `ended` says when it has."""
        self._scope.cancel()

    def memory_bytes(self) -> int | None:
        """Return what it has in main memory, the parts of the file that are mapped included; None if not told.

        Source: proc(5), the second number of `/proc/PID/statm`.
        """
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]
        except (OSError, IndexError):
            return None
        return int(pages) * os.sysconf("SC_PAGE_SIZE") or None

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Run the process until it ends or this is cancelled; started once its model is loaded.

        Raises UpstreamError (`details.reason` is `load_failed`) when it can't be loaded. Waits without a bound.
        """
        try:
            self._process = process = await self._open()
        except OSError as error:
            raise self._failure() from error
        try:
            with self._scope:
                await self._attend(process, task_status)
                self.by_itself = True
        finally:
            process.kill()
            with trio.move_on_after(KILL_SECONDS, shield=True):  # one that waits for a disk can't be killed
                await process.wait()
            self.ended.set()
        if self.by_itself:
            self._tell(process)
            if not self.url:
                raise self._failure()

    async def _open(self) -> trio.Process:
        pipe = subprocess.PIPE
        return await trio.lowlevel.open_process(
            child_command("llama") if is_frozen() else [sys.executable, "-P", str(PROGRAM)],
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            start_new_session=True,
            env=child_environment(),
        )

    async def _attend(self, process: trio.Process, task_status: trio.TaskStatus[None]) -> None:
        """Tell it what to serve, hear what it says, and wait until it has ended."""
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        async with process.stdin, trio.open_nursery() as nursery:
            nursery.start_soon(_read_lines, process.stderr, self._note)
            nursery.start_soon(_read_lines, process.stdout, lambda line: self._come_up(line, task_status))
            with suppress(trio.BrokenResourceError):  # it has ended already, as is seen next
                await process.stdin.send_all(msgspec.json.encode(self._settings()) + b"\n")
            await process.wait()
            nursery.cancel_scope.deadline = trio.current_time() + REST_SECONDS

    def _settings(self) -> dict[str, str | int | None]:
        maximum = self._file.head.context
        return {
            "path": str(self._file.path),
            "model": self.model,
            "key": self.key,
            "slots": self._spec.slots,
            "context": min(self._spec.context, maximum or self._spec.context),
            "cache_mib": PROMPT_CACHE_MIB,
            "threads": self._spec.threads,
            "gpu_layers": self._spec.gpu_layers,
            "template": FALLBACK_TEMPLATE if self._file.template is False else None,
        }

    def _come_up(self, line: bytes, task_status: trio.TaskStatus[None]) -> None:
        try:
            url = msgspec.json.decode(line, type=Ready).url
        except (msgspec.DecodeError, UnicodeDecodeError):
            return  # something else that native code has printed
        if not self.url:
            self.url = url
            self._rest()
            task_status.started()

    def _rest(self) -> None:
        self.used_at = trio.current_time()
        if not self.uses and self._spec.idle_seconds is not None:
            self._scope.deadline = self.used_at + self._spec.idle_seconds

    def _note(self, line: bytes) -> None:
        self._said.append(line.decode("utf-8", "replace")[:SAID_CHARACTERS])

    def _tell(self, process: trio.Process) -> None:
        """Tell the operator, and only the operator: there are paths in what it said."""
        structlog.get_logger().warning(
            "a local model's process died" if self.url else "a local model can't be loaded",
            model=self.model,
            code=process.returncode,
            said=list(self._said),
        )

    def _failure(self) -> UpstreamError:
        return UpstreamError(
            f"{self.model} can't be loaded; the daemon's log says why", reason="load_failed", backend=NAME
        )


async def _read_lines(stream: trio.abc.ReceiveStream, take: Callable[[bytes], None]) -> None:
    """Pass on each line, the first MAX_LINE_BYTES of it, until the end."""
    rest = b""
    async with stream:
        while data := await stream.receive_some(READ_BYTES):
            *lines, rest = (rest + data).split(b"\n")
            rest = rest[:MAX_LINE_BYTES]
            for line in lines:
                take(line)
    if rest:
        take(rest)
