"""Plain data to YAML the way the shipped files are written."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sim.inputs.limits import limit


def yaml_text(content: Mapping[str, Any]) -> str:
    """Plain data as a YAML file that the strict reader takes back unchanged."""
    stream = io.StringIO()
    yaml_writer().dump(quoted(content), stream)
    return stream.getvalue()


def yaml_writer() -> Any:
    """The writer: it loads and keeps comments, and writes decimals with every digit."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = limit("text_characters")
    yaml.indent(mapping=2)
    yaml.representer.add_representer(Decimal, _written)
    return yaml


def _written(maker: Any, value: Decimal) -> Any:
    """Every digit and no exponent; a whole number as one, or the writer would add a tag."""
    text = f"{value.normalize():f}"
    return maker.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


def quoted(value: Any) -> Any:
    """Texts in double quotes, years of one series on one line, so that the file reads like a shipped one."""
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, str):
        return DoubleQuotedScalarString(value)
    if isinstance(value, (list, tuple)):
        return _listed(value)
    if not isinstance(value, dict):
        return value
    mapping = CommentedMap({key: quoted(item) for key, item in value.items()})
    if value and all(isinstance(key, int) for key in value):
        mapping.fa.set_flow_style()
    return mapping


def _listed(values: Sequence[Any]) -> Any:
    """A list; plain values on one line."""
    from ruamel.yaml.comments import CommentedSeq

    made = CommentedSeq(quoted(value) for value in values)
    if not any(isinstance(value, dict) for value in values):
        made.fa.set_flow_style()
    return made
