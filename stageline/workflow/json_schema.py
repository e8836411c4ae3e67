"""The JSON Schema of documents, for editors: ``"$schema"`` in a document may name it."""

from __future__ import annotations

from typing import Any

from stageline.workflow.document import Workflow

_VALUE = {
    "description": "JSON data in which {\"ref\": \"node.port\"}, {\"expr\": \"...\"}, "
    "{\"literal\": ...} and texts with ${node.port} have a meaning.",
}  # fmt: skip
# Where the models hold values: the field, or the members of the mapping, of these definitions.
_VALUES = {
    "TaskNode": ("parameters",), "SubflowNode": ("inputs",), "WaitNode": ("seconds", "until"),
    "LoopNode": ("over", "state", "next", "outputs"),
}  # fmt: skip


def json_schema() -> dict[str, Any]:
    """The schema of ``workflow/1`` (draft 2020-12). It says what one field can say; ``check``
    knows more."""
    schema = Workflow.model_json_schema(by_alias=True, mode="validation")
    schema["properties"]["$schema"] = {"type": "string", "description": "For editors only."}
    definitions = schema["$defs"]
    definitions["Value"] = _VALUE
    for name, fields in _VALUES.items():
        for field in fields:
            _refer(definitions[name]["properties"][field])
    _refer(schema["properties"]["outputs"])
    _close(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _refer(place: dict[str, Any]) -> None:
    """Let a field that is a value, or a mapping of values, say so."""
    reference = {"$ref": "#/$defs/Value"}
    if "patternProperties" in place:
        place["patternProperties"] = dict.fromkeys(place["patternProperties"], reference)
    else:
        place.update(reference)


def _close(schema: Any) -> None:
    """Names that no pattern allows are wrong: pydantic refuses them, its schema does not say so."""
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            schema["additionalProperties"] = False
        for part in schema.values():
            _close(part)
    elif isinstance(schema, list):
        for part in schema:
            _close(part)
