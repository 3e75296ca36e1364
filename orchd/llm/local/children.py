"""The processes of the models that are loaded: started for whoever asks first, few at a time, ended when unused.

Each model has a process of its own, so to unload one is to end its process, and all its memory is free. When there is
no room for another one, the one that has been unused for longest makes room; one that is at work never does. It is
not started again when it dies: the next request does that, since nobody may want it any more, and after several deaths
in a row not at once.
"""

from collections.abc import Callable
from functools import partial

import trio

from orchd.guard import Supervisor
from orchd.llm.loading import Loads
from orchd.llm.local.backoff import BackOff
from orchd.llm.local.child import Child
from orchd.llm.local.files import ModelFile
from orchd.llm.local.spec import LocalSpec
from orchd.wakeup import Signal


class Children:
    """The processes, run by the supervisor given. `changed` is called whenever a model is loaded, or is no more."""

    def __init__(self, supervisor: Supervisor, spec: LocalSpec, changed: Callable[[], None]) -> None:
        self._supervisor = supervisor
        self._spec = spec
        self._changed = changed
        self._loads = Loads(supervisor)
        self._one_start = trio.Lock()
        self._children: dict[str, Child] = {}
        self._pauses: dict[str, BackOff] = {}
        self._freed = Signal()

    def child_of(self, model: str) -> Child | None:
        """Return the process that serves a model now, if there is one."""
        child = self._children.get(model)
        return child if child is not None and child.ready else None

    async def take(self, file: ModelFile) -> Child:
        """Return a process that serves the model, started if need be; `release` must follow.

        All who want the same model wait for one load, which is cancelled with the last of them. Raises UpstreamError
        (`details.reason` is `load_failed`). Waits for other loads, for room, and for the load, without a bound.
        """
        while (child := self.child_of(file.id)) is None:
            await self._loads.ensure(file.id, partial(self._start, file))
        child.take()
        return child

    def release(self, child: Child) -> None:
        """Give back what `take` gave."""
        child.release()
        self._freed.set()

    async def unload(self, model: str) -> None:
        """End the model's process, whatever it does, and wait for its end."""
        child = self._children.get(model)
        if child is not None and child.url:
            child.end()
            await child.ended.wait()

    async def _start(self, file: ModelFile) -> None:
        async with self._one_start:
            if (dead := self._children.get(file.id)) is not None:
                dead.end()
                await dead.ended.wait()
            await trio.sleep(self._pauses.setdefault(file.id, BackOff()).wait(trio.current_time()))
            await self._make_room()
            await self._supervisor.start("local model", self._keep, Child(file, self._spec), model=file.id)

    async def _make_room(self) -> None:
        while len(self._children) >= self._spec.max_loaded:
            unused = [child for child in self._children.values() if not child.uses]
            if unused:
                oldest = min(unused, key=lambda child: child.used_at)
                oldest.end()
                await oldest.ended.wait()
            else:
                await self._freed.wait()

    async def _keep(self, child: Child, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Run a process, and forget it when it has ended."""
        began = trio.current_time()
        self._children[child.model] = child
        try:
            await child.run(task_status=task_status)
        finally:
            del self._children[child.model]
            if child.by_itself:
                self._pauses[child.model].note_end(began, trio.current_time())
            self._freed.set()
            self._changed()
