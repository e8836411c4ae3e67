"""What a document is asked to do: read, checked and kept before any run of it begins."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from blocks.places import local_input, resolve_place
from stageline import claims, keys
from stageline.errors import DocumentError, InputError
from stageline.store import MissingObjectError, Store
from stageline.trail import Places, close_if_dead, record_of
from stageline.workflow import canonical, check
from stageline.workflow.document import SubflowNode, Workflow, walk
from stageline.workflow.inputs import Inputs, check_file, check_inputs
from stageline.workflow.problems import Problem
from stageline.workflow.snapshot import load, save
from stageline.workflow.source import MAX_BYTES
from tasks.request import Request, check_attempts, check_trigger
from tasks.workflow.plan import STAGE, GraphPlan, following
from tasks.workflow.services import OpenFiles, open_files

KEPT = "$inputs"
RECENT = 10
MAX_TEXT_AS_PATH = 1024
Document = str | bytes | Path | Mapping[str, Any] | Workflow
Given = Mapping[str, Any] | Inputs | None
MOST_PARALLEL = 64


class InvalidDocumentError(DocumentError):
    """A document has problems; ``problems`` are all that were found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        errors = [problem for problem in problems if problem.severity == "error"]
        listed = "".join(f"\n- {problem}" for problem in errors)
        count = f"{len(errors)} problem{'s' if len(errors) > 1 else ''}"
        super().__init__(f"The document has {count}:{listed}")


def read_document(document: Document, store: Store) -> Workflow:
    """A checked document: a digest of a snapshot, a path or URI, text, a mapping, a model.

    Raises ``InvalidDocumentError`` with all problems, ``InputError`` when there is no such file.
    """
    if isinstance(document, str) and keys.is_sha256(document):
        return load(store, document)
    checked = check(_content(document, store), lambda digest: _subflow(store, digest))
    if checked.workflow is None:
        raise InvalidDocumentError(checked.problems)
    return checked.workflow


def _content(document: Document, store: Store) -> str | bytes | Mapping[str, Any]:
    if isinstance(document, Workflow):
        return canonical(document)
    if isinstance(document, Mapping | bytes):
        return document
    if not isinstance(document, str | Path):
        raise InputError(
            f"{keys.shown(document)} is no document: give its path, URI or digest, its text, a "
            "mapping or a Workflow (of a check: checked.require())."
        )
    if _is_text(document):
        return str(document)
    with local_input(document, store) as path:
        return _read(path, keys.shown(str(document)))


def _read(path: Path, what: str) -> bytes:
    """A document's bytes; one too many where it is too large, which the check tells."""
    if path.exists() and not path.is_file():  # reading a device or a pipe might never end
        raise InputError(f"The document {what} cannot be read: it is no file.")
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"The document {what} cannot be read: "
                         f"{error.strerror or error}.") from None  # fmt: skip


def _is_text(document: str | Path) -> bool:
    """Whether it is the document itself: that has several lines, or is a JSON object."""
    if isinstance(document, Path):
        return False
    text = document.lstrip()
    return "\n" in text or text.startswith("{") or len(text) > MAX_TEXT_AS_PATH


def _subflow(store: Store, digest: str) -> Workflow | None:
    try:
        return load(store, digest)
    except InputError:
        return None


@dataclass(frozen=True, slots=True)
class Kept:
    """A checked document and its inputs with defaults, and the digests both are kept under."""

    workflow: Workflow
    values: dict[str, Any]
    snapshot: str
    inputs: str


def keep(document: Document, inputs: Given, store: Store) -> Kept:
    """Check a document and its inputs, and keep both.

    Only their digests go through Prefect: it stores parameters in clear, at most 512 KiB of them.
    """
    workflow = read_document(document, store)
    if isinstance(inputs, Inputs):
        inputs = inputs.values
    if not isinstance(inputs, Mapping | None):
        raise InputError(f"inputs is {keys.shown(inputs)}; give a mapping: values by input name.")
    given = dict(inputs or {})
    if set(given) == {KEPT}:
        digest = str(given[KEPT])
        data = store.get(keys.inputs_key(digest), digest)
    else:
        check_inputs(workflow, given)  # what is no JSON is told here
        data = keys.canonical_json(given)
        digest = keys.digest(data)
        store.put(keys.inputs_key(digest), data, "application/json")
    values = check_inputs(workflow, json.loads(data))
    is_kept = isinstance(document, str) and keys.is_sha256(document)
    snapshot = str(document) if is_kept else save(store, workflow)
    return Kept(workflow, values, snapshot, digest)


@contextmanager
def requested_document(  # noqa: PLR0913 - what a flow is called with, by keyword
    *,
    document: Document,
    inputs: Mapping[str, Any] | None,
    journey_id: str,
    triggered_by: str,
    store: str | Path | None,
    refresh_from: str | None,
    max_parallel: int,
    fresh: bool | None,
    continues: str | None,
    max_attempts: int,
) -> Iterator[tuple[GraphPlan, Request]]:
    """Validate what ``run_workflow`` was called with; opened files last until the end.

    Raises ``DocumentError``, ``InputError`` or ``ConfigError``. Only the snapshot and the inputs
    have been written then, under their digests.
    """
    keys.check_id("journey", journey_id)
    check_trigger(triggered_by)
    check_attempts(max_attempts)
    place = resolve_place(store)
    kept = keep(document, inputs, place.store)
    workflow = kept.workflow
    refreshed = following(workflow, refresh_from)
    if continues:
        lineage = lineage_of(place.store, journey_id, continues)
    else:
        edited = kept.snapshot if fresh is None else None
        lineage = find_lineage(place.store, journey_id, workflow.id, edited, bool(refresh_from))
    with open_files(place.store) as files:
        plan = GraphPlan(
            workflow=workflow,
            inputs=_with_files(workflow, kept.values, files),
            files=files,
            documents=_documents(workflow, place.store),
            max_parallel=max_parallel,
            fresh=fresh,
        )
        request = Request(
            journey_id=journey_id,
            triggered_by=triggered_by,
            places=Places.of(place.store, secrets=place.secrets),
            sources={},
            options={"workflow": workflow.id, "document": kept.snapshot, "inputs": kept.inputs},
            refreshed=refreshed,
            max_attempts=max_attempts,
            notes={"lineage": lineage, "fresh": fresh},
        )
        yield plan, request


def _with_files(workflow: Workflow, given: Mapping[str, Any], files: OpenFiles) -> dict[str, Any]:
    """The inputs, with files opened and their types checked by content."""
    return {
        name: _open(name, workflow, value, files)
        if workflow.inputs[name].type == "file" and value is not None
        else value
        for name, value in given.items()
    }


def _open(name: str, workflow: Workflow, value: Any, files: OpenFiles) -> dict[str, Any]:
    found = files.open(value if isinstance(value, str) else value["uri"])
    check_file(workflow.inputs[name], found.mime, name)
    return found.as_data()


def _documents(workflow: Workflow, store: Store) -> dict[str, Workflow]:
    """The documents of all subflows, and of theirs."""
    found: dict[str, Workflow] = {}
    waiting = [workflow]
    while waiting:
        for node in walk(waiting.pop().nodes):
            if isinstance(node, SubflowNode) and node.document not in found:
                found[node.document] = load(store, node.document)
                waiting.append(found[node.document])
    return found


def lineage_of(store: Store, journey: str, job: str) -> str:
    """What links a job with those that it continues: here with a certain one."""
    number, _ = keys.parse_job_id(job)
    try:
        opening = claims.read_opening(store, journey, STAGE, number)
    except MissingObjectError:
        opening = None
    if opening is None or opening.job_id != job:
        raise InputError(f"There is no job {job} of {STAGE} in the journey {journey} to continue.")
    return str(opening.parameters["lineage"])


def find_lineage(
    store: Store, journey: str, workflow: str, edited: str | None = None, in_part: bool = False
) -> str:
    """What links a job with those that it continues: the document's latest job, if that did not
    complete, ran another version of the document than ``edited``, or is done anew ``in_part``;
    else nothing. Answers given once, and visits to the world outside, last as long."""
    numbers = claims.claimed_numbers(store, journey, STAGE).unread
    for number in reversed(numbers[-RECENT:]):
        opening = claims.read_opening(store, journey, STAGE, number)
        if opening.parameters.get("workflow") == workflow:
            places = Places.of(store)
            close_if_dead(places, opening)
            in_part = in_part or edited not in {None, opening.parameters["document"]}
            if in_part or record_of(places, opening).status in {"failed", "cancelled"}:
                return str(opening.parameters["lineage"])
            break
    return uuid4().hex
