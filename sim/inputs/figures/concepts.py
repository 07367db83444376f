"""The ways in which HTX are counted, and that a figure of one never stands for another."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.domain import Label
from sim.inputs import text as texts, yaml
from sim.inputs.yaml import Loader


@dataclass(frozen=True)
class Concept:
    """One way of counting HTX.

    Attributes
    ----------
    terms, shares : printed terms of such figures: numbers of HTX, and per cent of those on the register
    indicator : the model's series this is; "" for a way of counting the model does not know
    counts, counted_by : what is counted, and by whom
    """

    id: str
    label: Label
    counts: Label
    counted_by: Label
    terms: tuple[str, ...]
    shares: tuple[str, ...]
    indicator: str


def load_concepts(root: Path | None = None) -> tuple[Concept, ...]:
    """The ways of counting of a data root, in their order; none where it has no such file.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    path = (root or texts.data_root()) / texts.CONCEPTS
    content = _CONCEPTS.load(texts.File.at(path)) if path.is_file() else {}
    return tuple(
        Concept(
            key, entry["label"], entry["counts"], entry["counted_by"], tuple(entry["terms"]), tuple(entry["shares"]),
            entry["indicator"] or "",
        )
        for key, entry in content.items()
    )  # fmt: skip


def other_concept(term: str, indicator: str, root: Path | None = None) -> Concept | None:
    """The way of counting a printed term belongs to, where that is another than the indicator's."""
    found: Mapping[str, Concept] = {
        name: concept for concept in load_concepts(root) for name in (*concept.terms, *concept.shares)
    }
    concept = found.get(term)
    return None if concept is None or concept.indicator == indicator else concept


_CONCEPTS = Loader("concepts", lambda: yaml.ConceptsShape)
