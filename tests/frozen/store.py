"""The reference: a readable manifest of hashes, and the plain texts in one archive a language.

The archives are made so that equal texts give equal bytes: sorted, without moments, owners or rights.
"""

from __future__ import annotations

import difflib
import io
import lzma
import tarfile
import textwrap
from collections.abc import Mapping
from pathlib import Path

from tests.frozen.plain import short

FOLDER = Path(__file__).resolve().parent / "reference"
#: Lines of a difference that are printed for one output.
LONGEST = 60
#: Signs of a line before it is folded.
_WIDEST = 150


def read(folder: Path = FOLDER) -> dict[str, str]:
    """Every plain text of the reference by its name."""
    texts = {}
    for path in sorted(folder.glob("*.tar.xz")):
        with tarfile.open(path, "r:xz") as archive:
            for member in archive:
                found = archive.extractfile(member)
                assert found
                texts[member.name] = found.read().decode("utf-8")
    return texts


def write(texts: Mapping[str, str], folder: Path = FOLDER) -> None:
    """Replace the reference: ``manifest.txt`` and one archive for each language."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.tar.xz"):
        old.unlink()
    for lang in sorted({name.split("/")[0] for name in texts}):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            # Alike files side by side: pages of all scenarios share most of their lines.
            for name in sorted((one for one in texts if one.startswith(f"{lang}/")), key=_alike):
                content = texts[name].encode("utf-8")
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        packed_small = lzma.compress(packed.getvalue(), preset=9 | lzma.PRESET_EXTREME)
        (folder / f"{lang}.tar.xz").write_bytes(packed_small)
    lines = [f"{short(content)}  {name}\n" for name, content in sorted(texts.items())]
    (folder / "manifest.txt").write_text("".join(lines), encoding="utf-8", newline="\n")


def manifest() -> dict[str, str]:
    """{name: hash} as the manifest says."""
    lines = (FOLDER / "manifest.txt").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def _alike(name: str) -> tuple[str, str]:
    return name.rpartition(".")[2], name


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """{name: what moved, readable} of outputs that are not as they were; a missing one and a new one are told too."""
    found = {}
    for name in sorted({*old, *new}):
        if name not in new:
            found[name] = f"--- {name}\n    is not made any more\n"
        elif name not in old:
            found[name] = f"+++ {name}\n    is new: no reference has it\n"
        elif old[name] != new[name]:
            found[name] = difference(name, old[name], new[name])
    return found


def difference(name: str, old: str, new: str) -> str:
    """A unified difference of one output, of limited length and width."""
    before, after = f"{name} (reference)", f"{name} (now)"
    lines = list(difflib.unified_diff(_folded(old), _folded(new), before, after, lineterm="", n=2))
    shown = lines[:LONGEST]
    if len(lines) > LONGEST:
        shown.append(f"    … {len(lines) - LONGEST} lines more")
    return "\n".join(shown) + "\n"


def _folded(content: str) -> list[str]:
    """Lines short enough to see what moved in them; long ones continue, indented."""
    return [part for line in content.splitlines() for part in textwrap.wrap(
        line, _WIDEST, subsequent_indent="    ", break_on_hyphens=False, drop_whitespace=False) or [""]]  # fmt: skip
