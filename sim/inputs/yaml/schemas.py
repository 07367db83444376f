"""JSON Schemas of the files users write, for editors; ``python -m sim.inputs.yaml.schemas`` writes them anew."""

import json
from pathlib import Path
from typing import Any

from sim.inputs.text import source_data

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: Where an editor finds the files each schema belongs to.
FILES = {
    "plan": "data/plans/*.yaml",
    "world": "data/worlds/*.yaml",
    "scenario": "data/scenarios/*.yaml",
    "assumptions": "data/assumptions/*.yaml",
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file."""
    from pydantic import TypeAdapter

    from sim.inputs.yaml import shapes as models

    shapes: dict[str, Any] = {
        "plan": models.PlanShape,
        "world": models.WorldShape,
        "scenario": models.ScenarioShape,
        "assumptions": models.RegisterShape,
    }
    body = _numbers_only(TypeAdapter(shapes[name]).json_schema())
    return {"$schema": DIALECT, **body, "title": f"coopsim {name}"}


def _numbers_only(node: Any) -> Any:
    """Exact decimals are numbers in our files; pydantic would let an editor accept text as well."""
    if isinstance(node, list):
        return [_numbers_only(item) for item in node]
    if not isinstance(node, dict):
        return node
    kinds = node.get("anyOf", [])
    numeric = [kind for kind in kinds if kind.get("type") == "number"]
    if numeric and any(kind.get("type") == "string" for kind in kinds):
        node = {**{key: value for key, value in node.items() if key != "anyOf"}, **numeric[0]}
    return {key: _numbers_only(value) for key, value in node.items()}


def text(name: str) -> str:
    """The file of a schema."""
    return json.dumps(schema(name), ensure_ascii=False, indent=1) + "\n"


def write(folder: Path | None = None) -> list[Path]:
    """Write every schema and return the files."""
    folder = folder or source_data() / "schemas"
    written = []
    for name in FILES:
        path = folder / f"{name}.schema.json"
        path.write_text(text(name), encoding="utf-8", newline="\n")
        written.append(path)
    return written


if __name__ == "__main__":
    for file in write():
        print(file.name)
