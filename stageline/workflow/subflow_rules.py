"""Rules for subflows: the document is there, is correct itself, and takes what it is given."""

from __future__ import annotations

from stageline.keys import shown
from stageline.near import near
from stageline.workflow.checking import Checking, Site
from stageline.workflow.document import SubflowNode, Workflow
from stageline.workflow.findings import Place
from stageline.workflow.input_types import misfit
from stageline.workflow.port_types import fits
from stageline.workflow.survey import Placed
from stageline.workflow.value_rules import OTHER_TYPE, Kind, check_value, literal_of


def check_subflow(c: Checking, placed: Placed, node: SubflowNode) -> None:
    """Check the inputs of a subflow against its document, where that can be looked into."""
    site, around = Site(placed.level, placed), (*placed.path, "inputs")
    kinds = {n: check_value(c, v, site, (*around, n)) for n, v in node.inputs.items()}
    inner = c.documents.get(node.document)
    if inner is None:
        return
    for name, kind in kinds.items():
        if name in inner.inputs:
            _check_kind(c, placed, node, name, kind, inner)
        else:
            c.report(
                "unknown_parameter",
                f"The document {inner.id} has no input {shown(name)}.",
                Place((*around, name), is_key=True),
                near(name, inner.inputs),
                placed,
                name,
            )
    for name, spec in inner.inputs.items():
        if spec.is_required and name not in kinds:
            c.report("missing_parameter", f"The document {inner.id} needs the input {name}.",
                     around, f"Add it; its type is {spec.type}.", placed, name)  # fmt: skip


def _check_kind(
    c: Checking, placed: Placed, node: SubflowNode, name: str, kind: Kind, inner: Workflow
) -> None:
    spec, path = inner.inputs[name], (*placed.path, "inputs", name)
    if not fits(kind.type, spec.type, nullable=not spec.is_required):
        message = f"The input {name} takes {spec.type}, not {kind.type}."
        c.report("type_mismatch", message, path, OTHER_TYPE, placed, name)
        return
    value = literal_of(node.inputs[name]) if kind.is_literal else None
    if value is not None and (why := misfit(spec, value)):
        hint = f"Give a value that fits the inputs of {inner.id}."
        c.report("bad_parameter", f"{name}: {why}.", path, hint, placed, name)
