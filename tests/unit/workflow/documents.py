"""Correct documents for tests: one that uses everything, and a strategy for random ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

EVERYTHING = """\
schema: workflow/1
id: everything
title: All that a document can hold
inputs:
  pause: {type: number, default: 0.5, minimum: 0, title: Pause, description: In seconds}
  names: {type: array, items: string, default: [a, b], max_length: 10}
  mode: {type: string, enum: [fast, slow], default: fast}
  code: {type: string, pattern: "^[A-Z]+$", required: false}
  scan: {type: file, mime: [application/pdf, image/*]}
outputs:
  waited: {ref: pause.seconds}
  first: {ref: "each.texts[0]"}
  note: "Chose ${choose.case}, not $${this}"
  fixed: {literal: {ref: not.looked.into}}
nodes:
  - id: pause
    kind: task
    tool: sleep
    parameters: {seconds: {ref: inputs.pause}}
    retry: {attempts: 2, delay: 1, backoff: 3, jitter: 0}
    timeout: 30
    cache: false
    on_error: continue
    ui: {x: 10, y: 20.5}
  - id: choose
    kind: branch
    cases:
      - {name: long, when: pause.seconds > 1 and inputs.mode == "slow"}
      - {name: known, when: "'a' in inputs.names"}
    default: short
  - id: give-up
    kind: task
    tool: fail
    parameters: {message: "Waited ${pause.seconds} s"}
    after:
      - {node: choose, on: case, case: long}
      - {node: pause, on: failed}
    join: any
    on_error: ignore
  - id: each
    kind: loop
    over: {ref: inputs.names}
    as: name
    max_parallel: 4
    outputs:
      texts: {ref: greet.text}
      at: {ref: index}
    nodes:
      - id: greet
        kind: task
        tool: render_text
        parameters:
          template: Dear {{ name }}
          values: {name: {ref: name}, case: {ref: choose.case}}
        when: name != ""
      - id: words
        kind: task
        tool: text_analyzer
        parameters: {text: {ref: greet.text}, keywords: {expr: index + 1}}
  - id: until
    kind: loop
    until: state.total > 5
    limit: 10
    state: {total: 0}
    next: {total: {expr: state.total + step.seconds}}
    nodes:
      - id: step
        kind: task
        tool: sleep
        parameters: {seconds: {expr: 0 * index}}
    after: [{node: each}]
  - id: inner
    kind: subflow
    document: "0000000000000000000000000000000000000000000000000000000000000000"
    inputs: {amount: {ref: until.count}, list: [{ref: until.total}, 2]}
    join: always
  - id: approval
    kind: wait
    form:
      approved: {type: boolean, title: Is this right?}
      remark: {type: string, default: "", max_length: 100}
    timeout: 86400
    after: [{node: inner}]
  - id: later
    kind: wait
    until: "2030-01-31T09:00:00+01:00"
    when: approval.approved
  - id: shortly
    kind: wait
    seconds: {expr: "len(approval.remark) + 1"}
  - id: remark
    kind: note
    text: This is where a person looks.
    ui: {colour: yellow}
ui: {zoom: 1}
"""

NAMES = st.sampled_from(["a", "b", "c-d", "e_f", "g1", "long_name"])
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0$"), max_size=6)
PLAIN = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "y", "é"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def _optional(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


SHARED = _optional(
    title=TEXTS,
    cache=st.none() | st.booleans(),
    timeout=st.sampled_from([1, 1.0, 2.5]),
    join=st.sampled_from(["all", "any", "always"]),
    on_error=st.sampled_from(["fail", "ignore", "continue"]),
    retry=_optional(attempts=st.integers(1, 9), delay=st.sampled_from([1, 1.0, 0.5])),
    ui=st.dictionaries(st.sampled_from(["x", "y"]), PLAIN, max_size=2),
)


@st.composite
def documents(draw: Any) -> dict[str, Any]:
    """A random correct document of tasks, waits, branches and notes."""
    inputs = draw(
        st.dictionaries(
            NAMES,
            st.sampled_from(
                [
                    {"type": "number"},
                    {"type": "number", "required": True},
                    {"type": "number", "default": 1, "required": False},
                    {"type": "number", "default": 1.0},
                    {"type": "number", "default": None},
                    {"type": "number", "required": False},
                ]
            ),
            max_size=3,
        )
    )
    names = [f"n{i}" for i in range(draw(st.integers(0, 4)))]
    nodes = [draw(_node(name, names[:i], sorted(inputs))) for i, name in enumerate(names)]
    more = draw(
        _optional(
            title=TEXTS,
            id=NAMES,
            description=TEXTS,
            ui=st.dictionaries(TEXTS, PLAIN, max_size=2),
            outputs=st.dictionaries(NAMES, PLAIN.map(lambda v: {"literal": v}), max_size=2),
        )
    )
    return {"schema": "workflow/1", **more, "inputs": inputs, "nodes": nodes}


@st.composite
def _node(draw: Any, name: str, before: list[str], inputs: list[str]) -> dict[str, Any]:
    seconds: list[Any] = [1, 1.0, 0.25, {"literal": 2}]
    seconds += [{"ref": f"inputs.{given}"} for given in inputs]
    own = draw(
        st.sampled_from(
            [
                {
                    "kind": "task",
                    "tool": "sleep",
                    "parameters": {"seconds": draw(st.sampled_from(seconds))},
                },
                {"kind": "wait", "seconds": draw(st.sampled_from(seconds))},
                {"kind": "branch", "cases": [{"name": "x", "when": "len(inputs) > 1"}]},
            ]
        )
    )
    after = draw(st.lists(st.sampled_from(before), unique=True, max_size=2)) if before else []
    return {"id": name, **own, **draw(SHARED), "after": [{"node": source} for source in after]}
