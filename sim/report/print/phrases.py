"""What a page, a terminal or a file prints and has a source: words, and figures put together in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from sim.domain import Target
from sim.report.print.marks import DIGIT, Mark, number
from sim.report.print.markup import el, join
from sim.report.print.words import Wording


class Printed:
    """Anything with a source that a page, a terminal or a file prints.

    Put into a sentence (``w.html(key, n=figure)``) it prints itself with its mark; under the marked head of a
    `Table`'s column without.
    """

    if TYPE_CHECKING:

        @property
        def mark(self) -> Mark:
            """Where it comes from."""

    def text(self, w: Wording) -> str:
        """Words and numbers only."""
        raise NotImplementedError

    def html(self, w: Wording, *, cls: str = "n") -> Markup:
        """With its mark."""
        return number(self.text(w), self.mark, cls=cls)

    def cell(self, w: Wording) -> Markup | str:
        """Under a head that carries the mark."""
        return self.text(w)


@dataclass(frozen=True)
class Said(Printed):
    """Words of the data files in one language: marked as a whole when they hold figures, otherwise as they are.

    Attributes
    ----------
    always : whether they carry their mark also under a head that does
    """

    words: str
    mark: Mark
    always: bool = False

    def text(self, w: Wording) -> str:
        """The words."""
        return self.words

    def html(self, w: Wording | None = None, *, cls: str = "said") -> Markup:
        """The words with their mark."""
        return number(self.words, self.mark, cls="said") if DIGIT.search(self.words) else escape(self.words)

    def cell(self, w: Wording) -> Markup | str:
        """The words; the head has the mark."""
        return self.html() if self.always else self.words

    def __html__(self) -> str:
        return self.html()

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Together(Printed):
    """Several things printed as one, of one source as a whole.

    Attributes
    ----------
    parts : figures, words with a source, markup
    wrap : how they stand on a page, given one piece of markup each; default one after another
    between : what stands between them as text
    whole : mark of all of it, printed once; by default each part has its own
    """

    parts: Sequence[object]
    wrap: Callable[[list[object]], Markup] | None = None
    between: str = " "
    whole: Mark | None = None

    @property
    def mark(self) -> Mark:
        """The one all its parts share."""
        if self.whole is not None:
            return self.whole
        marks = {part.mark for part in self.parts if isinstance(part, Printed)}
        if len(marks) != 1:
            raise TypeError(f"parts of {len(marks)} sources have no common mark")
        return marks.pop()

    def _join(self, pieces: list[object]) -> Markup:
        return self.wrap(pieces) if self.wrap else join(pieces, self.between)

    def text(self, w: Wording) -> str:
        """Its parts as text."""
        texts = (plain_text(part, w) for part in self.parts if part is not None)
        return self.between.join(text for text in texts if text)

    def html(self, w: Wording, *, cls: str = "n") -> Markup:
        """Each part with its mark, or all with one."""
        if self.whole is not None:
            return number(self.cell(w), self.whole, cls=cls)
        return self._join([part.html(w) if isinstance(part, Printed) else part for part in self.parts])

    def cell(self, w: Wording) -> Markup:
        """Each part as under a marked head."""
        return self._join([part.cell(w) if isinstance(part, Printed) else part for part in self.parts])


def strong(part: object, bold: bool = True) -> Any:
    """In bold letters."""
    return Together((part,), wrap=lambda pieces: el("b", *pieces)) if bold else part


@dataclass(frozen=True)
class Phrase(Printed):
    """Figures in words of the catalogue: ``from {first} to {last}``."""

    key: str
    figures: Mapping[str, Printed]

    @property
    def mark(self) -> Mark:
        """The one all its figures share."""
        return Together(tuple(self.figures.values())).mark

    def text(self, w: Wording) -> str:
        """The sentence."""
        return w.text(self.key, **{name: figure.text(w) for name, figure in self.figures.items()})

    def cell(self, w: Wording) -> Markup:
        """The sentence, with what is bold in its figures."""
        return w.html(self.key, **{name: figure.cell(w) for name, figure in self.figures.items()})


def named(w: Wording, thing: Any, *, inside: bool = False, quoted: bool = False) -> Said:
    """The name of a plan, scenario, world, assumption or target; figures in it are theirs.

    Parameters
    ----------
    inside : inside a sentence, in lower case
    quoted : in quotation marks
    """
    label = w.target(thing) if isinstance(thing, Target) else w.label(thing.label)
    label = w.mention(label) if inside else label
    return Said(w.text("quoted", name=label) if quoted else label, Mark.of(thing))


def said(text: str, source: object) -> Said:
    """Other words that came with a thing: its reason, its question, its text."""
    return Said(text, Mark.of(source))


def reported(text: str) -> Said:
    """A sentence the program made about its own simulation."""
    return Said(text, Mark.MODEL)


def cited(text: str) -> Said:
    """Words of the pack's context, whose figures come from printed pages."""
    return Said(text, Mark.ACTUAL)


def planned_words(text: str) -> Said:
    """The name of a plan known only by its name."""
    return Said(text, Mark.PLAN)


def assumed_words(text: str) -> Said:
    """The name of a world or of a group of assumptions known only by its name."""
    return Said(text, Mark.ASSUMPTION)


def plain_text(part: object, w: Wording) -> str:
    """Anything a cell holds as words and numbers only."""
    if isinstance(part, Printed):
        return part.text(w)
    if isinstance(part, Markup):
        return part.striptags()
    return "" if part is None else str(part)
