"""Snapshots: checked documents in a store, under the sha256 of their canonical form."""

from __future__ import annotations

from pydantic import ValidationError

from stageline import keys
from stageline.errors import DependencyError
from stageline.store import MissingObjectError, Store
from stageline.workflow.canonical import canonical
from stageline.workflow.document import Workflow
from stageline.workflow.source import read_source


def save(store: Store, workflow: Workflow) -> str:
    """Keep a document; gives its digest. What is there already is left as it is."""
    data = canonical(workflow)
    digest = keys.digest(data)
    key = keys.snapshot_key(digest)
    if not store.create(key, data):
        store.get(key, digest)
    return digest


def load(store: Store, digest: str) -> Workflow:
    """The document with this digest.

    Raises ``MissingObjectError`` (an ``InputError``) if there is none, ``CorruptObjectError``
    if its bytes were changed, ``DependencyError`` if they are no document of this version.
    """
    try:
        data = store.get(keys.snapshot_key(digest), digest)
    except MissingObjectError:
        raise MissingObjectError(
            f"There is no document with the digest {digest} in {store.uri}. Run or save the "
            "document with this store first, or choose the store that has it."
        ) from None
    try:
        return Workflow.model_validate(read_source(data).data)
    except ValidationError as error:
        raise DependencyError(
            f"The snapshot {digest} was written by another version of Stageline: "
            f"{error.error_count()} fields differ. Run the document itself."
        ) from None
