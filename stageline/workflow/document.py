"""The document model ``workflow/1``: what a workflow is, as data.

Frozen pydantic models without unknown fields. They hold what one field can be wrong about by
itself; what two places have to agree on is checked by ``stageline.workflow.check``.

A *value* is JSON data in which ``{"ref": "node.port"}``, ``{"expr": "..."}``, ``{"literal": ...}``
and strings with ``${node.port}`` have a meaning (``stageline.workflow.values``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from stageline.errors import InputError
from stageline.keys import ID_PATTERN, shown

SCHEMA = "workflow/1"
MAX_ATTEMPTS, MAX_SECONDS, MAX_ITERATIONS, MAX_PARALLEL = 100, 31_536_000, 100_000, 256

Id: TypeAlias = Annotated[str, Field(pattern=f"^{ID_PATTERN}$")]
# A tool of ours is an id; an imported document names those of other systems as they do.
ToolName: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z@][A-Za-z0-9_.@/:-]{0,127}$")]
# What a workflow gives is a key for who reads it, and need not be an id: other systems have "1".
OutputName: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_ .-]{0,63}$")]
Text: TypeAlias = Annotated[str, Field(max_length=65_536)]
ExpressionText: TypeAlias = Annotated[str, Field(min_length=1, max_length=2_000)]
Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Seconds: TypeAlias = Annotated[float, Field(gt=0, le=MAX_SECONDS, allow_inf_nan=False)]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Value: TypeAlias = Any
TypeName: TypeAlias = Literal["string", "number", "integer", "boolean", "array", "object", "file"]
JsonNumber: TypeAlias = int | float


class Model(BaseModel):
    """What all parts share: frozen, no unknown fields, no conversion of types."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, validate_default=False
    )

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """What was given, and no defaults: for consoles."""
        return ((n, v) for n, v in super().__repr_args__() if n in self.model_fields_set)


class Input(Model):
    """A typed input of a workflow, or a field of a form. Required unless it has a default."""

    type: TypeName
    title: Text = ""
    description: Text = ""
    required: bool | None = None
    default: Value = None
    enum: Annotated[tuple[Value, ...], Field(strict=False, min_length=1)] | None = None
    pattern: Annotated[str, Field(max_length=500)] | None = None
    minimum: JsonNumber | None = None
    maximum: JsonNumber | None = None
    min_length: Count | None = None
    max_length: Count | None = None
    items: TypeName | None = None
    mime: Annotated[tuple[str, ...], Field(strict=False)] = ()

    @property
    def has_default(self) -> bool:
        return "default" in self.model_fields_set

    @property
    def is_required(self) -> bool:
        return not self.has_default if self.required is None else self.required


class After(Model):
    """A control edge: this node comes after ``node`` is done, has failed, or chose ``case``."""

    node: Id
    on: Literal["done", "failed", "case"] = "done"
    case: Id | None = None
    ui: Mapping[str, Any] = Field(default_factory=dict)


class Retry(Model):
    """How often a node is tried, and the pauses between: ``delay * backoff ** k`` seconds, each
    longer by a random share of up to ``jitter``."""

    attempts: Annotated[int, Field(ge=1, le=MAX_ATTEMPTS)] = 3
    delay: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] = 1.0
    backoff: Annotated[float, Field(ge=1, le=10, allow_inf_nan=False)] = 2.0
    jitter: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.5


class Case(Model):
    """One way out of a branch."""

    name: Id
    when: ExpressionText


class NodeBase(Model):
    """What every node has.

    ``join`` says when a node runs whose sources did not all complete: ``all`` needs every edge
    alive, ``any`` one of them, ``always`` none. ``on_error`` says what a failure means: ``fail``
    (the job fails, unless a node comes ``after`` the failure), ``ignore`` (what needs the node
    is skipped), ``continue`` (the node counts as done, its outputs are null). ``cache`` says
    whether a result of an earlier job is taken; unless it says, that of a tool that does not look
    outside is.
    """

    id: Id
    title: Text = ""
    when: ExpressionText | None = None
    after: Annotated[tuple[After, ...], Field(strict=False)] = ()
    join: Literal["all", "any", "always"] = "all"
    retry: Retry | None = None
    timeout: Seconds | None = None
    cache: bool | None = None
    on_error: Literal["fail", "ignore", "continue"] = "fail"
    ui: Mapping[str, Any] = Field(default_factory=dict)


class TaskNode(NodeBase):
    """Calls a tool. ``parameters`` gives its input ports and its configuration."""

    kind: Literal["task"]
    tool: ToolName
    parameters: Mapping[Id, Value] = Field(default_factory=dict)


class BranchNode(NodeBase):
    """Chooses the first case whose expression is true, else ``default`` (if any).

    Output port: ``case``, the name of what was chosen (null if nothing was).
    """

    kind: Literal["branch"]
    cases: Annotated[tuple[Case, ...], Field(strict=False, min_length=1)]
    default: Id | None = None


class LoopNode(NodeBase):
    """Runs ``nodes`` for each item of ``over``, or until ``until`` holds, at most ``limit`` times.

    Inside, ``item`` (or the name ``as`` gives), ``index`` and ``state`` can be referred to.
    ``state`` begins as its values say and becomes ``next`` after each round; then ``until`` is
    evaluated. ``outputs`` is evaluated in each round. Output ports: the names of ``outputs``
    (over: the list of all rounds; until: the last round), those of ``state`` (the last), and
    ``count``, the number of rounds. ``max_parallel`` rounds run side by side (over, no state).
    """

    kind: Literal["loop"]
    over: Value = None
    until: ExpressionText | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_ITERATIONS)] | None = None
    max_parallel: Annotated[int, Field(ge=1, le=MAX_PARALLEL)] = 1
    as_: Id = Field(default="item", alias="as")
    state: Mapping[Id, Value] = Field(default_factory=dict)
    next: Mapping[Id, Value] = Field(default_factory=dict)
    outputs: Mapping[Id, Value] = Field(default_factory=dict)
    nodes: Annotated[tuple[Node, ...], Field(strict=False)] = ()

    @property
    def is_over(self) -> bool:
        return "over" in self.model_fields_set


class SubflowNode(NodeBase):
    """Runs another document, named by the sha256 of its canonical form. Its outputs are ports."""

    kind: Literal["subflow"]
    document: Digest
    inputs: Mapping[Id, Value] = Field(default_factory=dict)


class WaitNode(NodeBase):
    """Waits some ``seconds``, ``until`` a time (ISO 8601 with zone), or for a ``form``.

    Output ports: the fields of the form; else ``until``, the time waited for.
    """

    kind: Literal["wait"]
    seconds: Value = None
    until: Value = None
    form: Mapping[Id, Input] | None = None


class NoteNode(NodeBase):
    """A remark on the canvas; it never runs."""

    kind: Literal["note"]
    text: Text = ""


Node: TypeAlias = Annotated[
    TaskNode | BranchNode | LoopNode | SubflowNode | WaitNode | NoteNode,
    Field(discriminator="kind"),
]


class Workflow(Model):
    """A workflow document. ``id`` names it in queries, tags and schedules."""

    schema_: Literal["workflow/1"] = Field(alias="schema")
    id: Id = "workflow"
    title: Text = ""
    description: Text = ""
    inputs: Mapping[Id, Input] = Field(default_factory=dict)
    outputs: Mapping[OutputName, Value] = Field(default_factory=dict)
    nodes: Annotated[tuple[Node, ...], Field(strict=False)] = ()
    ui: Mapping[str, Any] = Field(default_factory=dict)

    def walk(self) -> Iterator[Node]:
        """All nodes, those inside loops behind their loop."""
        return walk(self.nodes)

    def __repr__(self) -> str:
        return f"<Workflow {self.about}>"

    def __str__(self) -> str:
        return repr(self)

    @property
    def about(self) -> str:
        """Its id and how many nodes of which kind it has, in a few words."""
        kinds = Counter(node.kind for node in self.walk())
        listed = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        return f"{self.id}, nodes: {listed or 'none'}"

    def _repr_svg_(self) -> str:
        """The picture that a notebook shows."""
        from stageline.workflow.drawing import draw  # noqa: PLC0415 - a picture is rarely wanted

        return draw(self)


def expect_workflow(given: object) -> Workflow:
    """``given``, if it is a ``Workflow``. ``InputError`` says what to hand in instead."""
    if isinstance(given, Workflow):
        return given
    raise InputError(f"{shown(given)} is no Workflow. Hand in check(...).require(), or the "
                     "workflow of an import.")  # fmt: skip


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """``nodes`` and what lies inside their loops, depth first."""
    for node in nodes:
        yield node
        if isinstance(node, LoopNode):
            yield from walk(node.nodes)


LoopNode.model_rebuild()
Workflow.model_rebuild()
