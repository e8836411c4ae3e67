"""What the picture says of a node, and how much room text takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import east_asian_width

from stageline.workflow.document import (
    BranchNode,
    LoopNode,
    Node,
    NoteNode,
    SubflowNode,
    TaskNode,
    WaitNode,
)

# What XML cannot hold, and what turns the direction of text: a name must not rewrite others.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_NARROW = frozenset("iljtfrI.,:;|!'()[] ")
_BROAD = frozenset("mwMWQ@%—…")
MAX_TEXT = 2_000  # characters of any text that are looked at


def clean(text: str) -> str:
    """``text`` as one line that XML can hold."""
    return " ".join(_UNFIT.sub("\ufffd", text[:MAX_TEXT]).split())


def width(text: str, size: float) -> float:
    """About how many units ``text`` takes in a broad sans-serif font of this size."""
    return size * sum(map(_share, text))


def _share(character: str) -> float:
    if character in _NARROW:
        return 0.38
    if character in _BROAD:
        return 1.0
    if character.isascii():
        return 0.74 if character.isupper() else 0.63
    return 1.05 if east_asian_width(character) in "WF" else 0.7


def fit(text: str, size: float, room: float) -> str:
    """``text`` if there is room for it, else its beginning and an ellipsis."""
    if width(text, size) <= room:
        return text
    room -= size * 0.9
    for end, character in enumerate(text):
        room -= size * _share(character)
        if room < 0:
            return text[:end].rstrip() + "…"
    return text


def wrap(text: str, size: float, room: float, most: int) -> tuple[str, ...]:
    """``text`` in at most so many lines."""
    lines = [""]
    for word in clean(text).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
        if len(lines) > most:
            lines[most - 1] += " …"
            break
    return tuple(fit(line, size, room) for line in lines[:most])


def title_of(node: Node) -> str:
    return clean(node.title) or node.id


def about(node: Node) -> str:
    """What kind of node it is, in a few words; with its id where the title does not tell it."""
    words = _ABOUT[node.kind](node)
    return f"{node.id}: {words}" if clean(node.title) not in {"", node.id} else words


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _loop(node: LoopNode) -> str:
    rounds = f", {node.max_parallel} at a time" if node.max_parallel > 1 else ""
    most = f", at most {node.limit:,}" if node.limit else ""
    if node.is_over:
        return f"for each {node.as_} of {short(node.over)}{most}{rounds}"
    return f"until {clean(node.until or '')}{most}"


def _wait(node: WaitNode) -> str:
    if node.form is not None:
        return f"form, {_plural(len(node.form), 'field')}"
    if "seconds" in node.model_fields_set:
        return f"wait {short(node.seconds)} s"
    return f"wait until {short(node.until)}"


def short(value: Any) -> str:
    """A value of a document in a few words."""
    if isinstance(value, Mapping):
        known = [v for name, v in value.items() if name in {"ref", "expr"} and len(value) == 1]
        return clean(str(known[0])) if known else _plural(len(value), "value")
    return _plural(len(value), "item") if isinstance(value, list | tuple) else clean(str(value))


def _subflow(node: SubflowNode) -> str:
    return f"subflow {node.document[:8]}"


def _task(node: TaskNode) -> str:
    return node.tool


def _branch(node: BranchNode) -> str:
    return f"branch, {_plural(len(node.cases) + (node.default is not None), 'way')}"


def _note(_: NoteNode) -> str:
    return "note"


_ABOUT: Mapping[str, Callable[[Any], str]] = {
    "task": _task,
    "branch": _branch,
    "loop": _loop,
    "subflow": _subflow,
    "wait": _wait,
    "note": _note,
}
