"""Charts as Vega-Lite specifications."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sim.analysis.answer import Range
from sim.report.print import drawing

#: Height of a line of letters [px].
_LINE = 14
#: Height of one row of a dot-and-range chart, its label included [px].
_ROW = 46
#: The zero line is drawn beside each row, not through the names: half its height there [rows].
_HALF_ZERO = 0.12
#: Share of the draws at each end that a histogram leaves out, so that single ones do not set its width.
_TAIL = 0.004
#: Height of a histogram over its highest bar, so that its labels stand clear.
_HEADROOM = 1.2
#: Width of the rim of paper around letters that stand among dots [px].
_RIM = 4
#: Left half of a disc of radius 1: with a ring around it, the mark of an estimate.
_HALF_DISC = "M0,-1A1,1,0,0,0,0,1Z"


@dataclass(frozen=True)
class Point:
    """A figure of the past: a full dot when observed, a half one when estimated."""

    year: int
    value: float
    observed: bool


@dataclass(frozen=True)
class FanRows:
    """All a fan chart shows; labels come already written.

    Attributes
    ----------
    end_labels : texts of p10, the mean and p90 of the last year
    targets : (value, label) lines
    first : year the axis begins with, where several charts share one; None: the first shown
    reach : values the axis must hold besides, where several charts share one scale
    """

    past: Sequence[Point]
    bands: Sequence[Range]
    end_labels: tuple[str, str, str]
    targets: Sequence[tuple[float, str]] = ()
    first: int | None = None
    reach: tuple[float, ...] = ()

    def values(self) -> Iterable[float]:
        """Everything that must fit on the value axis."""
        yield from self.reach
        yield from (point.value for point in self.past)
        yield from (value for band in self.bands for value in (band.p10, band.p90))
        yield from (value for value, _ in self.targets)


@dataclass(frozen=True)
class RangeRow:
    """One row of a dot-and-range chart; `verdict` is printed at the row's right."""

    label: str
    middle: float
    low: float
    high: float
    verdict: str


def fan_chart(shown: FanRows, palette: drawing.Palette = drawing.STYLED) -> drawing.Spec:
    """Mean with its 80 % and 50 % ranges, the past as dots, the last year labelled in place."""
    low, high, step = drawing.round_axis(shown.values())
    first = shown.first or min([point.year for point in shown.past] + [shown.bands[0].year])
    last = shown.bands[-1].year
    x = drawing.scaled("year", (first, last), drawing.year_axis(first, last, palette))
    axis = drawing.value_axis(low, high, step, palette)

    def y(name: str) -> drawing.Spec:
        return drawing.scaled(name, (low, high), axis, zero=False)

    names = ("year", "mean", "p10", "p25", "p75", "p90")
    fan = drawing.Layer([{name: getattr(band, name) for name in names} for band in shown.bands]).encode(x=x)
    layers = [
        fan.drawn("area", color=palette.band_80, opacity=1).encode(y=y("p10"), y2=drawing.until("p90")),
        fan.drawn("area", color=palette.band_50, opacity=1).encode(y=y("p25"), y2=drawing.until("p75")),
        fan.drawn("line", color=palette.accent, strokeWidth=drawing.STROKE).encode(y=y("mean")),
    ]
    if shown.targets:
        lines = drawing.Layer([{"value": value, "label": label} for value, label in shown.targets]).encode(y=y("value"))
        text = lines.drawn(
            "text", align="left", baseline="bottom", dx=4, dy=-3, fontSize=drawing.LETTER, color=palette.contrast
        )
        layers.append(lines.drawn("rule", color=palette.contrast, strokeDash=[5, 4], strokeWidth=drawing.STROKE))
        layers.append(text.encode(x=drawing.at(0), text=drawing.worded("label")))
    layers += _past(shown, x, y("value"), palette)
    layers += _end_labels(shown, y("value"), (high - low) / drawing.HEIGHT, palette)
    return drawing.finish(layers, palette)


def _past(shown: FanRows, x: drawing.Spec, y: drawing.Spec, palette: drawing.Palette) -> list[drawing.Layer]:
    full = [vars(point) for point in shown.past if point.observed]
    half = [vars(point) for point in shown.past if not point.observed]
    looks = [
        (full, {"color": palette.ink}),
        (half, {"fill": palette.paper, "stroke": palette.ink}),
        (half, {"color": palette.ink, "shape": _HALF_DISC}),
    ]
    dot = {"filled": True, "size": drawing.DOT, "opacity": 1}
    return [drawing.Layer(points).drawn("point", **dot, **look).encode(x=x, y=y) for points, look in looks if points]


def _end_labels(
    shown: FanRows, y: drawing.Spec, per_pixel: float, palette: drawing.Palette
) -> list[drawing.Layer]:
    """The last year's figures, pushed apart where the fan is narrower than the letters are high."""
    last = shown.bands[-1]
    room = _LINE * per_pixel
    low, high = min(last.p10, last.mean - room), max(last.p90, last.mean + room)
    layers = []
    for value, label, bold in zip((low, last.mean, high), shown.end_labels, (False, True, False), strict=True):
        text = drawing.Layer([{"value": value, "label": label}]).drawn(
            "text", align="left", baseline="middle", dx=6, fontSize=drawing.LETTER + bold,
            fontWeight="bold" if bold else "normal", color=palette.accent if bold else palette.quiet,
        )  # fmt: skip
        layers.append(text.encode(x=drawing.at("width"), y=y, text=drawing.worded("label")))
    return layers


def range_chart(rows: Sequence[RangeRow], palette: drawing.Palette = drawing.STYLED) -> drawing.Spec:
    """Differences with their 80 % ranges against one zero line; each row's name stands above it."""
    low, high, step = drawing.tight_axis([0.0, *(value for row in rows for value in (row.low, row.high, row.middle))])
    bars = [{"low": 0, "from": place - _HALF_ZERO, "to": place + _HALF_ZERO} for place in range(len(rows))]
    lanes = drawing.scale(-0.75, len(rows) - 0.6, reverse=True)
    chart = drawing.Layer([{**vars(row), "place": place, "fall": row.middle < 0} for place, row in enumerate(rows)])
    chart = chart.encode(y=drawing.measured("place", axis=None, scale=lanes))
    x = drawing.scaled("low", (low, high), drawing.value_axis(low, high, step, palette, grid=False))
    colour = drawing.worded("fall", **drawing.colours([False, True], [palette.accent, palette.contrast]))
    text = {"fontSize": drawing.LETTER, "dy": -_LINE - 2, "baseline": "middle", "color": palette.ink}
    verdict = chart.drawn("text", align="right", fontWeight="bold", **text)
    layers = [
        drawing.Layer(bars)
        .drawn("rule", color=palette.quiet)
        .encode(x=x, y=drawing.measured("from", axis=None, scale=lanes), y2=drawing.until("to")),
        chart.drawn("rule", strokeWidth=2 * drawing.STROKE, strokeCap="round", opacity=0.45).encode(
            x=x, x2=drawing.until("high"), color=colour
        ),
        chart.drawn("point", filled=True, size=drawing.DOT, opacity=1).encode(
            x=drawing.measured("middle"), color=colour
        ),
        chart.drawn("text", align="left", **text).encode(x=drawing.at(0), text=drawing.worded("label")),
        verdict.encode(x=drawing.at("width"), text=drawing.worded("verdict")),
    ]
    return drawing.finish(layers, palette, height=_ROW * len(rows) + 2 * _LINE)


def parts_chart(
    rows: Sequence[Mapping[str, float]], series: Sequence[str], palette: drawing.Palette = drawing.STYLED
) -> drawing.Spec:
    """Growth of an average by year, told apart: bars up and down from one zero line, the sum as a diamond.

    Parameters
    ----------
    rows : {"year", "whole", and one value per series} [%/yr]
    series : like-for-like, catch-up, composition
    """
    long = [{"year": int(row["year"]), "part": name, "value": row[name], "order": place}
            for row in rows for place, name in enumerate(series)]  # fmt: skip
    ends = [sum(max(0.0, row[name]) for name in series) for row in rows]
    ends += [sum(min(0.0, row[name]) for name in series) for row in rows]
    low, high, step = drawing.round_axis([*ends, 0.0])
    scale, axis = drawing.scale(low, high), drawing.value_axis(low, high, step, palette)
    years = {"labelAngle": 0, "ticks": False, "domain": False, "labelOverlap": True, "labelColor": palette.quiet}
    x = {"field": "year", "type": "ordinal", "title": None, "axis": years}
    bars = drawing.Layer(long).drawn("bar", width={"band": 0.62}).encode(
        x=x, y=drawing.measured("value", title=None, stack="zero", scale=scale, axis=axis),
        order=drawing.measured("order"),
        color=drawing.worded("part", **drawing.colours(series, [palette.accent, palette.band_50, palette.contrast])),
    )  # fmt: skip
    zero = drawing.Layer([{"at": 0}]).drawn("rule", color=palette.ink).encode(y=drawing.measured("at", scale=scale))
    whole = drawing.Layer([{"year": int(row["year"]), "whole": row["whole"]} for row in rows])
    look = {"shape": "diamond", "filled": True, "size": 2 * drawing.DOT, "opacity": 1}
    dots = whole.drawn("point", color=palette.ink, stroke=palette.paper, **look)
    return drawing.finish([bars, zero, dots.encode(x=x, y=drawing.measured("whole", scale=scale))], palette)


def chance_chart(
    values: Sequence[float],
    *,
    low: float,
    high: float | None,
    labels: tuple[str, str],
    palette: drawing.Palette = drawing.STYLED,
) -> drawing.Spec:
    """How often each whole number comes up among the draws, in full colour where a target is met.

    Parameters
    ----------
    values : one per draw
    low, high : ends of the target's band
    labels : over the part below the target, over the part that reaches it
    """
    ordered = sorted(values)
    cut = int(len(ordered) * _TAIL)
    kept = ordered[cut : len(ordered) - cut]
    counts = Counter(kept)
    first, last, step = drawing.round_axis(kept)
    x = drawing.scaled("n", (first, last), drawing.value_axis(first, last, step, palette, grid=False, count=True))
    top = drawing.scale(0, max(counts.values()) * _HEADROOM)
    rows = []
    for n, draws in sorted(counts.items()):
        zone = "below" if n < low else "inside" if high is None or n <= high else "above"
        rows.append({"n": float(n), "draws": draws, "zone": zone})
    zones = drawing.colours(["below", "inside", "above"], [palette.faint, palette.accent, palette.band_50])
    bars = drawing.Layer(rows).drawn("bar", width=max(1.0, drawing.WIDTH / (last - first + 1) - 1))
    line = drawing.Layer([{"at": low - 0.5, "left": labels[0], "right": labels[1]}]).encode(x=drawing.measured("at"))
    text = {"fontSize": drawing.LETTER, "color": palette.ink, "fontWeight": "bold", "baseline": "top", "y": 2}
    layers = [
        bars.encode(x=x, y=drawing.measured("draws", axis=None, scale=top), color=drawing.worded("zone", **zones)),
        line.drawn("rule", color=palette.contrast, strokeWidth=drawing.STROKE, strokeDash=[5, 4]),
        line.drawn("text", align="right", dx=-8, **text).encode(text=drawing.worded("left")),
        line.drawn("text", align="left", dx=8, **text).encode(text=drawing.worded("right")),
    ]
    return drawing.finish(layers, palette)


# -- Charts of a choice: two goals against each other, and what one line's money does --------------

#: Width of a chart two of which stand side by side on a desk [px].
_HALF_PAGE = 430
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
    palette: drawing.Palette = drawing.STYLED,
) -> drawing.Spec:
    """All splits as specks, the front on which one goal costs the other as a line, a few of them named."""
    points = [*cloud, *front, *((one.x, one.y) for one in named)]
    (left, right, wide), (low, high, tall) = (drawing.tight_axis([point[axis] for point in points]) for axis in (0, 1))
    x = drawing.scaled("x", (left, right), drawing.value_axis(left, right, wide, palette, grid=False))
    y = drawing.scaled("y", (low, high), drawing.value_axis(low, high, tall, palette))

    def placed(pairs: Sequence[tuple[float, float]]) -> drawing.Layer:
        return drawing.Layer([{"x": first, "y": second} for first, second in pairs]).encode(x=x, y=y)

    layers = [
        placed(cloud).drawn("point", filled=True, size=_SPECK, opacity=1, color=palette.faint),
        placed(front).drawn("line", color=palette.accent, strokeWidth=drawing.STROKE, order=False),
    ]
    labels = []
    for one in named:
        weight, shape, size = ("bold", "diamond", 2 * drawing.DOT) if one.strong else ("normal", "circle", drawing.DOT)
        colour = palette.contrast if one.strong else palette.accent
        dot = placed([(one.x, one.y)])
        layers.append(dot.drawn("point", filled=True, size=size, opacity=1, color=colour, shape=shape))
        align, dx = ("left", 8) if one.side == "right" else ("right", -8)
        text = {"align": align, "dx": dx, "baseline": "middle", "fontSize": drawing.LETTER, "fontWeight": weight}
        label = drawing.Layer([{"x": one.x, "y": one.y, "label": one.label}])
        label = label.encode(x=x, y=y, text=drawing.worded("label"))
        # Letters on a rim of paper, above everything: specks and the line never run through a word.
        labels.append(label.drawn("text", color=palette.paper, stroke=palette.paper, strokeWidth=_RIM, **text))
        labels.append(label.drawn("text", color=palette.ink, **text))
    layers += labels
    return drawing.finish(layers, palette, height=1.3 * drawing.HEIGHT)


def curve_chart(
    levels: Sequence[Level], plan: Level, *, ends: tuple[float, float], palette: drawing.Palette = drawing.STYLED
) -> drawing.Spec:
    """Change by money on one line with its 80 % range; a dot where the plan stands, dashes where nobody has been.

    Parameters
    ----------
    ends : of the value axis, shared by the lines that are compared
    """
    low, high, step = drawing.tight_axis([*ends, 0.0])
    first, last, wide = drawing.round_axis([0.0, *(level.money for level in levels)])
    most = max(level.money for level in levels)
    x = drawing.scaled("money", (first, most), drawing.value_axis(first, last, wide, palette, grid=False))
    axis = drawing.value_axis(low, high, step, palette)

    def y(name: str) -> drawing.Spec:
        return drawing.scaled(name, (low, high), axis)

    lived = [level for level in levels if not level.outside]
    beyond = [level for level in levels if level.outside]
    # The dashed part begins where the drawn one ends.
    beyond = [*lived[-1:], *beyond] if beyond else []

    def placed(some: Sequence[Level]) -> drawing.Layer:
        return drawing.Layer([vars(level) for level in some]).encode(x=x)

    line = {"color": palette.accent, "strokeWidth": drawing.STROKE}
    dot = {"filled": True, "size": 2 * drawing.DOT, "opacity": 1, "color": palette.contrast, "shape": "diamond"}
    layers = [
        placed(levels).drawn("area", color=palette.band_80, opacity=1).encode(y=y("low"), y2=drawing.until("high")),
        placed(lived).drawn("line", **line).encode(y=y("middle")),
        *([placed(beyond).drawn("line", strokeDash=[4, 4], **line).encode(y=y("middle"))] if beyond else []),
        placed([plan]).drawn("point", **dot).encode(y=y("middle")),
    ]
    return drawing.finish(layers, palette, width=_HALF_PAGE, height=drawing.HEIGHT)


# -- A small picture of how a chance moved ----------------------------------------------------------

#: As wide as any other picture, and a third as high.
_SPARK = 0.36


def spark_chart(
    chances: Sequence[float], labels: tuple[str, str], palette: drawing.Palette = drawing.STYLED
) -> drawing.Spec:
    """A chance step by step, from the first to the last, which are labelled; the picture is 0 to 100 % high.

    Parameters
    ----------
    chances : [0, 1], in the order of time
    labels : of the first and the last one
    """
    steps = [{"step": at, "chance": chance} for at, chance in enumerate(chances)]
    x = drawing.measured("step", axis=None, scale=drawing.scale(-0.5, len(chances) - 0.5))
    y = drawing.measured("chance", axis=None, scale=drawing.scale(0, 1))
    line = drawing.Layer(steps).encode(x=x, y=y)
    look = {"fontSize": drawing.LETTER, "color": palette.ink, "fontWeight": "bold", "baseline": "bottom", "dy": -6}
    ends = [{**steps[at], "label": label} for at, label in zip((0, -1), labels, strict=True)]
    layers = [
        drawing.Layer([{"chance": 0.0}, {"chance": 1.0}]).drawn("rule", color=palette.rule).encode(y=y),
        line.drawn("line", color=palette.accent, strokeWidth=drawing.STROKE, interpolate="step-after"),
        line.drawn("point", filled=True, size=drawing.DOT, opacity=1, color=palette.accent),
        drawing.Layer(ends).drawn("text", **look).encode(x=x, y=y, text=drawing.worded("label")),
    ]
    return drawing.finish(layers, palette, height=_SPARK * drawing.HEIGHT)
