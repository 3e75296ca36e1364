"""Modules that a daemon loads when somebody first asks for what they do.

Whoever uses one imports it as any module, and takes nothing from it before it is needed:

    import smtplib                  # and in a function: smtplib.SMTP(host)

While a `LateFinder` looks for modules, such an import gives one that is still empty. The first look at one of its
members loads it, in whichever thread that is.
"""

import sys
from collections.abc import Collection, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from threading import RLock
from types import ModuleType
from typing import Any


class LateModule(ModuleType):
    """A module whose code has not run to its end yet."""

    def __getattr__(self, name: str) -> Any:
        """Load it, if that isn't being done. Raises what its code raises, and then begins anew the next time."""
        assert self.__spec__ is not None
        if isinstance(self.__spec__.loader, LateLoader):
            self.__spec__.loader.load(self)
        try:
            return vars(self)[name]
        except KeyError:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}") from None


class LateLoader(Loader):
    """Loads by another loader what this one has only named."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
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
            self._is_loading = True
            try:
                self._loader.exec_module(module)
                module.__class__ = ModuleType  # type: ignore[assignment] # of what it was before, too
            finally:
                self._is_loading = False


class LateFinder(MetaPathFinder):
    """Has those of some names loaded late that other finders find."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return how to load one of the modules, and None for all others."""
        if name not in self._names:
            return None
        found = (finder.find_spec(name, path, target) for finder in sys.meta_path if finder is not self)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and spec.loader is not None:
            spec.loader = LateLoader(spec.loader)
        return spec
