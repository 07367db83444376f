"""What is asked of the program: reports, questions on the command line, moves of the planner's levers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.frozen.doors import ROOT

LANGUAGES = ("vi", "en")
SHIPPED = (ROOT / "data" / "provinces" / "DEFAULT").read_text(encoding="utf-8").strip()
PACKS = tuple(sorted(path.parent.name for path in (ROOT / "data" / "provinces").glob("*/pack.yaml")))
OTHER_PACKS = tuple(name for name in PACKS if name != SHIPPED)


@dataclass(frozen=True)
class Report:
    """A report folder; every file in it is an output.

    Attributes
    ----------
    pages : whether its pages, tables and records are kept, or only the other forms
    """

    name: str
    argv: tuple[str, ...]
    pages: bool = True
    quick: bool = False

    @property
    def pdf(self) -> bool:
        """Whether it needs a browser."""
        return any("pdf" in part.split(",") for part in self.argv)


#: Every page of every scenario with its workbook; print, Word and explorer of plans that differ in kind.
REPORTS = {
    SHIPPED: (
        Report("one", ("fund-12.3", "--formats", "html,docx,xlsx", "--draws", "1024"), quick=True),
        Report("all", ("--formats", "html,xlsx")),
        Report("forms", ("indexed", "no-support", "founding-first--adverse-weather-disease",
                         "--formats", "explorer,pdf,docx"), pages=False),
    ),
    **{pack: (Report("some", ("fund-12.3", "market-first--weak-markets", "--formats", "html,explorer,pdf,docx,xlsx")),)
       for pack in OTHER_PACKS},
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Commands run one after another in a folder of their own; what they say and the files they leave are outputs."""

    name: str
    commands: tuple[str, ...]
    quick: bool = False


def _ask(name: str, *commands: str, quick: bool = False) -> Question:
    return Question(name, commands, quick)


#: Nothing here may write a pack (``import … --pack … --yes``): it would land in the data of this very checkout.
QUESTIONS: dict[str, tuple[Question, ...]] = {
    SHIPPED: (
        _ask("project", "project fund-12.3", quick=True),
        _ask("project-out", "project fund-12.3 founding-first--adverse-weather-disease indexed -o out"),
        _ask("project-draws", "project front-loaded --draws 300 --seed 5 -o out"),
        _ask("compare", "compare no-support fund-12.3 market-first", quick=True),
        _ask("compare-csv", "compare fund-12.3 indexed --years 2025,2027 --format csv"),
        _ask("compare-some", "compare fund-12.3 survey-first --indicators htx_active,htx_stopped -o out"),
        _ask("allocate", "allocate fund-12.3", "allocate fund-12.3 --format csv -o out"),
        _ask("allocate-target", "allocate fund-12.3 --target founded-2024 --within none --step 5"),
        _ask("allocate-weights", "allocate fund-12.3 --weights htx_active=1,htx_revenue_total=2 --floor market=3"),
        _ask("allocate-p10", "allocate fund-12.3 --rule p10 --goal htx_active --lock survey --cap capacity=4"),
        _ask("allocate-tail", "allocate market-first --rule tail --draws 1024"),
        _ask("allocate-regret", "allocate fund-12.3 --rule regret --worlds central,weak-markets --draws 1024"),
        _ask("seek-target", "seek fund-12.3 --target founded-2024 --probability 0.6"),
        _ask("seek-typed", "seek fund-12.3 --target htx_active>=600@2030 --probability 0,8 --draws 1024"),
        _ask("seek-break-even", "seek market-first --break-even fund-12.3 --draws 1024"),
        _ask("attribute", "attribute fund-12.3", "attribute fund-12.3 --indicators htx_active -o out"),
        _ask("curve", "curve fund-12.3 --draws 1024", "curve fund-12.3 --lines market --format csv --draws 1024"),
        _ask("sensitivity", "sensitivity fund-12.3 --draws 1024 -o out"),
        _ask("robust", "robust", "robust fund-12.3 market-first --worlds central weak-markets --threshold 0,8 -o out"),
        _ask("credibility", "credibility", quick=True),
        _ask("check-good", "check good.yaml plan.yaml grid.yaml {root}/data/worlds/weak-markets.yaml "
             "{root}/data/assumptions/effects.yaml {root}/data/provinces/{pack}/observations.csv"),
        _ask("check-broken", *(f"check {name}" for name in (
            "key.yaml", "money.yaml", "number.yaml", "world.yaml", "syntax.yaml", "empty.yaml", "absent.yaml",
            "figures-broken.csv"))),
        _ask("check-money", "check good.yaml", "check money.yaml", quick=True),
        _ask("refusal", "project fund-12", "seek fund-12.3", "project fund-12.3 --draws 0", quick=True),
        _ask("verify", "report no-support --draws 64 -o out", "verify out",
             "verify nowhere"),
        _ask("batch", "batch grid.yaml --draws 64 -o out", "batch syntax.yaml -o none"),
        _ask("ledger", "ledger add fund-12.3 --draws 512 --ledger own.jsonl", "ledger score outturns.csv --ledger "
             "own.jsonl", "ledger score absent.csv --ledger own.jsonl", "ledger score outturns.csv --ledger no.jsonl"),
        _ask("export", "export fund-12.3 -o plan.xlsx", "export indexed -o indexed.yaml", "import plan.xlsx",
             "import plan.xlsx --yes -o back.yaml", "check plan.xlsx", "export fund-12.3 -o plan.xlsx"),
        _ask("figures", "export --figures 2024 -o figures.xlsx", "import figures.xlsx --new-base 2024",
             "import outturns.csv --new-base 2024",
             "import figures.csv --pack mine --name Mine --area VN-99 --base-year 2023",
             "import figures-broken.csv --pack mine --name Mine --area VN-99 --base-year 2023",
             "import figures.csv"),
        _ask("own-file", "project good.yaml --draws 256", "compare fund-12.3 good.yaml --draws 256",
             "export good.yaml -o good.xlsx", "project good.yaml fund-12.3 --draws 64 -o out"),
        _ask("refusals", "project fund-12", "project", "projekt fund-12.3", "project fund-12.3 --draws 0",
             "project fund-12.3 --draws 9999999", "compare fund-12.3 --indicators nothing", "compare fund-12.3 "
             "market-first --years 1999", "seek fund-12.3", "seek fund-12.3 --target nothing", "allocate fund-12.3 "
             "--floor market=99", "allocate fund-12.3 --goal nothing", "allocate fund-12.3 --lock nothing",
             "report fund-12.3 --formats odt -o out", "robust --threshold a", "curve fund-12.3 --lines roads",
             "project fund-12.3 --province nowhere", "project no-support --colour", "attribute no-support",
             "sensitivity nothing", "export fund-12.3 -o plan.txt", "import plan.txt"),
        _ask("help", "--help", "--version", "", *(f"{verb} --help" for verb in (
            "check", "project", "report", "batch", "export", "import", "verify", "planner", "compare", "sensitivity",
            "robust", "allocate", "seek", "attribute", "curve", "credibility", "brief", "ledger", "ledger add",
            "ledger score"))),
    ),
    **{pack: (
        _ask("project", "project fund-12.3 no-support -o out"),
        _ask("compare", "compare no-support fund-12.3"),
        _ask("allocate", "allocate fund-12.3 --draws 1024"),
        _ask("seek", "seek fund-12.3 --target founded-2024 --draws 1024"),
        _ask("attribute", "attribute fund-12.3 --draws 1024"),
        _ask("robust", "robust --draws 1024"),
        _ask("sensitivity", "sensitivity fund-12.3 --draws 1024"),
        _ask("credibility", "credibility"),
    ) for pack in OTHER_PACKS},
}  # fmt: skip

_GOOD = """slug: mine
label: {vi: "Của tôi", en: "Mine"}
plan:
  slug: mine
  label: {vi: "Của tôi", en: "Mine"}
  price_basis: nominal
  fund: {2024: 12.3}
  lines: {establishment: {2024: 4.1}, capacity: {2024: 3}, market: {2024: 3}, survey: {2024: 1}}
  repeat_last: true
world: central
horizon: 2030
"""
_HEADER = "area,area_code,year,period,entity,indicator,value,unit,status,source_id,note\n"
_ROW = "Lào Cai (before 1 July 2025),VN-02,{},year,HTX,{},{},{},actual,laocai-plan-2024,\n"


def write_files(folder: Path) -> None:
    """Files the questions name: good ones, and ones with a mistake each."""
    plan = (ROOT / "data" / "plans" / "market-first.yaml").read_text(encoding="utf-8")
    rows = (("htx_total", 530, "count"), ("htx_active", 431, "count"), ("htx_new", 44, "count"),
            ("htx_avg_revenue", 1010, "million VND/yr"), ("htx_unknown", 3, "count"))  # fmt: skip
    own = (ROOT / "data" / "provinces" / SHIPPED / "observations.csv").read_text(encoding="utf-8")
    rows_of_own = own.splitlines(keepends=True)[1:]
    kept = [line for line in rows_of_own if ",2023,year," in line or ",support_budget_total," in line]
    files = {
        "good.yaml": _GOOD,
        "plan.yaml": plan.replace("market-first", "my-plan"),
        "key.yaml": _GOOD.replace("horizon:", "horizn:"),
        "money.yaml": _GOOD.replace("market: {2024: 3}", "market: {2024: -1}").replace("2024: 4.1", "2024: 14.1"),
        "number.yaml": _GOOD.replace("12.3", "12,3").replace("horizon: 2030", "horizon: 2019"),
        "world.yaml": _GOOD.replace("central", "centrall"),
        "syntax.yaml": _GOOD.replace("world: central", "world: [central"),
        "empty.yaml": "",
        "grid.yaml": 'slug: august\nlabel: {vi: "Họp", en: "Meeting"}\nplans: [fund-12.3, market-first]\n'
        "worlds: [central, weak-markets]\nscenarios: [no-support]\n",
        "outturns.csv": _HEADER + "".join(_ROW.format(2024, *row) for row in rows),
        "figures.csv": (_HEADER + "".join(kept)).replace("VN-02", "VN-99"),
        "figures-broken.csv": (_HEADER + "".join(kept) + _ROW.format("20x4", "htx_active", "1.234", "count")),
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")


def _wish(wish: str, value: object = None) -> dict[str, object]:
    return {"wish": wish, "value": value}


#: The planner: a day at the levers, with refusals; money of sliders in million đồng.
OPENED = {"scenario": "fund-12.3", "draws": 1024}
QUICK_WISHES = (_wish("line", ["market", 6000]),)
WISHES: Sequence[dict[str, object]] = (
    *QUICK_WISHES, _wish("fund", 24600), _wish("undo"), _wish("lock", ["survey", True]), _wish("fund_text", "15"),
    _wish("line_text", ["capacity", "abc"]), _wish("line_text", ["capacity", "99"]), _wish("limits", ["market", "2",
    "7"]), _wish("spread"), _wish("world", "weak-markets"), _wish("horizon", 2027), _wish("prices", "real_2023"),
    _wish("year", 2025), _wish("line", ["establishment", 1000]), _wish("same"), _wish("basis", "real_2023"),
    _wish("reference", "market-first"), _wish("pin"), _wish("start", "front-loaded"), _wish("previous"),
    _wish("suggest"), _wish("accept"), _wish("export", "yaml"), _wish("export", "excel"),
    _wish("save", {"name": "Thử một lần", "overwrite": False}),
    _wish("save", {"name": "fund-12.3", "overwrite": False}), _wish("reference", "no-support"),
    _wish("language", "en"), _wish("language", "vi"), _wish("nonsense"), _wish("reset"), _wish("redo"),
)  # fmt: skip
