"""A scenario's answer in the forms people share: explorer, PDF, Word, Excel. The page itself is HTML."""

#: Every form of a report, in the order they are named in; the pages are always made, all else hangs on them.
FORMATS = ("html", "explorer", "pdf", "docx", "xlsx")
