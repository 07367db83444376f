"""Every kind of chart is a valid Vega-Lite specification: a report draws them without looking."""

import copy
import os
import sys
from types import SimpleNamespace

import altair
import pytest
from jsonschema import ValidationError

from sim.analysis.answer import Range
from sim.report import print as pr

BANDS = [Range("", year, "", 3, 1, 2, 3, 4, 5, 0) for year in (2024, 2025, 2026)]
PAST = [pr.Point(2022, 1, True), pr.Point(2023, 2, False)]
LEVELS = [pr.Level(money, money / 2, money / 3, money, money > 2) for money in (0.0, 1.0, 2.0, 3.0)]
GROWTH = [{"year": 2024, "whole": 1.0, "a": 2.0, "b": -1.0}, {"year": 2025, "whole": 1.5, "a": 1.0, "b": 0.5}]
#: A sample of each kind, with everything it may show.
SAMPLES = {
    "fan_chart": lambda look: pr.fan_chart(pr.FanRows(PAST, BANDS, ("1", "2", "3"), [(2.0, "a target")]), look),
    "range_chart": lambda look: pr.range_chart(
        [pr.RangeRow("a", 1, 0, 2, "+1"), pr.RangeRow("b", -1, -2, 0, "-1")], look
    ),
    "parts_chart": lambda look: pr.parts_chart(GROWTH, ("a", "b"), look),
    "chance_chart": lambda look: pr.chance_chart(
        [float(n % 9) for n in range(900)], low=3, high=6, labels=("below", "from"), palette=look
    ),
    "trade_off_chart": lambda look: pr.trade_off_chart(
        [(1, 2), (2, 1)], [(2, 3), (3, 2)],
        [pr.Labelled(2, 3, "here", "left", True), pr.Labelled(3, 2, "there", "right")], look,
    ),
    "curve_chart": lambda look: pr.curve_chart(LEVELS, LEVELS[1], ends=(0.0, 3.0), palette=look),
    "spark_chart": lambda look: pr.spark_chart([0.2, 0.4, 0.3], ("20 %", "30 %"), look),
}  # fmt: skip


def valid(chart: pr.Spec) -> None:
    """Hold a chart against the schema of Vega-Lite that Altair carries."""
    altair.LayerChart.from_dict({name: part for name, part in chart.items() if name != "$schema"})


@pytest.mark.parametrize("palette", [pr.STYLED, pr.PRINTED], ids=["styled", "printed"])
@pytest.mark.parametrize("kind", SAMPLES)
def test_every_kind_of_chart_is_valid(kind: str, palette: pr.Palette):
    chart = SAMPLES[kind](palette)
    valid(chart)
    assert chart["$schema"] == altair.SCHEMA_URL
    drawn = {layer["data"]["name"] for layer in chart["layer"]}
    assert drawn == chart["datasets"].keys(), "every layer has its rows, and no rows are left over"


def test_every_kind_of_chart_has_its_sample():
    assert {name for name in dir(pr) if name.endswith("_chart")} == SAMPLES.keys()


@pytest.mark.parametrize(
    ("part", "wrong"),
    [("mark", {"type": "lime"}), ("mark", {"type": "line", "colour": "red"}), ("encoding", {"x": {"feild": "year"}})],
    ids=["an unknown mark", "a misspelt look", "a misspelt channel"],
)
def test_a_chart_that_is_not_valid_is_seen(part: str, wrong: pr.Spec):
    chart = copy.deepcopy(SAMPLES["fan_chart"](pr.STYLED))
    chart["layer"][0][part] = wrong
    with pytest.raises((ValidationError, altair.utils.schemapi.SchemaValidationError)):
        valid(chart)


def test_numbers_of_numpy_are_drawn_as_what_they_are():
    import numpy as np

    rows = [pr.RangeRow("a", *np.array([1.0, 0.25, 2.0]), "+1")]
    plain = [pr.RangeRow("a", 1.0, 0.25, 2.0, "+1")]
    drawn = [pr.svg(pr.range_chart(some), "vi", alt="", prefix="x") for some in (rows, plain)]
    assert drawn[0] == drawn[1]


# -- Drawn from what its kind was compiled to, with its words put in at the end: the same picture -----


def _as_it_stands(chart: pr.Spec, lang: str = "vi") -> str:
    """The picture as the engine draws whatever it is given: what does not say that it is ours has no short way."""
    return _picture({name: part for name, part in chart.items() if name != "usermeta"}, lang)


@pytest.fixture
def only_quickly(monkeypatch):
    """Charts of ours are not drawn in any other way."""
    import vl_convert

    def drawn(chart: pr.Spec, **given: object) -> str:
        assert "usermeta" not in chart, "drawn as it stands"
        return whole(chart, **given)

    whole = vl_convert.vegalite_to_svg
    monkeypatch.setattr(vl_convert, "vegalite_to_svg", drawn)


@pytest.mark.usefixtures("only_quickly")
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", SAMPLES)
def test_every_kind_of_chart_drawn_quickly_is_the_same_picture(kind: str, lang: str):
    for palette in (pr.STYLED, pr.PRINTED):
        chart = SAMPLES[kind](palette)
        assert _picture(chart, lang) == _as_it_stands(chart, lang)


def _rows(*labels: str, size: float = 1.0) -> list[pr.RangeRow]:
    return [pr.RangeRow(label, size * place, -size, 7 * size * (1 + place), "+1") for place, label in enumerate(labels)]


@pytest.mark.usefixtures("only_quickly")
def test_a_chart_of_a_kind_drawn_before_has_its_own_numbers_and_words():
    fans = [
        pr.FanRows(PAST, [Range("", year, "", k * 3, k, k * 2, k * 3, k * 4, k * 5, 0) for year in (2024, 2029)], ends)
        for k, ends in ((1, ("1", "2", "3")), (-400, ("−5", "<&>", "a b")), (1e6, ("1.000", "2.000", "x")))
    ]
    charts = [pr.fan_chart(shown) for shown in fans]
    charts += [pr.range_chart(_rows("a", "b", size=size)) for size in (1, 250, 0.001)]
    charts += [pr.range_chart(_rows(*labels)) for labels in (("<b>", "&amp;"), ("", "b"), (" a ", "Ế ộ"))]
    pictures = [_picture(chart) for chart in charts]
    assert pictures == [_as_it_stands(chart) for chart in charts]
    assert len(set(pictures)) == len(charts)


@pytest.mark.parametrize("label", ["m" * 60, "M" * 30, "合" * 40, "a" * 200])
def test_words_that_reach_beyond_the_picture_still_make_room_for_themselves(label: str):
    chart = pr.range_chart(_rows(label, "b"))
    assert _picture(chart) == _as_it_stands(chart)


def test_a_row_that_is_not_drawn_takes_no_words_from_another():
    chart = pr.range_chart(_rows("a", "b", "c"))
    chart["datasets"]["rows-1"][1]["place"] = None
    assert _picture(chart) == _as_it_stands(chart)


def test_room_another_chart_was_given_is_taken_only_where_it_is_the_same():
    from sim.report.print import engine

    charts = [sample(pr.STYLED) for sample in SAMPLES.values()] + [pr.range_chart(_rows("a", "b", size=1e5))]
    fans = [pr.FanRows(PAST, BANDS, (end, "2", "3")) for end in ("111", "888", "444")]  # a font may draw 1 narrower
    charts += [pr.fan_chart(shown) for shown in fans]
    right = [_as_it_stands(chart) for chart in charts]
    assert [_picture(chart) for chart in charts for _ in range(2)] == [picture for picture in right for _ in range(2)]
    heads = dict(engine._heads)
    for shift in range(1, 4):  # each is told another's room
        engine._heads.update(zip(heads, [*heads.values()][shift:] + [*heads.values()][:shift], strict=True))
        assert [_picture(chart) for chart in charts] == right
    engine._heads.clear()


def test_what_is_kept_of_charts_is_little():
    from sim.report.print import engine

    for width in range(100, 102 + engine._KINDS):
        _picture({**SAMPLES["spark_chart"](pr.STYLED), "width": width})
    assert engine._compiled.cache_info().currsize == engine._KINDS
    engine._heads.update({("", str(place)): "" for place in range(engine._LAYOUTS)})
    _picture(SAMPLES["fan_chart"](pr.STYLED))
    assert len(engine._heads) <= engine._LAYOUTS


# -- Drawn by another process: the same picture, each once; whoever cannot be drawn for draws for itself --

listening = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every process draws for itself")


@pytest.fixture
def draughtsman(tmp_path, monkeypatch):
    monkeypatch.setenv("COOPSIM_DRAWN_BY", "")
    found = pr.Draughtsman()
    found.folder = tmp_path / "pictures"
    return found


def _picture(chart: pr.Spec, lang: str = "vi") -> str:
    return str(pr.svg(chart, lang, alt="", prefix="x"))


@listening
def test_a_picture_drawn_elsewhere_is_the_same_and_is_drawn_once(draughtsman, monkeypatch):
    chart, other = SAMPLES["fan_chart"](pr.STYLED), SAMPLES["spark_chart"](pr.STYLED)
    asked = [_picture(chart), _picture(chart), _picture(other)]
    assert len(list(draughtsman.folder.iterdir())) == 2
    monkeypatch.delenv("COOPSIM_DRAWN_BY")
    assert asked == [_picture(chart), _picture(chart), _picture(other)]


@listening
def test_of_several_who_draw_under_one_name_the_first_draws_for_all(draughtsman, tmp_path, monkeypatch):
    second = pr.Draughtsman(os.environ["COOPSIM_DRAWN_BY"])
    second.folder = tmp_path / "others"
    found = _picture(SAMPLES["spark_chart"](pr.STYLED))
    assert len(list(draughtsman.folder.iterdir())) == 1 and not second.folder.exists()
    monkeypatch.delenv("COOPSIM_DRAWN_BY")
    assert found == _picture(SAMPLES["spark_chart"](pr.STYLED))


@listening
def test_a_kept_picture_is_not_drawn_again(draughtsman):
    chart = SAMPLES["spark_chart"](pr.STYLED)
    first = _picture(chart)
    (kept,) = draughtsman.folder.iterdir()
    kept.write_text(kept.read_text(encoding="utf-8").replace("<svg", '<svg id="kept"', 1), encoding="utf-8")
    assert _picture(chart) != first


@listening
def test_a_chart_that_cannot_be_drawn_is_refused_here_too(draughtsman):
    with pytest.raises(ValueError):
        _picture({"mark": {"type": "lime"}})
    assert not draughtsman.folder.exists()


@listening
def test_whoever_draws_goes_on_after_a_chart_the_engine_broke_at(draughtsman, monkeypatch):
    from sim.report.print import engine

    broke, draw = iter([RuntimeError("the engine")]), engine._draw

    def breaking(request: bytes) -> str:
        for error in broke:
            raise error
        return draw(request)

    monkeypatch.setattr(engine, "_draw", breaking)
    monkeypatch.setattr(engine, "_PATIENCE", 5.0)
    asked = _picture(SAMPLES["spark_chart"](pr.STYLED))
    assert not draughtsman.folder.exists()
    assert _picture(SAMPLES["spark_chart"](pr.STYLED)) == asked and len(list(draughtsman.folder.iterdir())) == 1


@listening
@pytest.mark.parametrize("half", [b"<svg><g>", "<svg>Lào".encode()[:-2]])
def test_half_a_picture_of_a_process_that_was_ended_is_drawn_here(half: bytes, draughtsman, monkeypatch):
    monkeypatch.setattr(draughtsman, "_picture", lambda _: SimpleNamespace(encode=lambda: half))
    found = _picture(SAMPLES["spark_chart"](pr.STYLED))
    monkeypatch.delenv("COOPSIM_DRAWN_BY")
    assert found == _picture(SAMPLES["spark_chart"](pr.STYLED))


@listening
@pytest.mark.parametrize("name", ["nobody-listens-here", "x" * 200])
def test_without_anyone_who_draws_each_process_draws_for_itself(name: str, monkeypatch):
    monkeypatch.setenv("COOPSIM_DRAWN_BY", name)
    alone = _picture(SAMPLES["spark_chart"](pr.STYLED))
    monkeypatch.delenv("COOPSIM_DRAWN_BY")
    assert alone == _picture(SAMPLES["spark_chart"](pr.STYLED))
