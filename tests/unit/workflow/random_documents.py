"""Random valid documents for property tests: a hypothesis strategy, all kinds of nodes.

They use the tools ``set_values`` and ``fail``, and ``echo`` (one required port, handed on).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from stageline.workflow import check, digest_of

INPUTS: dict[str, Any] = {
    "n": {"type": "integer", "default": 2},
    "flag": {"type": "boolean", "default": True},
    "items": {"type": "array", "default": [1, "two", None, 4]},
}
INNER_INPUTS: dict[str, Any] = {
    "x": {"type": "integer"},
    "y": {"type": "integer", "default": 7},
}
Made = tuple[dict[str, Any], tuple[str, ...]]
CONSTANTS = st.sampled_from([0, 1, -3, "a", "", True, None, [], [1, 2], {"k": [5]}])


@dataclass
class Document:
    """A document, the inner documents that it names by digest, and inputs to give it."""

    body: dict[str, Any]
    inner: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sight:
    """What a node can refer to: paths, and of these those that are numbers."""

    paths: tuple[str, ...]
    numbers: tuple[str, ...]
    conditions: tuple[str, ...]

    def with_node(self, node: dict[str, Any], ports: tuple[str, ...]) -> Sight:
        name = node["id"]
        own = tuple(f"{name}.{port}" for port in (*ports, "error.category"))
        return replace(
            self,
            paths=(*self.paths, *own, *own),  # nodes rather than inputs
            conditions=(*self.conditions, *_conditions(name, node, ports)),
        )


def _conditions(name: str, node: dict[str, Any], ports: tuple[str, ...]) -> tuple[str, ...]:
    found = [f"{name}.error is None", f"{name}.error is not None"]
    if node["kind"] == "branch":
        found += [f'{name}.case == "{case["name"]}"' for case in node["cases"]]
    found += [f"{name}.{port} is not None" for port in ports]
    return tuple(found)


class Maker:
    """Draws the parts of one document; ids count up, so they are unique in it."""

    def __init__(self, draw: Any, inner: dict[str, Any], deepest: int) -> None:
        self.draw, self.inner, self.deepest, self.count = draw, inner, deepest, 0

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def chance(self, of: int) -> bool:
        return self.draw(st.integers(1, of)) == of

    # --- values ---

    def value(self, sight: Sight) -> Any:
        kind = self.pick("crrrrtel")
        if kind == "c":
            return self.draw(CONSTANTS)
        if kind == "r":
            return {"ref": self.pick(sight.paths)}
        if kind == "t":
            return f"<${{{self.pick(sight.paths)}}}> $${{"
        if kind == "l":
            return {"literal": {"ref": "nothing.at.all"}}
        return {"expr": self.pick([self.number(sight), self.condition(sight)])}

    def any_of(self, sight: Sight, default: Any) -> Any:
        """A reference whose type is known only when it runs."""
        untyped = [path for path in sight.paths if path.endswith((".value", ".a", ".o", ".s"))]
        return {"ref": self.pick(untyped)} if untyped else {"literal": default}

    def number(self, sight: Sight) -> str:
        return f"{self.pick(sight.numbers)} + {self.draw(st.integers(0, 3))}"

    def condition(self, sight: Sight) -> str:
        bound = self.draw(st.integers(0, 3))
        compared = f"{self.pick(sight.numbers)} {self.pick(['<', '>=', '=='])} {bound}"
        plain = self.pick([compared, "inputs.flag", *sight.conditions])
        other = self.pick([plain, f"not ({plain})", f"{plain} and {compared}"])
        return str(other)

    # --- nodes ---

    def level(self, sight: Sight, depth: int, most: int) -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = []
        for _ in range(self.draw(st.integers(1, most))):
            node, ports = self.node(sight, depth)
            self.decorate(node, nodes, sight)
            nodes.append(node)
            sight = sight.with_node(node, ports)
        return nodes

    def node(self, sight: Sight, depth: int) -> Made:
        self.count += 1
        name = f"n{self.count}"
        kinds = ["task"] * 5 + ["branch"] + ["wait"] + ["loop"] * 2 * (depth < self.deepest)
        kind = self.pick(kinds + ["subflow"] * bool(self.inner))
        return getattr(self, f"make_{kind}")(name, sight, depth)  # type: ignore[no-any-return]

    def decorate(self, node: dict[str, Any], before: list[dict[str, Any]], sight: Sight) -> None:
        if self.chance(4):
            node["when"] = self.condition(sight)
        if before and self.chance(2):
            node["after"] = [self.after(self.pick(before)) for _ in range(self.pick([1, 1, 2]))]
        if self.chance(3):
            node["join"] = self.pick(["any", "always", "all"])
        if self.chance(2):
            node["on_error"] = self.pick(["ignore", "continue", "fail"])

    def after(self, source: dict[str, Any]) -> dict[str, Any]:
        on = ["done", "failed"] + ["case"] * 3 * (source["kind"] == "branch")
        made = {"node": source["id"], "on": self.pick(on)}
        if made["on"] == "case":
            default = [source["default"]] if source.get("default") else []
            made["case"] = self.pick([case["name"] for case in source["cases"]] + default)
        return made

    def make_task(self, name: str, sight: Sight, _: int) -> Made:
        tool = self.pick(["echo", "echo", "set_values", "set_values", "fail"])
        node: dict[str, Any] = {"id": name, "kind": "task", "tool": tool}
        if tool == "echo":
            node["parameters"] = {"value": self.value(sight)}
            return node, ("value",)
        if tool == "set_values":
            node["parameters"] = {"values": {"a": self.value(sight), "b": self.value(sight)}}
            if self.chance(3):
                node["parameters"]["onto"] = self.any_of(sight, {})
            return node, ("values", *self.pick([("values.a",), (), ("values.c",)]))
        return node, ()

    def make_branch(self, name: str, sight: Sight, _: int) -> Made:
        cases = [{"name": case, "when": self.condition(sight)}
                 for case in self.pick([["left"], ["left", "right"]])]  # fmt: skip
        node: dict[str, Any] = {"id": name, "kind": "branch", "cases": cases}
        if self.chance(2):
            node["default"] = "other"
        return node, ("case",)

    def make_wait(self, name: str, sight: Sight, _: int) -> Made:
        seconds = self.pick([0.001, 0.001, {"expr": f"0 * {self.pick(sight.numbers)}"}])
        return {"id": name, "kind": "wait", "seconds": seconds}, ()

    def make_subflow(self, name: str, sight: Sight, _: int) -> Made:
        digest = self.pick(sorted(self.inner))
        number = {"expr": self.number(sight)}
        given = {"x": self.pick([1, number, self.any_of(sight, 5)])}
        if self.chance(2):
            given["y"] = self.pick([2, number, self.any_of(sight, 6)])
        node = {"id": name, "kind": "subflow", "document": digest, "inputs": given}
        return node, tuple(self.inner[digest]["outputs"])

    def make_loop(self, name: str, sight: Sight, depth: int) -> Made:
        node: dict[str, Any] = {"id": name, "kind": "loop"}
        is_over, has_state = self.chance(2), self.chance(2)
        paths, numbers = ["index"], ["index"]
        if is_over:
            lists = [{"ref": "inputs.items"}, [3, 1], [], {"expr": "[inputs.n, 5]"}]
            node["over"] = self.pick([*lists, self.any_of(sight, [0])])
            node["as"] = self.pick(["item", f"it{self.count}"])
            paths.append(node["as"])
            if self.chance(3):
                node["limit"] = self.draw(st.integers(1, 3))
        else:
            node["limit"] = self.draw(st.integers(1, 4))
        if has_state:
            node["state"] = {"s": self.pick([0, {"ref": "inputs.n"}])}
            paths.append("state.s")
            numbers.append("state.s")
        elif is_over and self.chance(2):
            node["max_parallel"] = 3
        without = tuple(p for p in sight.paths if not p.startswith(("state.", "item")))
        inside = Sight(
            (*without, *paths),
            (*(n for n in sight.numbers if not n.startswith("state.")), *numbers),
            sight.conditions,
        )
        node["nodes"] = self.level(inside, depth + 1, 3)
        for inner in node["nodes"]:
            inside = inside.with_node(inner, self.shallow_ports(inner))
        self.finish_loop(node, inside, has_state)
        return node, (*node["outputs"], *node.get("state", {}), "count")

    def finish_loop(self, node: dict[str, Any], inside: Sight, has_state: bool) -> None:
        node["outputs"] = {"out": self.value(inside)}
        if has_state:
            node["next"] = {"s": {"expr": self.number(inside)}}
        if "over" not in node:
            node["until"] = self.condition(inside)

    def shallow_ports(self, node: dict[str, Any]) -> tuple[str, ...]:
        if node["kind"] == "task":
            return {"echo": ("value",), "set_values": ("values",), "fail": ()}[node["tool"]]  # type: ignore[return-value]
        return {"branch": ("case",), "loop": ("count",)}.get(node["kind"], ())  # type: ignore[return-value]


TOP = Sight(("inputs.n", "inputs.items", "inputs.items[1]"), ("inputs.n",), ())
INSIDE = Sight(("inputs.x", "inputs.y"), ("inputs.x", "inputs.y"), ("inputs.x > 1",))


@st.composite
def documents(draw: Any, most: int = 6, deepest: int = 2) -> Document:
    """A document that ``check`` finds nothing wrong with."""
    inner: dict[str, Any] = {}
    if draw(st.booleans()):
        body = _body(Maker(draw, {}, 1), INSIDE, 3, INNER_INPUTS)
        body["outputs"] = {"o": body["outputs"]["o0"]}
        checked = check(body)
        if checked.workflow:
            inner[digest_of(checked.workflow)] = body
    maker = Maker(draw, inner, deepest)
    body = _body(maker, TOP, most, INPUTS)
    given = draw(st.sampled_from([{}, {"n": 0}, {"flag": False, "items": []}, {"items": [[1], 2]}]))
    return Document(body, inner, given)


def _body(maker: Maker, sight: Sight, most: int, inputs: dict[str, Any]) -> dict[str, Any]:
    for name in ("flag",) if "flag" in inputs else ():
        sight = replace(sight, conditions=(*sight.conditions, f"inputs.{name}"))
    nodes = maker.level(sight, 0, most)
    for node in nodes:
        sight = sight.with_node(node, maker.shallow_ports(node))
    outputs = {f"o{number}": maker.value(sight) for number in range(3)}
    return {"schema": "workflow/1", "id": "random", "inputs": inputs, "outputs": outputs,
            "nodes": nodes}  # fmt: skip


def problems_of(document: Document) -> list[str]:
    """What ``check`` says against a document (errors only)."""
    found = check(document.body, document.inner).problems
    return [f"{p.code} {p}" for p in found if p.severity == "error"]
