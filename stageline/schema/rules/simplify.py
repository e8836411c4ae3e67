"""Equal conditions in fewer words: negations pushed inwards, equalities collected."""

from __future__ import annotations

from stageline.schema.rules.predicate import Node

_INVERSE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRROR = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_TOGGLED = frozenset(
    {"in", "between", "null", "like", "glob", "regex", "contains", "starts", "exists"}
)
CONSTANTS = frozenset({"string", "number"})


def negate(node: Node) -> Node:
    """The opposite of a condition, without a NOT where a word for it exists."""
    if node.kind == "not":
        return node.items[0]
    if node.kind == "compare":
        return Node("compare", _INVERSE[node.value], node.items)
    if node.kind in _TOGGLED or node.kind == "truth":
        return Node(node.kind, node.value, node.items, not node.negated)
    if node.kind == "or":
        return Node("and", items=tuple(negate(item) for item in node.items))
    if node.kind == "name":
        return Node("truth", "TRUE", (node,), negated=True)
    return Node("not", items=(node,))


def simplify(node: Node) -> Node:
    """Flatten nested AND and OR, resolve NOT, and make ``x = 1 OR x = 2`` a list."""
    if node.kind == "not":
        inner = simplify(node.items[0])
        opposite = negate(inner)
        return opposite if opposite.kind != "not" else Node("not", items=(inner,))
    if node.kind == "compare" and node.items[0].kind in CONSTANTS:
        left, right = node.items
        if right.kind not in CONSTANTS:
            return Node("compare", _MIRROR[node.value], (right, left))
    if node.kind not in {"and", "or"}:
        return node
    items: list[Node] = []
    for item in map(simplify, node.items):
        items.extend(item.items if item.kind == node.kind else (item,))
    merged = _collect(items) if node.kind == "or" else items
    return merged[0] if len(merged) == 1 else Node(node.kind, items=tuple(merged))


def _collect(items: list[Node]) -> list[Node]:
    """Equalities of one subject become one IN, at the place of the first."""
    lists: dict[Node, list[Node]] = {}
    order: list[Node | None] = []
    for item in items:
        equal = item.kind == "compare" and item.value == "=" and item.items[1].kind in CONSTANTS
        listed = item.kind == "in" and not item.negated
        subject = item.items[0] if equal or listed else None
        if subject is None:
            order.append(item)
            continue
        if subject not in lists:
            order.append(None)
        lists.setdefault(subject, []).extend(item.items[1:])
    subjects = iter(lists.items())
    merged = []
    for entry in order:
        if entry is None:
            subject, values = next(subjects)
            merged.append(Node("in", items=(subject, *dict.fromkeys(values))))
        else:
            merged.append(entry)
    return merged


def conjuncts(node: Node) -> tuple[Node, ...]:
    return node.items if node.kind == "and" else (node,)


def given_together(node: Node) -> tuple[Node, ...]:
    """The subjects of ``(a IS NULL) = (b IS NULL)`` or of both NULL or both not; else nothing."""
    if node.kind == "compare" and node.value == "=":
        if all(item.kind == "null" and not item.negated for item in node.items):
            return tuple(item.items[0] for item in node.items)
        return ()
    if node.kind != "or" or len(node.items) != 2:
        return ()
    sides = [conjuncts(item) for item in node.items]
    if not all(item.kind == "null" for side in sides for item in side):
        return ()
    uniform = all(len({item.negated for item in side}) == 1 for side in sides)
    opposite = sides[0][0].negated != sides[1][0].negated
    subjects = [{item.items[0] for item in side} for side in sides]
    same = subjects[0] == subjects[1] and len(subjects[0]) > 1
    return tuple(item.items[0] for item in sides[0]) if uniform and opposite and same else ()


def names_in(node: Node) -> tuple[str, ...]:
    """The names that a condition mentions, each once, in order."""
    found: dict[str, None] = {}
    open_nodes = [node]
    while open_nodes:
        current = open_nodes.pop()
        if current.kind == "name":
            found.setdefault(current.value)
        open_nodes.extend(reversed(current.items))
    return tuple(found)
