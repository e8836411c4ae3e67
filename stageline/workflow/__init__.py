"""Workflow documents: a graph as data, checked before it runs.

>>> from stageline.workflow import check
>>> checked = check(Path("document.yaml").read_bytes())
>>> for problem in checked.problems:
...     print(problem)
"""

from __future__ import annotations

from stageline.workflow.canonical import canonical, digest_of
from stageline.workflow.check import Checked, check
from stageline.workflow.document import Workflow
from stageline.workflow.imports import Imported, import_document
from stageline.workflow.inputs import Inputs, check_inputs
from stageline.workflow.json_schema import json_schema
from stageline.workflow.problems import Problem

__all__ = [
    "Checked",
    "Imported",
    "Inputs",
    "Problem",
    "Workflow",
    "canonical",
    "check",
    "check_inputs",
    "digest_of",
    "import_document",
    "json_schema",
]
