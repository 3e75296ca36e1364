"""Reading the configuration again while the daemon runs: what can change does, of the rest it is told when it will."""

from collections.abc import Callable

import structlog
import trio

from orchd import log
from orchd.config import Settings
from orchd.config.show import changed_keys
from orchd.errors import ConfigurationError
from orchd.systemd import notify
from orchd.systemd.manager import begin_reload
from orchd.tls.renewal import Certificate
from orchd.wakeup import Signal

AT_ONCE = frozenset({"log.level"})
"""The settings that change while the daemon runs; the others do at its next start."""


class Reloader:
    """Reads again whenever it is asked to. `read` gives the settings as they would be now; None: nobody can tell.

    A service manager hears of it while the daemon `is_up`: at other times it would take that for the end of the start.
    """

    def __init__(
        self,
        settings: Settings,
        read: Callable[[], Settings] | None,
        certificate: Certificate | None,
        is_up: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._read = read
        self._certificate = certificate
        self._is_up = is_up
        self.refusal: str | None = None
        """Why what was read last is not used; None when it is."""

    async def run(self, asked: Signal) -> None:
        """Read again each time, until cancelled."""
        while True:
            await asked.wait()
            told = self._is_up()
            if told:
                begin_reload()
            try:
                await self._reload()
            finally:
                if told and self._is_up():
                    notify("READY=1")

    def line(self, status: str) -> str:
        """Return what a service manager shows of the daemon, whose `status` this is otherwise."""
        return status if self.refusal is None else f"{status}; the new configuration is wrong: {self.refusal}"

    async def _reload(self) -> None:
        if self._certificate is not None:
            self._certificate.renew()
        if self._read is None:
            return
        told = structlog.get_logger()
        try:
            settings = await trio.to_thread.run_sync(self._read)
        except (ConfigurationError, OSError) as error:
            self.refusal = str(error)
            told.warning("the configuration is wrong; the one from before stays", reason=self.refusal)
            return
        self.refusal = None
        changed = changed_keys(self._settings, settings)
        now = sorted(AT_ONCE.intersection(changed))
        told.info("the configuration was read again", changed=now, at_next_start=sorted(set(changed) - AT_ONCE))
        if "log.level" in changed:
            log.set_level(settings.log.level)
        self._settings = settings
