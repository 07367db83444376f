"""What the planner shows, as a page without script: for an output that is read where no kernel answers."""

import re

from markupsafe import Markup

from sim.planner.answer import Answer, Panel
from sim.planner.details import COLOURS
from sim.planner.state import State
from sim.planner.tries import Whole
from sim.planner.words import Words
from sim.report.print import FanRows, Figure, Point, el, fan_chart, join, svg
from sim.view import style

#: Shares of bars, which the view's script makes lengths; the key of a line that is not drawn here.
_SHARE, _GHOST = re.compile(r' data-share="([0-9.]+)"'), re.compile(r'<i class="kreference"></i>.*?(?= · |</p>)')


def still_html(words: Words, state: State, answer: Answer, shown: dict[str, str]) -> str:
    """The plan in words, the answer and its charts.

    Parameters
    ----------
    shown : top and bottom as the view has them
    """
    told = Whole.of(state.plan, state.years).in_words(words)
    name = words.say("edited", plan=words.label(state.scenario.label)) if state.edited else state.scenario.label
    plan = el("p", el("b", words.label(name)), ": ", told, ". ", words.label(state.scenario.world.label), ".")
    titles = words.panels(answer)
    charts = [
        el("figure", el("figcaption", title["title"]), _chart(words, panel, title["ends"], place))
        for place, (panel, title) in enumerate(zip(answer.panels, titles, strict=True))
    ]
    bottom = _GHOST.sub("", _SHARE.sub(r' style="--cs-share:\1"', shown["bottom"]))
    parts = [plan, Markup(shown["top"]), el("div", *charts, cls="cs-charts"), Markup(bottom)]
    return str(join([el("style", Markup(style())), el("div", *parts, cls="cs-view cs-still", lang=words.lang)]))


def _chart(words: Words, panel: Panel, ends: list[str], place: int) -> Markup:
    past = [Point(point.year, point.value, True) for point in panel.fan.history]
    low, mean, high = ends if len(ends) == len(("p10", "mean", "p90")) else ("", ends[0], "")
    rows = FanRows(past, panel.fan.ranges, (low, mean, high))
    last = Figure.of_range(panel.fan.ranges[-1])
    alt = f"{words.term(panel.fan.indicator)}: {last.text(words)}"
    return svg(fan_chart(rows, COLOURS), words.lang, alt=alt, prefix=f"still-{place}")
