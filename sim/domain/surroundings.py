"""What arithmetic rests on beside its numbers: the caller's settings of decimals and of NumPy do not reach it."""

import decimal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, wraps
from typing import Any

#: As Python starts: a đồng is exact with 28 digits, and what cannot be told is an error.
_EXACT = decimal.Context(
    prec=28, rounding=decimal.ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999, capitals=1, clamp=0,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)  # fmt: skip
#: As NumPy starts: a weight too small for a float is zero.
_USUAL = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


@contextmanager
def own_surroundings() -> Iterator[None]:
    """Reckon as Python and NumPy start, whatever the caller set; it finds its settings again afterwards."""
    with ExitStack() as stack:
        stack.enter_context(decimal.localcontext(_EXACT))
        if numpy := sys.modules.get("numpy"):  # nobody can have set what is not loaded
            stack.enter_context(numpy.errstate(**_USUAL))
        yield


@cache
def in_own_surroundings(call: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, called in `own_surroundings`."""

    @wraps(call)
    def calm(*arguments: Any, **options: Any) -> Any:
        with own_surroundings():
            return call(*arguments, **options)

    return calm
