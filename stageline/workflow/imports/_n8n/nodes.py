"""What each node of n8n becomes."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from stageline.workflow.canvas.draft import Draft, Wire, branch, note, task, unknown, values
from stageline.workflow.canvas.naming import Names
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import Raw, Ref, first_of
from stageline.workflow.canvas.tolerance import (
    Data,
    mapping,
    mappings,
    number,
    text,
    whole,
)
from stageline.workflow.imports._n8n.conditions import conditions, old_conditions, test
from stageline.workflow.imports._n8n.items import LOOP, TRIGGERS, Items, loop_port
from stageline.workflow.imports._n8n.requests import data_of, http

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
_SHELL = frozenset("|&;<>()$`\\\"'*?[]#~=%!{}\n\r")


def node(found: Items, draft: Draft, given: Data) -> None:
    """Give a draft its kind and fields."""
    parameters = given.get("parameters")
    kind = found.kind(draft)
    maker = "off" if given.get("disabled") is True and kind != "stickyNote" else kind
    draft_type = _MAKERS.get(maker) or (_trigger if maker in TRIGGERS else None)
    if draft_type is None or not draft_type(found, draft, mapping(parameters)):
        unknown(draft, parameters)
    else:
        draft.ui.setdefault("data", {})["parameters"] = parameters
        if draft.kind == "task" and not draft.unknown:
            spare = Draft(draft.id, draft.source, draft.title, draft.type, draft.place)
            unknown(spare, parameters)
            draft.otherwise = spare.fields
    if draft.kind == "task":
        draft.fields.update(_policy(given))


def _policy(given: Data) -> dict[str, Any]:
    """Retries, and what a failure means."""
    found: dict[str, Any] = {}
    if given.get("retryOnFail") is True:
        pause = number(given.get("waitBetweenTries"))
        found["retry"] = {"attempts": whole(given.get("maxTries"), 1, 100) or 3, "backoff": 1.0,
                          "delay": min(max(pause if pause is not None else 1_000, 0), 86_400_000)
                          / 1_000, "jitter": 0.0}  # fmt: skip
    goes_on = given.get("continueOnFail") is True
    if goes_on or text(given.get("onError")) == "continueRegularOutput":
        found["on_error"] = "continue"
    return found


def wire(found: Items, drawn: Wire) -> Wire:
    """A wire from an output of a branch belongs to a case, one from an error output to a
    failure."""
    source = found.canvas.find(drawn.source)
    if source is None or not drawn.source_port.startswith("main:"):
        return drawn
    output = int(drawn.source_port.removeprefix("main:"))
    if source.kind == "branch":
        names = [name for name, _ in source.fields["cases"]]
        names += [source.fields["default"]] if source.fields["default"] else []
        return replace(drawn, kind="case", case=names[output]) if output < len(names) else drawn
    caught = text(found.node(source).get("onError")) == "continueErrorOutput"
    return replace(drawn, kind="failed") if caught and output == 1 else drawn


# --- makers: each says whether it could make something of the node


def _note(_found: Items, draft: Draft, parameters: Data) -> bool:
    note(draft, text(parameters.get("content")))
    return True


def _trigger(found: Items, draft: Draft, _parameters: Data) -> bool:
    """A start: what the event brings is an input."""
    found.canvas.inputs[draft.id] = {
        "type": "object", "title": draft.title[:1_000], "default": {},
        "description": "What the trigger of this name hands over.",
    }  # fmt: skip
    values(draft, None, onto=Ref("inputs", (draft.id,)))
    return True


def _off(found: Items, draft: Draft, _parameters: Data) -> bool:
    """Switched off: n8n passes items by it."""
    found.canvas.warn("disabled_node", "This node is switched off; it does nothing here.",
                      "Take it out, or import it switched on.", draft.id)  # fmt: skip
    values(draft)
    return True


def _pass(_found: Items, draft: Draft, parameters: Data) -> bool:
    """No Operation. Some exports call other nodes so; their parameters then say that they did
    something."""
    if parameters:
        return False
    values(draft)
    return True


def _merge(_found: Items, draft: Draft, _parameters: Data) -> bool:
    draft.join = "any"
    values(draft)
    return True


def _if(found: Items, draft: Draft, parameters: Data) -> bool:
    return _two_ways(found, draft, parameters, ("true", "false"))


def _filter(found: Items, draft: Draft, parameters: Data) -> bool:
    return _two_ways(found, draft, parameters, ("kept", "discarded"))


def _two_ways(found: Items, draft: Draft, parameters: Data, names: tuple[str, str]) -> bool:
    when = _tried(found, draft, lambda: old_conditions(found, draft, parameters))
    branch(draft, [(names[0], when)], names[1])
    return True


def _tried(found: Items, draft: Draft, make: Callable[[], Any]) -> Any:
    """A condition, or ``False`` with a warning."""
    try:
        return make()
    except UntranslatedError as error:
        found.lost(draft, error)
        return "False"


def _switch(found: Items, draft: Draft, parameters: Data) -> bool:
    rules = mapping(parameters.get("rules"))
    entries = mappings(rules.get("values")) or mappings(rules.get("rules"))
    names = Names()
    cases: list[tuple[str, Any]] = []
    for entry in entries:
        label = text(entry.get("outputKey")) or f"output {len(cases)}"
        when = _tried(found, draft, partial(_rule, found, draft, parameters, entry))
        cases.append((names.take(label), when))
    if not cases:
        return False
    options = mapping(parameters.get("options"))
    branch(draft, cases, names.take(text(options.get("renameFallbackOutput")) or "otherwise"))
    return True


def _rule(found: Items, draft: Draft, parameters: Data, entry: Data) -> Any:
    if "conditions" in entry:
        return conditions(found, draft, entry["conditions"])
    kind = text(parameters.get("dataType")) or "number"
    operation = text(entry.get("operation")) or "equal"
    return test(found, draft, (parameters.get("value1"), entry.get("value2")), operation, kind)


def _set(found: Items, draft: Draft, parameters: Data) -> bool:
    """Edit Fields: values by name, over those that come in."""
    if text(parameters.get("mode")) == "raw":
        return _written(found, draft, parameters)
    given: dict[str, Any] = {}
    lost = None
    for name, value in _assignments(parameters):
        try:
            given[name] = found.value(draft, value)
        except UntranslatedError as error:
            lost = error
            given[name] = Raw(value)
    if lost is not None:
        found.lost(draft, lost)
    values(draft, given, **_kept(found, draft, parameters))
    return True


def _written(found: Items, draft: Draft, parameters: Data) -> bool:
    """Edit Fields, its values written as one text of JSON."""
    try:
        given = data_of(found, draft, text(parameters.get("jsonOutput")))
    except UntranslatedError as error:
        found.lost(draft, error)
        return False
    if not isinstance(given, dict):
        return False
    values(draft, given, **_kept(found, draft, parameters))
    return True


def _kept(found: Items, draft: Draft, parameters: Data) -> dict[str, Any]:
    """Whether the fields that come in are handed on, too."""
    old = "values" in parameters and parameters.get("keepOnlySet") is not True
    more = "fields" in parameters and text(parameters.get("include")) in {"", "all"}
    if not (old or more or parameters.get("includeOtherFields") is True):
        return {}
    try:
        ref = first_of(found.arriving(draft))
    except UntranslatedError:
        return {}
    return {"onto": ref}


def _assignments(parameters: Data) -> list[tuple[str, Any]]:
    """The names and values in each of the three shapes that the node has had."""
    found: list[tuple[str, Any]] = []
    for entry in mappings(mapping(parameters.get("assignments")).get("assignments")):
        found.append((text(entry.get("name")), entry.get("value")))
    for entry in mappings(mapping(parameters.get("fields")).get("values")):
        kind = text(entry.get("type")) or "stringValue"
        found.append((text(entry.get("name")).removeprefix("="), entry.get(kind)))
    for entries in mapping(parameters.get("values")).values():
        for entry in mappings(entries):
            found.append((text(entry.get("name")), entry.get("value")))
    return [(name, value) for name, value in found if name]


def _wait(_found: Items, draft: Draft, parameters: Data) -> bool:
    if text(parameters.get("resume")) not in {"", "timeInterval"}:
        return False
    unit = _SECONDS.get(text(parameters.get("unit")) or "hours")
    amount = number(parameters.get("amount", 1 if "unit" not in parameters else 5))
    if unit is None or amount is None or not 0 <= amount * unit <= 31_536_000:
        return False
    if amount == 0:
        values(draft)
        return True
    draft.kind, draft.fields = "wait", {"seconds": Raw(amount * unit)}
    return True


def _loop(found: Items, draft: Draft, parameters: Data) -> bool:
    """Loop Over Items. Its body is found with the loops; without one it is a plain node."""
    spare = Draft(draft.id, draft.source, draft.title, draft.type, draft.place)
    unknown(spare, parameters)
    draft.kind, draft.absorbs = "loop", frozenset({loop_port(found.node(draft))})
    draft.otherwise = spare.fields
    draft.fields = {"over": found.list_arriving(draft)}
    if isinstance(draft.fields["over"], Raw):
        found.canvas.warn("untranslated_expression", "What this loops over cannot be told.",
                          "Set 'over' to a list.", draft.id)  # fmt: skip
    return True


def _command(found: Items, draft: Draft, parameters: Data) -> bool:
    """A command without any shell syntax; everything else stays as it is."""
    command = parameters.get("command")
    if not isinstance(command, str) or not command.strip() or _SHELL & set(command):
        found.canvas.warn("shell_command", "This command needs a shell, which is not offered.",
                          "Write it as a list of arguments for run_command.", draft.id)  # fmt: skip
        return False
    return task(draft, "run_command", {"argv": Raw(shlex.split(command))})


def _stop(found: Items, draft: Draft, parameters: Data) -> bool:
    try:
        message = found.value(draft, parameters.get("errorMessage") or "Stopped.")
    except UntranslatedError as error:
        found.lost(draft, error)
        message = Raw(text(parameters.get("errorMessage")))
    return task(draft, "fail", {"message": message})


_MAKERS: Mapping[str, Callable[[Items, Draft, Data], bool]] = {
    "off": _off, "stickyNote": _note, "noOp": _pass, "merge": _merge, "if": _if,
    "filter": _filter, "switch": _switch, "set": _set, "httpRequest": http, "wait": _wait,
    LOOP: _loop, "executeCommand": _command, "stopAndError": _stop,
}  # fmt: skip
