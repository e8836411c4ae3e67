"""What goes into a subgraph and what comes out: ComfyUI draws a panel for each side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stageline.workflow.canvas.draft import Canvas, Draft, values
from stageline.workflow.canvas.naming import Names, port_name
from stageline.workflow.canvas.terms import Raw, Ref
from stageline.workflow.canvas.tolerance import Data, canvas_ui, items, mapping, mappings, text

_TAKEN = ("count", "error")


@dataclass(frozen=True)
class Panel:
    """A node that hands on values. ``names`` are those of its slots, ``ports`` the same as ports
    are called here, each once."""

    draft: Draft
    names: list[str]
    ports: list[str]

    @property
    def given(self) -> dict[str, Any]:
        found: dict[str, Any] = self.draft.fields["parameters"]["values"]
        return found

    def port(self, slot: Any) -> str:
        return self.ports[slot] if has_place(self.ports, slot) else ""

    def port_of(self, node: Data, side: str, slot: Any) -> str:
        """The port that a slot of the node means which stands for the subgraph: that of the same
        name, else the one in the same place."""
        name = slot_name(node, side, slot)
        return self.ports[self.names.index(name)] if name in self.names else self.port(slot)

    def value(self, port: str) -> Ref | None:
        """What the panel hands on at a port, if anything is."""
        return Ref(self.draft.id, ("values", port)) if port in self.given else None

    def put(self, port: str, value: Ref | None) -> bool:
        """Hand on a value at a port where there is none yet; whether that could be done."""
        free = port != "" and self.given.get(port, Raw(None)) == Raw(None)
        if free and value is not None:
            self.given[port] = value
        return free and value is not None


def panel(canvas: Canvas, subgraph: Data, side: str, loop: Draft) -> Panel:
    """The panel on one ``side`` (``input``, ``output``) of a subgraph, as a node of its own."""
    place = mapping(subgraph.get(f"{side}Node"))
    box = items(place.get("bounding"))
    name = text(place.get("id")) or side
    ui = canvas_ui(f"{loop.source}:{name}", f"subgraph {side}s", box[:2], box[2:4])
    title = f"{side.title()}s of {loop.title}"
    draft = canvas.add(f"{loop.source}:{name}", title, "subgraph", ui)
    draft.container = loop.id
    names = [text(slot.get("name")) for slot in mappings(subgraph.get(f"{side}s"))]
    values(draft)
    draft.fields["parameters"]["values"] = {}
    return Panel(draft, names, _ports(names, side))


def _ports(names: list[str], side: str) -> list[str]:
    taken = Names()
    for name in _TAKEN:
        taken.take(name)
    found = []
    for name in names:
        port, free = port_name(name, side), taken.take(name, side)
        found.append(port if port.lower() == free else free)
    return found


def has_place(slots: list[Any], slot: Any) -> bool:
    return isinstance(slot, int) and not isinstance(slot, bool) and 0 <= slot < len(slots)


def slot_name(node: Data | None, side: str, slot: Any) -> str:
    """The name of an input or output, which links give by its place."""
    slots = items(mapping(node).get(side))
    name = text(mapping(slots[slot]).get("name")) if has_place(slots, slot) else ""
    return name or f"{side[:-1]}_{text(slot)}"
