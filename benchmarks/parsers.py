"""CPU time on DDL against other parsers: ``python -m benchmarks.parsers [PACKAGE ...]``.

For every shared dump, data statements taken out for all sides, the CPU seconds (user and system,
the best of ``RUNS`` runs in a warm process, and of more until ``LEAST`` seconds were spent, since
small dumps take a millisecond) of ``read_schema`` on the file beside those of
sqlglot, sqlglot with its compiled core, and simple-ddl-parser, each in an environment of its own
that this command makes on its first run. What is counted:

- ours: everything from the path to the ``Schema``: opening, decoding and hashing the file,
  splitting, replaying ALTER and the like, and the account of every statement. Nothing is kept
  from one run to the next but compiled expressions. The dialect is given to all sides.
- sqlglot: ``sqlglot.parse`` with errors ignored, on text in memory. It gets the statements as our
  splitter cut them, at no cost to it, either all in one call or one in each call (one statement
  that it cannot read ends a call, and the rest of that call is lost), whichever took less CPU
  without losing the rest. ``parse`` is the trees alone; ``tables`` adds what it takes to get from
  the trees what a schema says at least: names, types as text, nullability, defaults and keys.
- simple-ddl-parser: one statement at a time, silent; its result is tables already. It runs
  until ``LEAST`` seconds were spent, mostly once, and is stopped after ``PATIENCE`` seconds,
  which then count as its time.

The numbers are other / ours. The last lines are the medians over the dumps beside the targets,
which are held against ``tables``: like ``read_schema``, that ends with tables and their keys.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from stageline.schema import lexical, read_schema
from stageline.schema.dialect import find_dialect
from stageline.schema.source import open_source
from stageline.schema.splitter import split

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "schemas"
PLACE = Path(tempfile.gettempdir()) / "stageline-benchmark-parsers"
PATIENCE = 60
RUNS, LEAST = 5, 0.3
TARGETS = {"sqlglot": 10, "sqlglot[c]": 4, "simple-ddl-parser": 100}
RESULTS = {
    "sqlglot": ("parse", "tables"), "sqlglot[c]": ("parse", "tables"), "simple-ddl-parser": ("",),
}  # fmt: skip

_SQLGLOT = """
import json, sys, time, logging
logging.disable(logging.CRITICAL)
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

texts = json.load(open(sys.argv[1] + ".json", encoding="utf-8"))
dialect, runs, least = sys.argv[2] or None, int(sys.argv[3]), float(sys.argv[4])

def parse(text):
    return sqlglot.parse(text, read=dialect, error_level=ErrorLevel.IGNORE)

def each():
    trees = []
    for text in texts:
        try:
            trees += parse(text)
        except Exception:
            pass
    return trees

def whole():
    return parse(";\\n".join(texts))

def keys(tree):
    for key in tree.find_all(exp.PrimaryKey, exp.ForeignKey):
        target = key.args.get("reference")
        names = [entry.name for entry in key.expressions]
        yield names, target and [table.name for table in target.find_all(exp.Table)]

def column(tree):
    kind, rules = tree.args.get("kind"), []
    for constraint in tree.args.get("constraints") or ():
        rule = constraint.args.get("kind")
        value = rule.this if isinstance(rule, exp.DefaultColumnConstraint) else None
        value = value and value.sql(dialect)
        rules.append((type(rule), rule and rule.args.get("allow_null"), value))
    return tree.name, kind and kind.sql(dialect), rules

def tables(trees):
    found = []
    for tree in trees:
        if isinstance(tree, exp.Create) and isinstance(tree.this, exp.Schema):
            columns = [column(c) for c in tree.this.expressions if isinstance(c, exp.ColumnDef)]
            found.append((tree.this.this.name, columns, list(keys(tree))))
        elif isinstance(tree, exp.Alter):
            found.append((tree.this.name, [], list(keys(tree))))
    return found

def best(work, *given):
    times = []
    while len(times) < runs or sum(times) < least:
        start = time.process_time()
        result = work(*given)
        times.append(time.process_time() - start)
    return min(times), result

parsed, trees = best(each)
try:
    once, all_at_once = best(whole)
    if sum(map(bool, all_at_once)) >= sum(map(bool, trees)):
        parsed = min(parsed, once)
except Exception:
    pass
print(json.dumps([parsed, parsed + best(tables, trees)[0]]))
"""
_SIMPLE = """
import json, sys, time, logging
logging.disable(logging.CRITICAL)
from simple_ddl_parser import DDLParser
texts = json.load(open(sys.argv[1] + ".json", encoding="utf-8"))
times = []
while not times or sum(times) < float(sys.argv[4]):
    start = time.process_time()
    for text in texts:
        try:
            DDLParser(text, silent=True).run()
        except Exception:
            pass
    times.append(time.process_time() - start)
print(json.dumps([min(times)]))
"""
_SCRIPTS = {"sqlglot": _SQLGLOT, "sqlglot[c]": _SQLGLOT, "simple-ddl-parser": _SIMPLE}
# Dialects that sqlglot does not have are read by its own default.
_NAMES = {
    "mysql": "mysql", "postgresql": "postgres", "oracle": "oracle", "mssql": "tsql",
    "sqlite": "sqlite", "snowflake": "snowflake", "redshift": "redshift", "bigquery": "bigquery",
    "duckdb": "duckdb",
}  # fmt: skip


def environment(package: str) -> Path:
    """The Python of an environment that holds the package; made once."""
    folder = PLACE / package.replace("[", "-").rstrip("]")
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", package], check=True)
        (folder / "ready").touch()
    return python


def write_ddl(dump: Path, dialect: str) -> Path:
    """The dump without its data, as UTF-8."""
    lexis = find_dialect(dialect).lexis
    with open_source(dump) as source:
        pieces = [p for p in split(source, lexis) if p.kind in ("sql", "client")]
    end = "\nGO\n" if lexis is lexical.MSSQL else ";\n"
    texts = [p.text + ("\n" if p.kind == "client" else end) for p in pieces]
    path = PLACE / "ddl" / f"{dialect}__{dump.name}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(texts), encoding="utf-8")
    statements = json.dumps([p.text for p in pieces if p.kind == "sql"])
    Path(f"{path}.json").write_text(statements, encoding="utf-8")
    return path


def measure_ours(path: Path, dialect: str) -> float:
    times: list[float] = []
    while len(times) < RUNS or sum(times) < LEAST:
        start = time.process_time()
        read_schema(path, dialect)
        times.append(time.process_time() - start)
    return min(times)


def measure_other(package: str, path: Path, dialect: str) -> list[float]:
    """CPU seconds for each of the package's ``RESULTS``."""
    name = _NAMES.get(dialect, "")
    given = [str(path), name, str(RUNS), str(LEAST)]
    command = [str(environment(package)), "-c", _SCRIPTS[package], *given]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return [float(PATIENCE)] * len(RESULTS[package])
    times: list[float] = json.loads(done.stdout.decode().splitlines()[-1])
    return times


def main() -> int:
    wanted = sys.argv[1:] or list(TARGETS)
    heads = [f"{package} {result}".strip() for package in wanted for result in RESULTS[package]]
    ratios: dict[str, list[float]] = {head: [] for head in heads}
    print(f"{'dump':42}{'KB':>7}{'ours ms':>9}" + "".join(f"{head:>20}" for head in heads))
    for dump in sorted(SHARED.glob("dumps/*/*.sql")):
        dialect = dump.parent.name
        path = write_ddl(dump, dialect)
        ours = measure_ours(path, dialect)
        times = [spent for package in wanted for spent in measure_other(package, path, dialect)]
        for head, spent in zip(heads, times, strict=True):
            ratios[head].append(spent / ours)
        cells = "".join(f"{spent / ours:>19.1f}x" for spent in times)
        size = path.stat().st_size / 1024
        print(f"{dialect + '/' + dump.stem:42}{size:>7.0f}{ours * 1000:>9.1f}{cells}")
    return report(wanted, ratios)


def report(wanted: list[str], ratios: dict[str, list[float]]) -> int:
    """Print the medians; 1 if one that has a target misses it."""
    failed = False
    for package in wanted:
        for number, result in enumerate(RESULTS[package]):
            head = f"{package} {result}".strip()
            median = statistics.median(ratios[head])
            print(f"median {head}: {median:.1f}x (target {TARGETS[package]}x)")
            failed = failed or (number == len(RESULTS[package]) - 1 and median < TARGETS[package])
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
