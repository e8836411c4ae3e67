"""YAML text as data: the core schema of YAML 1.2, without what can surprise.

``on``, ``no``, dates and ``1:30`` are text, names are always text. Aliases, anchors, tags and
merge keys are refused: they let a small text stand for a huge value, or for code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from stageline.keys import shown
from stageline.workflow.findings import MAX_DEPTH, MAX_FOUND, Finding, Path, Place, UnreadableError
from stageline.workflow.plain import BadNumber, decimal, integer, tidy

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_WORDS: Mapping[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_DROPPED = "\0dropped"
"""In place of a name whose value is not kept. No text can hold it: NUL is refused before."""
_NUMERIC = frozenset("0123456789+-.")


def resolve(text: str) -> Any:
    """The value of a plain scalar; ``BadNumber`` for a number that cannot be held."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if _INTEGER.fullmatch(text):
        return integer(text)
    if _FLOAT.fullmatch(text):
        return decimal(text)
    if _BASED.fullmatch(text):
        return integer(str(int(text, 0))) if len(text) <= 24 else BadNumber(text)
    return BadNumber(text) if _NOT_FINITE.fullmatch(text) else text


def read_yaml(text: str) -> tuple[Any, list[Finding]]:
    """The data in ``text`` and what is wrong with it. Raises ``UnreadableError``."""
    building = _Building()
    _feed(text, building)
    if building.has_odd_numbers:
        data, more = tidy(building.data)
        return data, building.findings + more
    return building.data, building.findings


def _feed(text: str, building: _Building) -> None:
    handle = building.handle
    try:
        for event in yaml.parse(text, Loader=_Loader):
            handle(event)
    except UnreadableError:
        raise
    except yaml.MarkedYAMLError as error:
        raise UnreadableError(_syntax(error)) from None
    except yaml.reader.ReaderError:
        raise UnreadableError(_character(text)) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        message = f"This is not YAML: {shown(str(error))}."
        finding = Finding("yaml_syntax", message, Place(), "Write it otherwise, or as JSON.")
        raise UnreadableError(finding) from None


def _syntax(error: yaml.MarkedYAMLError) -> Finding:
    mark = error.problem_mark or error.context_mark
    what = ", ".join(part for part in (error.context, error.problem) if part)
    return Finding(
        "yaml_syntax",
        f"This is not YAML: {what}.",
        Place(offset=mark.index if mark else None),
        "Check the indentation (spaces, no tabs), and quote text that holds ': ' or begins with "
        "a sign such as *, &, !, %, @ or [.",
    )


def _character(text: str) -> Finding:
    found = _CONTROL.search(text)
    name = f"U+{ord(found[0]):04X}" if found else "a character"
    return Finding("bad_character", f"YAML does not allow {name}.",
                   Place(offset=found.start() if found else None), "Take it out.")  # fmt: skip


class _Frame:
    """A list or mapping that is being read. ``name`` waits for its value; ``path`` is ``None``
    where no position is wanted."""

    __slots__ = ("at", "name", "path", "value")

    def __init__(self, value: Any, path: Path | None, at: int) -> None:
        self.value = value
        self.path = path
        self.name: str | None = None
        self.at = at


class _Building:
    """Builds data from the parser's events, without recursion.

    It also notes where the names and values at the paths in ``wanted`` begin. With a path, all
    that it leads through is wanted too.
    """

    def __init__(self, wanted: frozenset[Path] = frozenset()) -> None:
        self.data: Any = None
        self.findings: list[Finding] = []
        self.has_odd_numbers = False
        self.positions: dict[Path, tuple[int, int]] = {}
        self._wanted = wanted
        self._frames: list[_Frame] = []
        self._documents = 0

    def handle(self, event: Any) -> None:
        handler = _HANDLERS.get(type(event))
        if handler is not None and self._documents <= 1:
            handler(self, event)

    def document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._add("yaml_documents", "There is more than one document in this text.", event,
                      "Keep what stands before '---'.")  # fmt: skip

    def scalar(self, event: Any) -> None:
        text = event.value
        frame = self._frames[-1] if self._frames else None
        if frame is not None and type(frame.value) is dict and frame.name is None:
            self._name(frame, text, event)
            return
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        value = resolve(text) if event.implicit[0] else text
        if type(value) is BadNumber or "\0" in text:
            self.has_odd_numbers = True
        self._put(frame, value, event)

    def alias(self, event: Any) -> None:
        self._add("yaml_alias", f"The alias *{event.anchor} is not allowed.", event,
                  "Write the value out, or refer to a node.")  # fmt: skip
        frame = self._frames[-1] if self._frames else None
        if frame is not None and type(frame.value) is dict:
            # The value is left out; as a name, it leaves its value out.
            frame.name = _DROPPED if frame.name is None else None

    def sequence(self, event: Any) -> None:
        self._open([], event)

    def mapping(self, event: Any) -> None:
        self._open({}, event)

    def end(self, _: Any) -> None:
        self._frames.pop()

    def _open(self, value: Any, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if len(self._frames) >= MAX_DEPTH:
            raise UnreadableError.too_deep(event.start_mark.index)
        path = self._value(value, event)
        self._frames.append(_Frame(value, path, event.start_mark.index))

    def _value(self, value: Any, event: Any) -> Path | None:
        """Put a value that is no scalar where it belongs; gives its path."""
        frame = self._frames[-1] if self._frames else None
        if frame is not None and type(frame.value) is dict and frame.name is None:
            self._add("bad_key", "The name of a field is no text.", event, "Names are text.")
            frame.name = _DROPPED
            return None
        return self._put(frame, value, event)

    def _put(self, frame: _Frame | None, value: Any, event: Any) -> Path | None:
        if frame is None:
            self.data = value
            self.positions[()] = (event.start_mark.index,) * 2
            return () if self._wanted else None
        container = frame.value
        if type(container) is dict:
            step: Any = frame.name
            if step is not _DROPPED:
                container[step] = value
            frame.name = None
        else:
            step = len(container)
            container.append(value)
        return None if frame.path is None else self._note(frame, frame.path, step, event)

    def _note(self, frame: _Frame, around: Path, step: str | int, event: Any) -> Path | None:
        path = (*around, step)
        if path not in self._wanted:
            return None
        at = event.start_mark.index
        self.positions[path] = (frame.at if isinstance(step, str) else at, at)
        return path

    def _name(self, frame: _Frame, text: str, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if text == "<<" and event.implicit[0]:
            self._add("yaml_merge_key", "The merge key << is not allowed.", event,
                      "Write the fields out.")  # fmt: skip
            text = _DROPPED
        elif text in frame.value:
            self._add("duplicate_key", f"The name {shown(text)} stands more than once here.",
                      event, "Keep one of them.")  # fmt: skip
        frame.name = text
        frame.at = event.start_mark.index

    def _decorated(self, event: Any) -> None:
        if event.anchor is not None:
            self._add("yaml_anchor", f"The anchor &{event.anchor} is not allowed.", event,
                      "Take it out; values are written where they are used.")  # fmt: skip
        if event.tag is not None:
            self._add("yaml_tag", f"The tag {shown(event.tag)} is not allowed.", event,
                      "Take it out; put text that looks like a number into quotes.")  # fmt: skip

    def _add(self, code: str, message: str, event: Any, hint: str) -> None:
        if len(self.findings) < MAX_FOUND:
            place = Place(offset=event.start_mark.index)
            self.findings.append(Finding(code, message, place, hint))


_HANDLERS: Mapping[type, Callable[[_Building, Any], None]] = {
    yaml.DocumentStartEvent: _Building.document,
    yaml.ScalarEvent: _Building.scalar,
    yaml.AliasEvent: _Building.alias,
    yaml.SequenceStartEvent: _Building.sequence,
    yaml.MappingStartEvent: _Building.mapping,
    yaml.SequenceEndEvent: _Building.end,
    yaml.MappingEndEvent: _Building.end,
}


class YamlPositions:
    """Offsets of the ``wanted`` names and values in readable YAML: the text is read once more
    for them."""

    def __init__(self, text: str, wanted: frozenset[Path]) -> None:
        building = _Building(wanted | {()})
        _feed(text, building)
        self._offsets = building.positions

    def find(self, path: Path, is_key: bool = False) -> int | None:
        """Where the value (or its name) at ``path`` begins; ``None`` if it is not there."""
        found = self._offsets.get(path)
        return found[0 if is_key else 1] if found else None
