"""`scipy.special` for a command: the few functions the model asks for, without what the package does for others.

At its start the package describes two hundred functions to other array libraries and loads NumPy's test tools for
that, which takes longer than a projection. The functions themselves lie in one compiled module and are the very same
objects. Whoever asks for anything else gets the package, started then. Only commands that start no threads ask for
this: the lock of a late start and those of Python's imports could be taken in either order.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import Any

_PACKAGE, _COMPILED = "scipy.special", "scipy.special._ufuncs"
#: What is taken from the compiled module.
FUNCTIONS = frozenset(
    ("bdtr", "betainc", "betaln", "chdtrc", "gammaincinv", "gammaln", "ndtr", "ndtri", "pdtr", "stdtr", "stdtrit")
)
#: One thread starts the package, while others that need it wait.
_STARTING = RLock()


def put_off() -> None:
    """Let `scipy.special` start in this process only when it is needed whole."""
    if _PACKAGE not in sys.modules and _find not in sys.meta_path:
        sys.meta_path.insert(0, _find)


class _Find:
    """Finds the one package; every other is left to Python."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name == _PACKAGE else None
        if spec and spec.loader:
            spec.loader = _Load(spec.loader)  # type: ignore[assignment]
        return spec


class _Load:
    """Loads a package whose text does not run yet."""

    def __init__(self, loader: Any) -> None:
        self.whole = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None  # an ordinary one

    def exec_module(self, module: ModuleType) -> None:
        module.__class__ = _Waiting


class _Waiting(ModuleType):
    """The package until it runs, which it does when it is asked for anything else than `FUNCTIONS`."""

    def __getattr__(self, name: str) -> Any:
        if name in FUNCTIONS and "_runs" not in vars(self):
            try:
                return getattr(import_module(_COMPILED), name)
            except (ImportError, AttributeError):  # another version may have it elsewhere
                pass
        with _STARTING:
            if type(self) is _Waiting and "_runs" not in vars(self):  # no other thread was first
                self._start()
        return ModuleType.__getattribute__(self, name)  # it may be an ordinary one by now

    def _start(self) -> None:
        vars(self)["_runs"] = True
        try:
            vars(self)["__spec__"].loader.whole.exec_module(self)
        finally:
            del vars(self)["_runs"]
        self.__class__ = ModuleType  # type: ignore[assignment]


_find: Any = _Find()
