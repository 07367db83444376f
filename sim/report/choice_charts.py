"""Charts of a choice: two goals against each other, and what one line's money does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.report.axes import DOT, HEIGHT, LETTER, STROKE, altair, finish, inline, round_axis, tight_axis, value_axis
from sim.report.palette import STYLED, Palette

#: Size of the dot of one among many splits [px²].
_SPECK = 9


@dataclass(frozen=True)
class Labelled:
    """A point that is named in the picture; `side` is where its name stands: left or right."""

    x: float
    y: float
    label: str
    side: str
    strong: bool = False


@dataclass(frozen=True)
class Level:
    """One level of money on a line: expected change and its 80 % range."""

    money: float
    middle: float
    low: float
    high: float
    outside: bool


def trade_off_chart(
    cloud: Sequence[tuple[float, float]],
    front: Sequence[tuple[float, float]],
    named: Sequence[Labelled],
    palette: Palette = STYLED,
) -> Any:
    """All splits as specks, the front on which one goal costs the other as a line, a few of them named."""
    alt = altair()
    points = [*cloud, *front, *((one.x, one.y) for one in named)]
    (left, right, wide), (low, high, tall) = (tight_axis([point[axis] for point in points]) for axis in (0, 1))
    x = alt.X("x:Q", title=None, scale=alt.Scale(domain=[left, right], nice=False),
              axis=value_axis(left, right, wide, palette, grid=False))  # fmt: skip
    y = alt.Y("y:Q", title=None, scale=alt.Scale(domain=[low, high], nice=False),
              axis=value_axis(low, high, tall, palette))  # fmt: skip

    def placed(pairs: Sequence[tuple[float, float]]) -> Any:
        return inline([{"x": first, "y": second} for first, second in pairs]).encode(x=x, y=y)

    layers = [
        placed(cloud).mark_point(filled=True, size=_SPECK, opacity=1, color=palette.faint),
        placed(front).mark_line(color=palette.accent, strokeWidth=STROKE, order=False),
    ]
    for one in named:
        colour = palette.contrast if one.strong else palette.accent
        spot = placed([(one.x, one.y)])
        right_hand = one.side == "right"
        layers.append(spot.mark_point(filled=True, size=2 * DOT if one.strong else DOT, opacity=1, color=colour,
                                      shape="diamond" if one.strong else "circle"))  # fmt: skip
        text = inline([{"x": one.x, "y": one.y, "label": one.label}]).mark_text(
            align="left" if right_hand else "right", dx=8 if right_hand else -8, baseline="middle",
            fontSize=LETTER, fontWeight="bold" if one.strong else "normal", color=palette.ink,
        )  # fmt: skip
        layers.append(text.encode(x=x, y=y, text="label:N"))
    return finish(alt.layer(*layers), palette, height=1.3 * HEIGHT)


def curve_chart(levels: Sequence[Level], plan: Level, *, ends: tuple[float, float], palette: Palette = STYLED) -> Any:
    """Change by money on one line with its 80 % range; a dot where the plan stands, dashes where nobody has been.

    Parameters
    ----------
    ends : of the value axis, shared by the lines that are compared
    """
    alt = altair()
    low, high, step = round_axis([*ends, 0.0])
    first, last, wide = round_axis([0.0, *(level.money for level in levels)])
    x = alt.X("money:Q", title=None, scale=alt.Scale(domain=[first, max(level.money for level in levels)], nice=False),
              axis=value_axis(first, last, wide, palette, grid=False))  # fmt: skip
    scale, axis = alt.Scale(domain=[low, high], nice=False), value_axis(low, high, step, palette)

    def y(name: str) -> Any:
        return alt.Y(f"{name}:Q", title=None, scale=scale, axis=axis)

    lived = [level for level in levels if not level.outside]
    beyond = [level for level in levels if level.outside]
    # The dashed part begins where the drawn one ends.
    beyond = [*lived[-1:], *beyond] if beyond else []
    line = {"color": palette.accent, "strokeWidth": STROKE}
    layers = [
        inline([vars(level) for level in levels]).mark_area(color=palette.band_80, opacity=1)
        .encode(x=x, y=y("low"), y2="high"),
        inline([vars(level) for level in lived]).mark_line(**line).encode(x=x, y=y("middle")),
        inline([vars(level) for level in beyond]).mark_line(strokeDash=[4, 4], **line).encode(x=x, y=y("middle")),
        inline([vars(plan)]).mark_point(filled=True, size=2 * DOT, opacity=1, color=palette.contrast, shape="diamond")
        .encode(x=x, y=y("middle")),
    ]  # fmt: skip
    return finish(alt.layer(*(layers if beyond else [*layers[:2], layers[3]])), palette, height=0.8 * HEIGHT)
