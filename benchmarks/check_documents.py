"""CPU time of checking documents: ``python -m benchmarks.check_documents``.

Documents of 1,000 and 10,000 nodes: every node has a reference, every tenth an expression, a
condition, a template, retries, or a literal with two control edges; three tools. The medians of
``RUNS`` checks in one warm process, text to ``Checked``, CPU time of the process; the names are
others in every run, so that nothing that was parsed before is met again. ``wrong`` is the same
document with an unknown port in every hundredth node: positions cost a second look at the text.

Beside it ``cwltool --validate`` on a CWL workflow of the same chain of steps, in an environment
of its own that this command makes on its first run. What is compared is the cost of one more
node: the difference between a large and a small document, so that starting up does not count.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from stageline.workflow import check

PLACE = Path(tempfile.gettempdir()) / "stageline-benchmark-check"
RUNS = 7
SIZES = (1_000, 10_000)
TARGETS = {("json", 1_000): 0.05, ("json", 10_000): 0.5, ("yaml", 1_000): 0.6, ("yaml", 10_000): 6}
CWL_SIZES = (20, 220)
RATIO = 20


# --- ours ------------------------------------------------------------------------------------


def document(count: int, prefix: str, port: str = "seconds") -> dict[str, Any]:
    """A chain of ``count`` nodes. ``port``: what every hundredth node takes of the one before."""
    nodes = [_node(number, prefix, "seconds" if number % 100 else port) for number in range(count)]
    inputs = {"pause": {"type": "number"}, "careful": {"type": "boolean", "default": True}}
    return {"schema": "workflow/1", "id": "chain", "inputs": inputs, "nodes": nodes}


def _node(number: int, prefix: str, port: str) -> dict[str, Any]:
    name, before = f"{prefix}{number}", f"{prefix}{number - 1}"
    node: dict[str, Any] = {
        "id": name, "title": f"Step {number}", "kind": "task", "tool": "sleep",
        "parameters": {"seconds": {"ref": f"{before}.{port}"}}, "ui": {"x": number * 10, "y": 20},
    }  # fmt: skip
    if number == 0:
        return node | {"parameters": {"seconds": {"ref": "inputs.pause"}}}
    variant = _VARIANTS.get(number % 10)
    # Two nodes back, because the one before may be of a tool without this port.
    return node | variant(prefix, number) if variant else node


def _expression(prefix: str, number: int) -> dict[str, Any]:
    return {"parameters": {"seconds": {"expr": f"{prefix}{number - 1}.seconds * 2 + {number}"}}}


def _condition(prefix: str, number: int) -> dict[str, Any]:
    return {"when": f"{prefix}{number - 2}.seconds > 3 and inputs.careful"}


def _template(prefix: str, number: int) -> dict[str, Any]:
    text = f"Step ${{{prefix}{number - 1}.seconds}} of ${{inputs.pause}}"
    return {
        "tool": "text_analyzer",
        "parameters": {"text": text, "keywords": 5},
        "retry": {"attempts": 5, "delay": 0.5},
        "timeout": 30,
    }


def _edges(prefix: str, number: int) -> dict[str, Any]:
    after = [{"node": f"{prefix}{number - back}"} for back in (1, 3)]
    return {"parameters": {"seconds": number}, "after": after}


def _request(prefix: str, number: int) -> dict[str, Any]:
    headers = {"x-step": {"expr": f"str({prefix}{number - 1}.seconds)"}}
    return {
        "tool": "http_request",
        "parameters": {"url": f"https://example.org/{number}", "method": "GET", "headers": headers},
    }


def _status(prefix: str, number: int) -> dict[str, Any]:
    return {"parameters": {"seconds": {"ref": f"{prefix}{number - 1}.status"}}}


_VARIANTS: dict[int, Callable[[str, int], dict[str, Any]]] = {
    3: _expression, 5: _condition, 7: _template, 8: _edges, 1: _request, 2: _status,
}  # fmt: skip


def as_json(data: Any) -> str:
    return json.dumps(data, indent=1)


def as_yaml(data: Any) -> str:
    return yaml.dump(data, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False)


FORMATS: dict[str, Callable[[Any], str]] = {"json": as_json, "yaml": as_yaml}


def measure(write: Callable[[Any], str], count: int, port: str = "seconds") -> float:
    """The median CPU seconds of a check."""
    times = []
    for run in range(RUNS):
        text = write(document(count, f"{'abcdefgh'[run]}_", port))
        start = time.process_time()
        checked = check(text)
        times.append(time.process_time() - start)
        assert checked.ok == (port == "seconds"), checked.problems[:3]
        del checked  # or its end would be part of the next run
    return statistics.median(times)


# --- cwltool ---------------------------------------------------------------------------------


def environment() -> Path | None:
    """The Python of an environment that holds cwltool; made once. ``None`` if it cannot be."""
    python = PLACE / "env" / "bin" / "python"
    if not (PLACE / "ready").exists():
        venv.create(PLACE / "env", with_pip=True, clear=True)
        done = subprocess.run([python, "-m", "pip", "install", "-q", "cwltool"], check=False)
        if done.returncode:
            return None
        (PLACE / "ready").touch()
    return python


def write_cwl(count: int) -> Path:
    """A CWL workflow of ``count`` steps: the same chain, with expressions and conditions as
    often, and three tools in files of their own."""
    tool = {
        "cwlVersion": "v1.2", "class": "CommandLineTool", "baseCommand": "cat",
        "inputs": {"text": {"type": "File?", "inputBinding": {"position": 1}},
                   "note": "string?", "extra": "File?"},
        "outputs": {"out": "stdout"},
    }  # fmt: skip
    flow = {
        "cwlVersion": "v1.2", "class": "Workflow",
        "requirements": {"StepInputExpressionRequirement": {},
                         "MultipleInputFeatureRequirement": {}},
        "inputs": {"first": "File", "careful": "boolean"},
        "steps": {f"n{number}": _step(number) for number in range(count)},
        "outputs": {"last": {"type": "File?", "outputSource": f"n{count - 1}/out"}},
    }  # fmt: skip
    for number in range(3):
        (PLACE / f"tool{number}.cwl").write_text(json.dumps(tool), encoding="utf-8")
    path = PLACE / f"flow{count}.cwl"
    path.write_text(json.dumps(flow, indent=1), encoding="utf-8")
    return path


def _step(number: int) -> dict[str, Any]:
    before = f"n{number - 1}/out" if number else "first"
    given: dict[str, Any] = {"text": before}
    step: dict[str, Any] = {"label": f"Step {number}", "run": f"tool{number % 3}.cwl"}
    step |= {"in": given, "out": ["out"]}
    if number % 10 in (1, 3, 7):
        given["note"] = {"source": before, "valueFrom": f"Step $(inputs.text.path) of {number}"}
    if number % 10 == 5:
        given["careful"] = "careful"
        step["when"] = "$(inputs.careful)"
    if number % 10 == 8:
        given["extra"] = {"source": [f"n{number - back}/out" for back in (1, 3)],
                          "pickValue": "first_non_null"}  # fmt: skip
    return step


def measure_cwltool(python: Path, count: int) -> float:
    """The least CPU seconds of three runs of the whole command."""
    command = [str(python), "-m", "cwltool", "--validate", str(write_cwl(count))]
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


# --- report ----------------------------------------------------------------------------------


def main() -> int:
    PLACE.mkdir(parents=True, exist_ok=True)
    check(as_json(document(100, "warm_")))
    found = {}
    failed = False
    for (form, count), target in TARGETS.items():
        found[form, count] = spent = measure(FORMATS[form], count)
        failed = failed or spent >= target
        print(f"{form} {count:>6,} nodes: {spent * 1000:8.1f} ms (target {target * 1000:,.0f} ms)")
    for form, write in FORMATS.items():
        spent = measure(write, SIZES[1], "second")
        print(f"{form} {SIZES[1]:>6,} nodes, wrong: {spent * 1000:8.1f} ms")
    ours = (found["json", SIZES[1]] - found["json", SIZES[0]]) / (SIZES[1] - SIZES[0])
    print(f"each further node: {ours * 1e6:.1f} us")
    return int(_compare(ours) or failed)


def _compare(ours: float) -> bool:
    """Print the comparison; True if the target is missed."""
    python = environment()
    if python is None:
        print("cwltool: skipped, because it could not be installed")
        return False
    small, large = (measure_cwltool(python, count) for count in CWL_SIZES)
    other = (large - small) / (CWL_SIZES[1] - CWL_SIZES[0])
    print(f"cwltool --validate: {small:.2f} s for {CWL_SIZES[0]} steps, {large:.2f} s for "
          f"{CWL_SIZES[1]}; each further step: {other * 1e6:,.0f} us")  # fmt: skip
    print(f"cwltool / ours, for each further node: {other / ours:.0f}x (target {RATIO}x)")
    return other / ours < RATIO


if __name__ == "__main__":
    sys.exit(main())
