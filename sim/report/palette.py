"""Colours of charts: style-sheet variables on pages, literal colours where there is no style sheet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Named colours of a chart.

    Attributes
    ----------
    ink, quiet, faint, rule, paper : text and history, axis text, what is left aside, grid, background
    accent, band_80, band_50 : median and its ranges
    contrast : what pulls down; also targets
    """

    ink: str
    quiet: str
    faint: str
    rule: str
    paper: str
    accent: str
    band_80: str
    band_50: str
    contrast: str


#: For inlined SVG: follows light and dark (`style.css`).
STYLED = Palette(
    ink="var(--ink)",
    quiet="var(--quiet)",
    faint="var(--faint)",
    rule="var(--rule)",
    paper="var(--card)",
    accent="var(--accent)",
    band_80="var(--band80)",
    band_50="var(--band50)",
    contrast="var(--contrast)",
)
#: For PNG in Word and e-mail: the light values of `style.css`.
PRINTED = Palette(
    ink="#1c2a2e",
    quiet="#55666b",
    faint="#c3cdca",
    rule="#dfe5e2",
    paper="#ffffff",
    accent="#0b6b66",
    band_80="#d3e8e4",
    band_50="#97c8c0",
    contrast="#a84a24",
)
