"""Modules that a daemon loads when somebody first asks for what they do.

Whoever uses one imports it as any module, and takes nothing from it before it is needed:

    import smtplib                  # and in a function: smtplib.SMTP(host)

While a `LateFinder` looks for modules, such an import gives one that is still empty. The first look at one of its
members loads it, in whichever thread that is. Another release of a program may have taken the place of its files by
then: what of it isn't loaded yet doesn't belong to what is, and is not loaded any more.
"""

import sys
from collections.abc import Collection, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any


class LateModule(ModuleType):
    """A module whose code has not run to its end yet."""

    def __getattribute__(self, name: str) -> Any:
        """Load it, if that isn't being done. Raises what its code raises, and then begins anew the next time.

        Who asks for a member that is there already waits as well: what that calls may not be.
        """
        if not (name.startswith("__") and name.endswith("__")):
            spec = self.__spec__
            assert spec is not None
            if isinstance(spec.loader, LateLoader):
                spec.loader.load(self)
        return ModuleType.__getattribute__(self, name)  # it is one by now


class LateLoader(Loader):
    """Loads by another loader what this one has only named."""

    def __init__(self, loader: Loader, file: str | None = None) -> None:
        """`file` is what it is loaded from, where it must be the same then as it is now."""
        self._loader = loader
        self._file = file
        self._state = None if file is None else _state(file)
        # A module may be wanted in any thread.
        self._lock = RLock()
        self._is_loading = False

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""
        module.__class__ = LateModule

    def load(self, module: ModuleType) -> None:
        """Run its code, once; whoever else asks for a member meanwhile waits, unless that is the code itself."""
        with self._lock:
            if self._is_loading or not isinstance(module, LateModule):
                return
            if self._file is not None and _state(self._file) != self._state:
                name = module.__name__
                raise ImportError(f"{name} was replaced since this process started: restart it", name=name)
            self._is_loading = True
            before = dict(vars(module))
            try:
                self._loader.exec_module(module)
                module.__class__ = ModuleType  # type: ignore[assignment] # of what it was before, too
            except BaseException:
                vars(module).clear()
                vars(module).update(before)
                raise
            finally:
                self._is_loading = False


class LateFinder(MetaPathFinder):
    """Has those of some names loaded late that other finders find."""

    def __init__(self, names: Collection[str], whole: str | None = None) -> None:
        """Of the package `whole` nothing is loaded that was replaced in the meantime."""
        self._names = names
        self._whole = whole

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return how to load one of the modules, and None for all others."""
        if name not in self._names:
            return None
        found = (finder.find_spec(name, path, target) for finder in sys.meta_path if finder is not self)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and spec.loader is not None:
            checked = spec.has_location and name.partition(".")[0] == self._whole
            spec.loader = LateLoader(spec.loader, spec.origin if checked else None)
        return spec


def _state(file: str) -> tuple[int, int] | None:
    """What tells a file from another one in its place; None where there is none."""
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
