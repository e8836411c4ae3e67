"""What each state becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stageline.workflow.canvas.draft import Draft, branch, task, unknown, values
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import Raw, Ref, Text, first_of, operand
from stageline.workflow.canvas.tolerance import (
    Data,
    items,
    mapping,
    mappings,
    number,
    text,
    whole,
    without,
)
from stageline.workflow.imports._asl.choices import rule
from stageline.workflow.imports._asl.machine import OTHERWISE, Machine, Scope, case_names
from stageline.workflow.imports._asl.paths import Paths, made, port

_WAYS = ("Type", "Next", "End", "Retry", "Catch", "Resource", "Comment", "TimeoutSeconds")
_PARALLEL = 40


def make_all(machine: Machine) -> None:
    """Give every state its kind and fields."""
    paths = Paths(machine)
    for name, state in machine.data.items():
        draft = machine.canvas.drafts[name]
        kind = text(state.get("Type"))
        maker = _MAKERS.get(kind)
        if maker is None or not maker(paths, draft, state):
            unknown(draft, without(state, *_WAYS, "Iterator", "ItemProcessor", "Branches"),
                    "" if draft.type.startswith("arn:") else "asl.")  # fmt: skip
        draft.fields.update(_policy(state, draft))
        if state.get("Assign"):
            _lost(paths, draft, f"Assign {', '.join(mapping(state['Assign']))}")
    end = _ends(paths, machine.whole)
    if not isinstance(end, Raw):
        machine.canvas.outputs["output"] = end


def _policy(state: Data, draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if retry := _retry(mappings(state.get("Retry"))):
        found["retry"] = retry
    seconds = number(state.get("TimeoutSeconds"))
    if seconds is not None and 0 < seconds <= 31_536_000 and draft.kind in {"task", "loop"}:
        found["timeout"] = seconds
    return found


def _retry(retriers: list[Data]) -> dict[str, Any] | None:
    """The retrier for all errors, else the most patient one; here one counts for all errors."""
    tried = [(whole(r.get("MaxAttempts", 3), 0, 99) or 0, r) for r in retriers]
    tried = [pair for pair in tried if pair[0]]
    if not tried:
        return None
    everything = [p for p in tried if "States.ALL" in items(p[1].get("ErrorEquals"))]
    attempts, chosen = max(everything or tried, key=lambda pair: pair[0])
    delay, backoff = number(chosen.get("IntervalSeconds")), number(chosen.get("BackoffRate"))
    return {
        "attempts": attempts + 1,
        "delay": min(max(1.0 if delay is None else delay, 0.0), 86_400.0),
        "backoff": min(max(2.0 if backoff is None else backoff, 1.0), 10.0),
        "jitter": 1.0 if text(chosen.get("JitterStrategy")) == "FULL" else 0.0,
    }


def _lost(paths: Paths, draft: Draft, what: str) -> None:
    paths.machine.canvas.warn(
        "untranslated_expression", f"{what[:200]!r} could not be followed.",
        "Write it again here; the original is in the node's 'ui'.", draft.id,
    )  # fmt: skip


# --- makers: each says whether it could make something of the state


def _choice(paths: Paths, draft: Draft, state: Data) -> bool:
    cases: list[tuple[str, Any]] = []
    for name, given in zip(case_names(state), mappings(state.get("Choices")), strict=True):
        try:
            cases.append((name, rule(paths, draft.id, given)))
        except UntranslatedError as error:
            _lost(paths, draft, str(error))
            cases.append((name, "False"))
    if cases:
        branch(draft, cases, OTHERWISE)
    return bool(cases)


def _wait(paths: Paths, draft: Draft, state: Data) -> bool:
    seconds = number(state.get("Seconds"))
    if seconds == 0:
        values(draft)
        return True
    found: dict[str, Any] = {}
    if seconds is not None and seconds > 0:
        found["seconds"] = Raw(min(seconds, 31_536_000))
    elif isinstance(written := state.get("Seconds"), str):
        state = {**state, "SecondsPath": written}
    elif isinstance(state.get("Timestamp"), str):
        found["until"] = Raw(state["Timestamp"])
    for name, key in (("seconds", "SecondsPath"), ("until", "TimestampPath")):
        if key in state:
            try:
                found[name] = paths.value(draft.id, state[key])
            except UntranslatedError as error:
                _lost(paths, draft, str(error))
    if len(found) != 1:
        return False
    draft.kind, draft.fields = "wait", found
    return True


def _pass(paths: Paths, draft: Draft, state: Data) -> bool:
    result = made(state)
    if result is None:
        values(draft)
        return True
    found, lost = (Raw(result), []) if "Result" in state else paths.filled(draft.id, result)
    for path in dict.fromkeys(lost):
        _lost(paths, draft, path)
    if not isinstance(result, Mapping):
        found = {"result": found}
    values(draft, found if isinstance(found, dict) else {n: Raw(v) for n, v in result.items()})
    return True


def _succeed(_paths: Paths, draft: Draft, _state: Data) -> bool:
    values(draft)
    return True


def _fail(paths: Paths, draft: Draft, state: Data) -> bool:
    parts = [part for name in ("Error", "Cause") if (part := _said(paths, draft, state, name))]
    pieces = [piece for part in parts for piece in (": ", part)][1:] or [draft.title]
    plain = all(isinstance(piece, str) for piece in pieces)
    message = Raw("".join(map(str, pieces))) if plain else Text(tuple(pieces))
    return task(draft, "fail", {"message": message})


def _said(paths: Paths, draft: Draft, state: Data, name: str) -> Any:
    """What a failure says: text as it is, or the value at a path."""
    written = text(state.get(f"{name}Path")) or text(state.get(name))
    if f"{name}Path" not in state and not written.startswith("{%"):
        return written
    try:
        found = paths.value(draft.id, written)
    except UntranslatedError as error:
        _lost(paths, draft, str(error))
        return written
    return operand(found) if isinstance(found, Text) else found


def _map(paths: Paths, draft: Draft, state: Data) -> bool:
    """A loop over the items; without a processor there is nothing to repeat."""
    if draft.id not in paths.machine.inside:
        return False
    fields: dict[str, Any] = {"over": Raw([])}
    try:
        fields["over"] = _items(paths, draft, state)
    except UntranslatedError as error:
        _lost(paths, draft, str(error))
    for name in _TOLERANCES:
        if name in state:
            _lost(paths, draft, f"{name} {text(state[name])}".strip())
    most = whole(state.get("MaxConcurrency"), 0, 256) or _PARALLEL
    draft.kind, draft.fields = "loop", {**fields, "max_parallel": most}
    _give_out(paths, draft, _ends(paths, paths.machine.inside[draft.id][0]))
    return True


def _items(paths: Paths, draft: Draft, state: Data) -> Any:
    """What a Map goes through. Raises ``UntranslatedError``."""
    given = state.get("Items")
    if isinstance(given, list):
        return Raw(given)
    if reader := mapping(state.get("ItemReader")):
        raise UntranslatedError(f"ItemReader {text(reader.get('Resource'))}")
    if "ItemBatcher" in state:
        raise UntranslatedError("ItemBatcher")
    if given is not None:
        return paths.value(draft.id, given)
    return paths.value(draft.id, state.get("ItemsPath", "$"))


def _parallel(paths: Paths, draft: Draft, _state: Data) -> bool:
    """One round, in which all branches run side by side."""
    if draft.id not in paths.machine.inside:
        return False
    draft.kind, draft.fields = "loop", {"over": Raw([0])}
    _give_out(paths, draft, [_ends(paths, scope) for scope in paths.machine.inside[draft.id]])
    return True


def _give_out(_paths: Paths, draft: Draft, value: Any) -> None:
    draft.fields["outputs"] = {"output": value}


def _ends(paths: Paths, scope: Scope) -> Any:
    """What the last state gives; of several, the first that ran."""
    ends = [d for d in scope.names.values() if _is_end(paths.machine.data[d.id])]
    found = [value for d in ends if (value := _given(paths, d)) is not None]
    if len(found) == 1:
        return found[0]
    return first_of([operand(one) for one in found[:_MOST]]) if found else Raw(None)


def _is_end(state: Data) -> bool:
    return state.get("End") is True or text(state.get("Type")) == "Succeed"


def _given(paths: Paths, draft: Draft) -> Any:
    """The result of a last state, ``None`` if that cannot be told."""
    state = paths.machine.data[draft.id]
    try:
        return paths.given(draft.id)
    except UntranslatedError:
        if text(state.get("Type")) not in _RESULTS:
            return None
    if text(state.get("ResultPath", "$")) not in ("", "$"):
        _lost(paths, draft, f"ResultPath {state['ResultPath']}, beside what the state got,")
    return Ref(draft.id, port(state))


_MOST = 15
# Here a round that fails ends the loop, however few they are.
_TOLERANCES = ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath",
               "ToleratedFailureCount", "ToleratedFailureCountPath", "ResultWriter")  # fmt: skip
_RESULTS = frozenset({"Task", "Pass", "Map", "Parallel"})
_MAKERS: Mapping[str, Callable[[Paths, Draft, Data], bool]] = {
    "Choice": _choice, "Wait": _wait, "Pass": _pass, "Succeed": _succeed, "Fail": _fail,
    "Map": _map, "Parallel": _parallel,
}  # fmt: skip
