"""What the planner refuses, as a message key and its values; the words are put in by `sim.planner.words`."""

from __future__ import annotations


class Refusal(Exception):
    """Something the planner's user asked for that cannot be done, with the reason as data.

    Attributes
    ----------
    key : ``planner.problem_<key>`` of the catalogue
    params : values for its placeholders
    """

    def __init__(self, key: str, /, **params: object) -> None:
        self.key = key
        self.params = params
        super().__init__(key, params)


class SheetNotChosen(Refusal):
    """A workbook with several sheets, of which the user has to choose one.

    Attributes
    ----------
    sheets : their names
    """

    def __init__(self, file: str, sheets: tuple[str, ...]) -> None:
        self.sheets = sheets
        super().__init__("sheet", file=file)
