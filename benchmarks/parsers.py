"""CPU time on DDL against other parsers: ``python -m benchmarks.parsers``.

For every shared dump (data statements taken out, so that only DDL counts) the CPU seconds of
``read_schema`` beside those of sqlglot, sqlglot with its compiled core, and simple-ddl-parser,
each in an environment of its own that this command makes on its first run. The others get what
they need to survive: one statement at a time (cut by our splitter, at no cost to them) with
errors ignored, since one statement that they cannot read ends their run. The best of three
runs counts; simple-ddl-parser runs once and is stopped after ``PATIENCE`` seconds, which counts
as that many. The last lines are the medians over the dumps of other / ours.
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
TARGETS = {"sqlglot": 10, "sqlglot[c]": 4, "simple-ddl-parser": 100}

_SQLGLOT = """
import json, sys, time, logging
logging.disable(logging.CRITICAL)
import sqlglot
from sqlglot.errors import ErrorLevel
path, dialect, runs = sys.argv[1], sys.argv[2] or None, 3
texts = json.load(open(path + ".json", encoding="utf-8"))
best = None
for _ in range(runs):
    start = time.process_time()
    for text in texts:
        try:
            sqlglot.parse(text, read=dialect, error_level=ErrorLevel.IGNORE)
        except Exception:
            pass
    spent = time.process_time() - start
    best = spent if best is None else min(best, spent)
print(json.dumps(best))
"""
_SIMPLE = """
import json, sys, time, logging
logging.disable(logging.CRITICAL)
from simple_ddl_parser import DDLParser
texts = json.load(open(sys.argv[1] + ".json", encoding="utf-8"))
start = time.process_time()
for text in texts:
    try:
        DDLParser(text, silent=True).run()
    except Exception:
        pass
print(json.dumps(time.process_time() - start))
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
    times = []
    for _ in range(3):
        start = time.process_time()
        read_schema(path, dialect)
        times.append(time.process_time() - start)
    return min(times)


def measure_other(package: str, path: Path, dialect: str) -> float:
    python = environment(package)
    command = [python, "-c", _SCRIPTS[package], str(path), _NAMES.get(dialect, "")]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return float(PATIENCE)
    return float(json.loads(done.stdout.decode().splitlines()[-1]))


def main() -> int:
    wanted = sys.argv[1:] or list(TARGETS)
    ratios: dict[str, list[float]] = {package: [] for package in wanted}
    print(f"{'dump':42}{'KB':>7}{'ours ms':>9}" + "".join(f"{name:>20}" for name in wanted))
    for dump in sorted(SHARED.glob("dumps/*/*.sql")):
        dialect = dump.parent.name
        path = write_ddl(dump, dialect)
        ours = measure_ours(path, dialect)
        cells = []
        for package in wanted:
            ratio = measure_other(package, path, dialect) / ours
            ratios[package].append(ratio)
            cells.append(f"{ratio:>19.1f}x")
        size = path.stat().st_size / 1024
        print(f"{dialect + '/' + dump.stem:42}{size:>7.0f}{ours * 1000:>9.1f}" + "".join(cells))
    failed = 0
    for package in wanted:
        median = statistics.median(ratios[package])
        failed += median < TARGETS[package]
        print(f"median {package}: {median:.1f}x (target {TARGETS[package]}x)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
