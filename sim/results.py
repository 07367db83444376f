"""The result of `sim.run` as people go on with it (frames, arrays, files, charts), and the planner as a widget."""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from html import escape
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from sim import domain, ensemble
from sim.domain import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from sim.evidence import Check
    from sim.planner import Planner

#: Width of a chart [px], that of a page's column.
_WIDTH = 560
#: Statistics of a year, as `Result.summary` names them.
_STATISTICS = ("mean", "p10", "p25", "p50", "p75", "p90")


def one_of(place: str, value: str, known: Iterable[str], *, key: str = "not_one_of") -> None:
    """Refuse a name that is none of those there are, with the one it is nearest to."""
    names = tuple(known)
    if value not in names:
        near = domain.likest(value, names) if isinstance(value, str) else ""
        told, allowed = {"name": str(value)}, ", ".join(names)
        raise InputError(Problem(key, told, place=place, value=str(value), allowed=allowed, suggestion=near))


def require_indicator(indicator: str) -> None:
    """Refuse an indicator the model does not have."""
    one_of("indicator", indicator, domain.INDICATOR, key="unknown_indicator")


def require_basis(price_basis: str) -> None:
    """Refuse a price basis there is not."""
    if price_basis:
        one_of("price_basis", price_basis, domain.PRICE_BASES)


def require_draws(draws: int, seed: int) -> None:
    """Refuse draws and a seed there cannot be."""
    for place, value, low, high in (("draws", draws, 1, ensemble.MAX_DRAWS), ("seed", seed, 0, (1 << 63) - 1)):
        if type(value) is not int:
            told = {"name": place, "kind": type(value).__name__}
            raise InputError(Problem("parameter_kind", told, place=place, value=repr(value), allowed="int"))
        if not low <= value <= high:
            raise InputError(Problem("out_of_bounds", place=place, value=str(value), allowed=f"{low} … {high}"))


def require_some(asked: Sequence[object], place: str) -> None:
    """Refuse a list with nothing in it, where nothing stands for no default."""
    if not len(asked):
        raise InputError(Problem("empty_value", place=place))


def require_years(years: Sequence[int], known: Sequence[int]) -> None:
    """Refuse years that a result has no figures of."""
    for year in years:
        if type(year) is not int or year not in known:
            allowed = f"{known[0]} … {known[-1]}"
            raise InputError(Problem("out_of_bounds", place="years", value=str(year), allowed=allowed))


@domain.answering_class(
    "summary", "values", "targets", "tidy", "to_xarray", "to_parquet", "from_parquet", "to_pyam", "plot", kinds=True
)
class Result(ensemble.Result):
    """Scenarios projected on common draws; what `sim.run` gives.

    `summary` is the frame of summary.csv, `values` the arrays, `tidy` every draw as rows; `to_xarray`, `to_parquet`,
    `to_pyam` go on to other tools, `plot` gives an Altair chart to change and save.
    """

    @classmethod
    def of(cls, result: ensemble.Result) -> "Result":
        """A result of the engine, such as the one an answer rests on, with all that goes on from here."""
        return cls(**vars(result))

    def __repr__(self) -> str:
        first, last = self.years[0], self.years[-1]
        return f"<Result: {', '.join(self.scenarios)}; {first}–{last}; {self.draws} draws, seed {self.seed}>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self._last_year().to_html(index=False, border=0)}"

    def _last_year(self) -> "pd.DataFrame":
        rows = self.summary()
        chosen = rows.indicator.isin(domain.HEADLINE) & (rows.year == self.years[-1]) & (rows.area == self.areas[-1])
        return rows[chosen & (rows.price_basis != domain.REAL)].drop(columns=["area", "p25", "p50", "p75"]).round(1)

    def values(self, indicator: str, price_basis: str = "") -> ensemble.Array:
        """Draws of one indicator, (scenario, draw, year, area) in its unit; NaN where there is no base-year row.

        Raises
        ------
        InputError
            For an indicator or a price basis there is not.
        """
        require_indicator(indicator)
        require_basis(price_basis)
        return super().values(indicator, price_basis)

    def targets(self) -> "pd.DataFrame":
        """The frame of targets.csv: the chance of every target still to be met, the province's and one's own."""
        import pandas as pd

        from sim.analysis.answer import TARGET_COLUMNS, target_rows

        return pd.DataFrame.from_records(list(target_rows(self)), columns=list(TARGET_COLUMNS))

    def tidy(self, indicator: str, price_basis: str = "", *, years: Sequence[int] = ()) -> "pd.DataFrame":
        """Every draw of one indicator as rows: scenario, draw, year, area, value.

        Parameters
        ----------
        years : default all
        """
        import pandas as pd

        require_years(years, self.years)
        values = self.values(indicator, price_basis)
        axes = [list(self.scenarios), range(self.draws), list(self.years), list(self.areas)]
        index = pd.MultiIndex.from_product(axes, names=["scenario", "draw", "year", "area"])
        frame = pd.Series(values.ravel(), index=index, name=indicator).reset_index()
        return frame[frame.year.isin(years or self.years)].dropna().reset_index(drop=True)

    def to_xarray(self, indicators: Sequence[str] = (), price_basis: str = "") -> Any:
        """An `xarray.Dataset` with dimensions scenario, draw, year, area and the unit of each indicator.

        Parameters
        ----------
        indicators : ids; default all
        """
        import xarray as xr

        names = tuple(indicators) or tuple(domain.INDICATOR)
        dims = ("scenario", "draw", "year", "area")
        data = {
            name: (dims, self.values(name, price_basis), {"units": domain.INDICATOR[name].unit}) for name in names
        }
        coords = {"scenario": list(self.scenarios), "year": list(self.years), "area": list(self.areas)}
        about = {"seed": self.seed, "draws": self.draws, "price_basis": price_basis or domain.NOMINAL}
        return xr.Dataset(data, coords={**coords, "draw": range(self.draws)}, attrs=about)

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """The summary as a Parquet file; `from_parquet`, pandas and others read it."""
        try:
            self.summary().to_parquet(Path(path), index=False)
        except OSError as error:
            told = {"detail": error.strerror or str(error)}
            raise InputError(Problem("disk_refused", told, file=str(path))) from None

    @staticmethod
    def from_parquet(path: str | os.PathLike[str]) -> "pd.DataFrame":
        """The frame that `to_parquet` wrote; nothing in such a file can run.

        Raises
        ------
        InputError
            When the file is no such table.
        """
        import pandas as pd

        if not Path(path).is_file():
            key = "file_not_regular" if Path(path).exists() else "file_missing"
            raise InputError(Problem(key, file=str(path)))
        try:
            frame = pd.read_parquet(Path(path))
        except Exception as error:  # whatever the library says of a file that is none
            found = Problem("file_unreadable", file=str(path), value=type(error).__name__, allowed="Parquet")
            raise InputError(found) from None
        if tuple(frame.columns) != ensemble.SUMMARY_COLUMNS:
            columns = ", ".join(ensemble.SUMMARY_COLUMNS)
            lacking = [name for name in ensemble.SUMMARY_COLUMNS if name not in frame.columns] or columns.split(", ")
            told = {"name": ", ".join(lacking)}
            raise InputError(Problem("csv_missing_column", told, file=str(path), allowed=columns))
        return frame

    def to_pyam(self, model: str = "coopsim") -> "pd.DataFrame":
        """Long rows of the IAMC format: ``pyam.IamDataFrame(result.to_pyam())`` takes them as they are.

        Notes
        -----
        A variable is ``indicator|price basis|statistic``; the price basis is left out where it has no meaning.
        """
        long = self.summary().melt(
            id_vars=["scenario", "indicator", "area", "year", "unit", "price_basis"], value_vars=list(_STATISTICS),
            var_name="statistic",
        )  # fmt: skip
        basis = long.price_basis.map(lambda text: f"|{text}" if text else "")
        long["variable"], long["model"] = long.indicator + basis + "|" + long.statistic, model
        renamed = long.rename(columns={"area": "region"})
        return renamed[["model", "scenario", "region", "variable", "unit", "year", "value"]]

    def plot(self, indicator: str, *, price_basis: str = "", area: str = "") -> Any:
        """Mean and 80 % range by year, one colour a scenario: an `altair.LayerChart` to change and save.

        Parameters
        ----------
        area : code; default the whole province
        """
        import altair as alt

        if alt.renderers.active == "default":  # it loads scripts from elsewhere; JupyterLab draws this by itself
            alt.renderers.enable("mimetype")
        require_indicator(indicator)
        require_basis(price_basis)
        one_of("area", area or self.areas[-1], self.areas)
        rows = self.summary()
        basis = (price_basis or domain.NOMINAL) if domain.INDICATOR[indicator].money else ""
        chosen = (rows.indicator == indicator) & (rows.area == (area or self.areas[-1])) & (rows.price_basis == basis)
        unit = f"{indicator} [{domain.INDICATOR[indicator].unit}]"
        base = alt.Chart(rows[chosen]).encode(x=alt.X("year:O", title=None), color="scenario:N")
        band = base.mark_area(opacity=0.25).encode(y=alt.Y("p10:Q", title=unit).scale(zero=False), y2="p90:Q")
        tip = ["scenario", "year", "mean", "p10", "p90"]
        chart = alt.layer(band, base.mark_line(point=True).encode(y="mean:Q", tooltip=tip))
        return chart.properties(width=_WIDTH)



class Checks(tuple["Check", ...]):
    """The checks of the ranges, printed short; a tuple of `Check`."""

    def __repr__(self) -> str:
        counted = Counter(check.verdict for check in self)
        return f"<Checks: {', '.join(f'{counted[verdict]} {verdict}' for verdict in sorted(counted))}>"

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False, border=0)

    def to_frame(self) -> "pd.DataFrame":
        """One row a check: id, verdict, and the figures it rests on."""
        import pandas as pd

        told = [", ".join(f"{name} = {_short(value)}" for name, value in check.figures.items()) for check in self]
        rows = [(check.id, check.verdict, figures) for check, figures in zip(self, told, strict=True)]
        return pd.DataFrame.from_records(rows, columns=["check", "verdict", "figures"])


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"


# -- A bar of progress, in a notebook, of what takes long -------------------------------------------

#: Seconds that nobody is bothered with.
_PATIENCE = 2.0


@contextmanager
def bar() -> Iterator[None]:
    """Show how far a computation is, in a notebook and after two seconds; as text, which no page takes up."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if not hasattr(shell, "kernel"):
        yield
        return
    from tqdm import tqdm

    begun = monotonic()
    shown: list[Any] = []

    def tell(done: int, total: int) -> None:
        if not shown and monotonic() - begun > _PATIENCE and done < total:
            shown.append(tqdm(total=total, file=sys.stderr, leave=False))
        if shown:
            shown[0].total, shown[0].n = total, done
            shown[0].refresh()

    try:
        with domain.watched(tell):
            yield
    finally:
        for one in shown:
            one.close()


def planner(scenario: str = "", **asked: Any) -> "Planner":
    """The planner as a widget: levers and answer in a notebook, and what is on the screen for Python to go on with.

    `scenario` (or `value`) is the scenario on the screen and may be set, `result` what its figures are read off; both
    can be observed and linked like any traitlet.

    Parameters
    ----------
    scenario : name or path; default the plan in force
    asked : reference (a plan's name; default the plan opened), lang, draws, seed, year, folder (where scenarios are
        saved)
    """
    from sim.planner import Asked, Planner

    for name in asked:
        one_of("planner()", name, [field.name for field in fields(Asked)], key="unknown_parameter")
    return Planner(scenario, results=Result.of, **asked)
