"""Rules for all nodes: ids, control edges, and which rules each kind has besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stageline.keys import shown
from stageline.near import near
from stageline.workflow.branch_rules import check_branch
from stageline.workflow.checking import Checking, Site
from stageline.workflow.document import After, BranchNode
from stageline.workflow.findings import Path
from stageline.workflow.graph import sort
from stageline.workflow.loop_rules import check_loop
from stageline.workflow.subflow_rules import check_subflow
from stageline.workflow.survey import RESERVED, Level, Placed
from stageline.workflow.task_rules import check_task
from stageline.workflow.value_rules import check_expression
from stageline.workflow.wait_rules import check_wait

_KINDS: Mapping[str, Callable[[Checking, Placed, Any], None]] = {
    "task": check_task,
    "branch": check_branch,
    "loop": check_loop,
    "subflow": check_subflow,
    "wait": check_wait,
}


def check_node(c: Checking, placed: Placed) -> None:
    """Check one node, and note its edges."""
    node = placed.node
    if node.id in RESERVED:
        c.report("reserved_id", f"The name {shown(node.id)} is reserved.", (*placed.path, "id"),
                 "Call the node something else.", placed)  # fmt: skip
    if node.when is not None:
        check_expression(c, node.when, Site(placed.level, placed), (*placed.path, "when"))
    if isinstance(node, BranchNode):
        for number, case in enumerate(node.cases):
            path = (*placed.path, "cases", number, "when")
            check_expression(c, case.when, Site(placed.level, placed), path)
    for number, after in enumerate(node.after):
        _check_after(c, placed, after, (*placed.path, "after", number))
    rules = _KINDS.get(node.kind)
    if rules is not None:
        rules(c, placed, node)


def _check_after(c: Checking, placed: Placed, after: After, path: Path) -> None:
    source = c.survey.by_id.get(after.node)
    if source is None:
        if after.node not in c.outline.lost:
            c.report("unknown_node", f"There is no node {shown(after.node)}.", (*path, "node"),
                     lambda: near(after.node, c.survey.by_id), placed)  # fmt: skip
        return
    if source.level is not placed.level:
        c.report("other_level", f"The node {after.node} is not in the same graph.",
                 (*path, "node"), "Name a node beside this one, or the loop around it.",
                 placed)  # fmt: skip
        return
    if source.node.kind == "note":
        c.report("after_note", f"{after.node} is a note, which never runs.", (*path, "node"),
                 "Name a node that runs.", placed)  # fmt: skip
    _check_case(c, placed, after, source, path)
    if c.survey.by_id[placed.node.id] is placed:
        c.connect(source, placed.node.id)


def _check_case(c: Checking, placed: Placed, after: After, source: Placed, path: Path) -> None:
    branch = source.node
    if after.on != "case":
        if after.case is not None:
            c.report("bad_after", "'case' is given, but 'on' is not 'case'.", (*path, "case"),
                     "Add \"on\": \"case\".", placed)  # fmt: skip
    elif not isinstance(branch, BranchNode):
        c.report("bad_after", f"{after.node} is no branch, so it has no cases.", (*path, "on"),
                 "Use 'done' or 'failed'.", placed)  # fmt: skip
    elif after.case is None:
        hint = f'Add "case": one of {", ".join(sorted(_cases(branch))[:8])}.'
        c.report("missing_field", "'on' is 'case', but no case is named.", path, hint, placed)
    elif after.case not in _cases(branch):
        c.report("unknown_case", f"The branch {branch.id} has no case {shown(after.case)}.",
                 (*path, "case"), near(after.case, _cases(branch)), placed, after.case)  # fmt: skip


def _cases(branch: BranchNode) -> set[str]:
    names = {case.name for case in branch.cases}
    return names | {branch.default} if branch.default else names


# --- the graph -------------------------------------------------------------------------------


def check_ids(c: Checking) -> None:
    """Each id is there once in the whole document."""
    for placed in c.survey.again:
        name = placed.node.id
        c.report("duplicate_id", f"There is another node {shown(name)}.", (*placed.path, "id"),
                 "Ids are unique in the whole document, loops included.", placed)  # fmt: skip


def check_level(c: Checking, level: Level) -> None:
    """No node waits for itself in the end, and each has an edge."""
    by_id = c.survey.by_id
    nodes = {p.node.id: p for p in level.placed if by_id[p.node.id] is p}
    for cycle in sort(list(nodes), level.pairs)[1]:
        chain = " -> ".join([*cycle[:20], "..."] if len(cycle) > 20 else [*cycle, cycle[0]])
        c.report("cycle", f"Nodes wait for each other: {chain}.", nodes[cycle[0]].path,
                 "Take out one of these edges, or use a loop.", nodes[cycle[0]])  # fmt: skip
    running = [placed for placed in nodes.values() if placed.node.kind != "note"]
    for placed in running if len(running) > 1 else ():
        if placed.node.id not in c.connected:
            c.report("orphan_node", "The node has no edge to any other.", placed.path,
                     "Refer to another node, come 'after' one, or be an output.", placed,
                     severity="warning")  # fmt: skip
