"""The one form of a document, whatever it was written in, and the digest of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stageline import keys
from stageline.workflow.check import check
from stageline.workflow.document import Workflow
from stageline.workflow.spelling import encode


def canonical(given: Workflow | Mapping[str, Any] | str | bytes) -> bytes:
    """The canonical JSON of a document: defaults left out, names sorted, no blanks, ASCII.

    Equal documents give equal bytes and different ones different bytes; ``1`` and ``1.0`` are
    equal, ``1`` and ``true`` are not; titles and positions belong to a document. What is no
    ``Workflow`` yet is checked first: raises ``DocumentError`` that tells its problems.
    """
    return encode(given if isinstance(given, Workflow) else check(given).require())


def digest_of(given: Workflow | Mapping[str, Any] | str | bytes) -> str:
    """The sha256 of the canonical form: what subflows and snapshots are named by."""
    return keys.digest(canonical(given))
