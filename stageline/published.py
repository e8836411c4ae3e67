"""The JSON Schemas of documents and of what jobs leave behind.

``python -m stageline.published docs/schemas`` writes them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from stageline.codec import adapter
from stageline.job import JobRecord, LogEntry, StepLog, StepReport
from stageline.journey import Journey
from stageline.workflow.json_schema import json_schema

PUBLISHED: Mapping[str, type] = {
    "record": JobRecord,
    "step_report": StepReport,
    "step_log": StepLog,
    "log_entry": LogEntry,
    "journey": Journey,
}


def published_schemas() -> dict[str, str]:
    """Each published JSON Schema as text, by file name."""
    found = {f"{name}.json": _schema(name, kind) for name, kind in PUBLISHED.items()}
    return {**found, "workflow.json": json.dumps(json_schema(), indent=2, sort_keys=True) + "\n"}


def _schema(name: str, kind: type) -> str:
    said = adapter(kind).json_schema(mode="serialization")
    said = {"$schema": "https://json-schema.org/draft/2020-12/schema", **said, "title": name}
    return json.dumps(said, indent=2, sort_keys=True) + "\n"


def write_schemas(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in published_schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
