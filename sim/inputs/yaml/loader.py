"""One way from a file to content: remembered by its bytes, read with places, checked whole, refused whole.

A loader says what is particular to one kind of file. What all have in common stands here: the cache, the shape,
the name a file has to carry, and that every problem is told at once. The domain's values are built from the
content by whoever loads, on every start; a warm start imports neither the reader nor the shapes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sim.domain import Problem
from sim.inputs.text import Document, File, Place, refuse, remembered_with_notes
from sim.inputs.yaml.reader import parse_yaml


@dataclass
class Checked:
    """A document while it is checked.

    Attributes
    ----------
    value : what the shape makes of it, defaults filled in; None when the shape refuses it
    problems : what is wrong so far, in any order
    """

    document: Document
    value: Any
    problems: list[Problem]

    def tell(self, key: str, place: Place = (), **details: Any) -> None:
        """Note a problem at a place of the document; `details` as for `Document.problem`."""
        self.problems.append(self.document.problem(key, place, **details))

    def check_slug(self, slug: str) -> None:
        """A file that is found by a slug calls itself by it; nothing is asked of one without."""
        if slug and self.value and self.value["slug"] != slug:
            self.tell("slug_not_file", ("slug",), params={"name": slug}, value=self.value["slug"], suggestion=slug)


def checked(document: Document, shape: Any) -> Checked:
    """A document against a shape of `sim.inputs.yaml`; the reader's problems and the shape's are noted."""
    from sim.inputs.yaml.validation import check_shape

    return Checked(document, *check_shape(shape, document))


@dataclass(frozen=True)
class Loader:
    """How one kind of file is read.

    Attributes
    ----------
    kind : names its entries in the cache
    shape : gives the shape; a function, since shapes are imported only where a file is read anew
    check : notes what spans several fields or files; it is called with the context of `load` also when
        the shape has refused the value
    content : makes JSON-like content of a sound value
    """

    kind: str
    shape: Callable[[], Any] | None
    check: Callable[..., None] | None = None
    content: Callable[[Any], Any] = dict
    parse: Callable[..., Document] = parse_yaml

    def load(self, file: File, *context: Any, depends: Iterable[bytes] = (), notes: list[Problem] | None = None) -> Any:
        """The content of a file, from the cache where the same bytes were read before.

        Parameters
        ----------
        context : what `check` needs beside the file
        depends : bytes of all in the context that the outcome depends on
        notes : receives warnings, which refuse nothing

        Raises
        ------
        InputError
            With every problem of the file.
        """

        def build(warnings: list[Problem]) -> Any:
            return self.content(self.read(file, *context, notes=warnings).value)

        return remembered_with_notes(self.kind, [file.slug.encode(), file.raw, *depends], build, notes)

    def read(self, file: File, *context: Any, notes: list[Problem] | None = None) -> Checked:
        """The document of a file and its sound value, read anew.

        Raises
        ------
        InputError
            With every problem of the file.
        """
        document = self.parse(file.raw, file=file.name)
        found = Checked(document, document.data, list(document.problems))
        if self.shape:
            found = checked(document, self.shape())
        if self.check:
            self.check(found, *context)
        found.check_slug(file.slug)
        refuse(found.problems, notes)
        return found
