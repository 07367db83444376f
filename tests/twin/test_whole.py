"""Session and engine in JavaScript together say what the planner says: every shipped scenario, to the printed digit."""

import json
from pathlib import Path

import pytest

from sim.domain import scenario_fingerprint
from sim.inputs.scenarios import list_scenarios, load_scenario, load_world
from sim.run import scenario_bytes
from tests.twin.both import Session, Twin, planner
from tests.twin.test_face import same

#: Draws of a report.
DRAWS = 8192
#: Plans by year, areas apart, assumptions of one's own: what a file must bring back.
CHANGES = (
    ("line_text", ["market", "4,123456789"]), ("year", 2026), ("fund_text", "20,5"), ("line", ["survey", 0]),
    ("assume", ["disbursement_rate", 60]), ("target", {
        "indicator": "htx_revenue", "year": 2028, "level": "1500,5", "high": "2000", "name": 'a "b" \\ # é: x',
    }), ("basis", "real_2023"), ("start", "indexed"), ("delay", None), ("horizon", 2027),
)  # fmt: skip


@pytest.fixture(scope="module")
def both() -> tuple[Session, Twin]:
    session = planner(draws=DRAWS, reference="no-support")
    twin = Twin(session, own_engine=True)
    twin.open()
    return session, twin


def wish(both: tuple[Session, Twin], name: str, value: object = None) -> None:
    """The same of both."""
    session, twin = both
    session.wish(name, value)
    twin.wish(name, value)


@pytest.mark.parametrize("slug", list_scenarios())
def test_every_shipped_scenario_has_the_planners_answer(both, slug):
    scenario = load_scenario(slug)
    for name, value in (("start", scenario.plan.slug), ("world", scenario.world.slug), ("language", "vi")):
        wish(both, name, value)
    same(*both)
    wish(both, "language", "en")
    same(*both)


@pytest.mark.parametrize("more", [("line", ["market", 5000]), ("reference", "fund-12.3")])
def test_what_follows_the_answer_is_the_planners(both, more):
    """Also beside itself, where there is no difference to grade."""
    session, twin = both
    for name, value in (("language", "vi"), ("start", "fund-12.3"), ("world", "central"), more):
        wish(both, name, value)
    for told, ask in ((lambda: session.view.more, session.wish), (lambda: twin.get("more"), twin.wish)):
        revision = session.view.revision if ask == session.wish else twin.get("answer")["revision"]
        while told().get("rest", True) or told().get("revision") != revision:
            ask("more", revision)
    expected, found = json.loads(json.dumps(dict(session.view.more))), twin.get("more")
    for name in ("evidence", "margins", "tries", "tips", "thresholds"):
        assert (found.get(name) or {}) == expected.get(name, {}), name
    assert {"evidence", "margins", "tries", "tips"} <= found.keys()
    wish(both, "settled")
    same(session, twin)


def test_a_scenario_taken_away_is_the_planners_file_byte_for_byte(both, tmp_path):
    session, twin = both
    for name, value in (("language", "vi"), *CHANGES):
        wish(both, name, value)
        twin.wish("export", "yaml")
        text = scenario_bytes(session.desk.labelled(session.state), Path("x.yaml"), lang="vi").decode()
        assert twin.file() == text, name
        path = Path(tmp_path / "back.yaml")
        path.write_text(text, encoding="utf-8")
        assert scenario_fingerprint(load_scenario(str(path))) == scenario_fingerprint(session.state.scenario)
    assert load_world("central").slug in twin.file() or "overrides" in twin.file()


def test_a_model_that_is_off_by_little_is_noticed(both):
    session, twin = both
    off = Twin(session, own_engine=True)
    off.js.eval("carried.start.plan.lines.market[2024] += 1e8; carried.start.plan.fund[2024] += 1e8; 0")
    off.open()
    assert off.get("answer")["top"] != twin.get("answer")["top"]
