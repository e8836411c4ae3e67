"""Workflow documents: a graph as data, checked before it runs."""

from __future__ import annotations

from stageline.workflow.canonical import canonical, digest_of
from stageline.workflow.check import Checked, check
from stageline.workflow.document import Workflow
from stageline.workflow.problems import Problem

__all__ = ["Checked", "Problem", "Workflow", "canonical", "check", "digest_of"]
