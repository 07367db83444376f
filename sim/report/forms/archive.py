"""The forms of a report; and Office files whose bytes depend on their content alone: the same report, the same file."""

from __future__ import annotations

import io
import re
import zipfile

from markupsafe import escape

#: Every form of a report, in the order they are named in; the pages are always made, all else hangs on them.
FORMATS = ("html", "explorer", "pdf", "docx", "xlsx")

#: The earliest moment a ZIP entry can carry; when a report was made stands in record.json.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_STAMP = "1980-01-01T00:00:00Z"
_CORE = "docProps/core.xml"
_CREATOR = "coopsim"
_OWN = re.compile(r"<(dc:title|dc:creator|dc:language)(?:\s*/>|[^>]*>.*?</\1>)", re.DOTALL)
_DATES = re.compile(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def repack(content: bytes, *, title: str = "", lang: str = "") -> bytes:
    """The same archive with every clock taken out of it, entries in their order.

    Parameters
    ----------
    content : an XLSX or DOCX file
    title, lang : written into the file's properties where the program that made it wrote none
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == _CORE:  # without a clock, naming the program and never a person
                xml = _DATES.sub(rf"\g<1>{_STAMP}\g<2>", data.decode())
                if title:
                    own = {"dc:title": title, "dc:creator": _CREATOR, "dc:language": lang}
                    named = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in own.items())
                    xml = _OWN.sub("", xml).replace("</cp:coreProperties>", f"{named}</cp:coreProperties>")
                data = xml.encode()
            info = zipfile.ZipInfo(entry.filename, _MOMENT)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(info, data)
    return buffer.getvalue()
