"""Arrays and keys as JSON carries them: single-precision numbers in as few bits as they need, streams by their keys."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import scramble, stream_key

_SIGN = np.uint32(1 << 31)
#: Letters of packed numbers: all that print, but those that JSON or a page would have to escape. Two hold 13 bits.
ALPHABET = "".join(chr(code) for code in range(33, 127) if chr(code) not in "\"\\<")
_PAIR = 13


def packed(values: NDArray[np.floating]) -> dict[str, Any]:
    """Numbers that single precision holds, none lost.

    Parameters
    ----------
    values : (draw)

    Returns
    -------
    dict
        `packed_whole` of their places in order; ``low``: what the smallest place stands for; ``zeros``: 1 where place
        0 is a zero far below all others.

    Notes
    -----
    Single-precision numbers in their order are whole numbers in theirs; those of one assumption lie close together.
    """
    single = np.ascontiguousarray(values, dtype=np.float32)
    if not np.array_equal(single, values):
        raise ValueError("values are no single-precision numbers")
    raw = (single + np.float32(0.0)).view(np.uint32)
    ordered = np.where(raw & _SIGN, ~raw, raw | _SIGN).astype(np.int64)
    zero = single == 0.0
    zeros = int(zero.any() and (single >= 0.0).all() and not zero.all())
    low = int(ordered[~zero].min()) if zeros else int(ordered.min())
    codes = np.where(zero, 0, ordered - low + 1) if zeros else ordered - low
    return {"low": low, "zeros": zeros, **packed_whole(codes)}


def packed_whole(codes: NDArray[np.integer]) -> dict[str, Any]:
    """Whole numbers from 0 on, in as few bits as the largest needs.

    Returns
    -------
    dict
        ``data``: `bits` bits a number, most significant first, thirteen in every two of `ALPHABET`; ``size``: how many
        numbers there are.
    """
    bits = max(1, int(codes.max()).bit_length())
    digits = ((codes[:, None] >> np.arange(bits - 1, -1, -1)) & 1).ravel()
    pairs = np.pad(digits, (0, -digits.size % _PAIR)).reshape(-1, _PAIR) @ (1 << np.arange(_PAIR - 1, -1, -1))
    letters = np.array(list(ALPHABET))
    data = "".join(letters[np.stack(np.divmod(pairs, len(ALPHABET)), axis=1)].ravel())
    return {"bits": bits, "size": int(codes.size), "data": data}


def sobol_directions(name: str, seed: int, digits: NDArray[np.uint32]) -> list[int]:
    """Shift and direction numbers of a scrambled Sobol column: a column is linear over bits.

    Parameters
    ----------
    digits : (j) of the column in `sim.ensemble.sobol_points`
    """
    shift, scrambled = scramble(digits, seed, name)
    return [shift, *scrambled.tolist()]


def stream_words(seed: int, *names: str | int) -> list[int]:
    """Key of an event's Philox stream in one area and block: two numbers as high and low words."""
    state: Any = np.random.Philox(np.random.SeedSequence(stream_key(seed, "event", *names))).state
    return [int(word) for part in state["state"]["key"] for word in (int(part) >> 32, int(part) & 0xFFFFFFFF)]
