"""How long a large dump takes beside reading its lines, and how much memory: three shapes.

    python benchmarks/large_dump.py [--megabytes 1000] [--seed 1] [--folder DIR] [--splitter]

Generates, from a seed, a mysqldump with extended INSERTs (lines of about 1 MB), a pg_dump with
COPY, and one INSERT a line; then compares, each in a process of its own, ``for line in file``
with reading the schema (or, with ``--splitter``, splitting alone). CPU counts all threads.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

_WORDS = [
    "line", "subscriber", "tariff", "invoice", "rate", "zone", "call", "data", "roaming",
    "prepaid", "bundle", "credit", "dunning", "port", "number", "switch", "cell", "tower",
    "usage", "event", "record", "charge", "tax", "region", "dealer", "order",
]  # fmt: skip
_INTO = "INSERT INTO %s VALUES "
_COLUMNS = (
    ("id", "INT"), ("customer", "VARCHAR(40)"), ("note", "VARCHAR(200)"),
    ("amount", "DECIMAL(12,4)"), ("parent_id", "INT"), ("created", "DATETIME"),
)  # fmt: skip


def _create(quote: str) -> str:
    columns = ",\n".join(f"  {quote}{name}{quote} {kind}" for name, kind in _COLUMNS)
    key = f"PRIMARY KEY ({quote}id{quote})"
    return f"CREATE TABLE {quote}usage_event{quote} (\n{columns},\n  {key}\n);\n"


def _note(dice: random.Random) -> str:
    """Mostly plain words; now and then an apostrophe, a semicolon, or both."""
    note = " ".join(dice.choices(_WORDS, k=dice.randrange(2, 9)))
    odd = dice.random()
    if odd < 0.02:
        return note + " o'clock"
    return note + "; see 'terms'" if odd < 0.025 else note


def _rows(seed: int) -> list[tuple[str, ...]]:
    dice = random.Random(seed)  # noqa: S311 - test data, not secrets
    return [
        (
            str(number),
            f"customer {dice.randrange(10**6)}",
            _note(dice),
            f"{dice.random() * 1000:.4f}",
            "NULL" if dice.random() < 0.2 else str(dice.randrange(10**6)),
            f"2024-{number % 12 + 1:02d}-{number % 28 + 1:02d} 12:{number % 60:02d}:00",
        )
        for number in range(20_000)
    ]


def _values(row: tuple[str, ...], escaped: str) -> str:
    number, customer, note, amount, parent, created = row
    note = note.replace("'", escaped)
    return f"({number},'{customer}','{note}',{amount},{parent},'{created}')"


def _extended(seed: int) -> Iterator[bytes]:
    yield ("-- MySQL dump 10.13\n" + _create("`").replace(");\n", ") ENGINE=InnoDB;\n")).encode()
    values = [_values(row, "\\'") for row in _rows(seed)]
    lines = []
    for start in range(0, len(values), 5000):
        rows = (values[start:] + values[:start])[:9000]
        lines.append(f"{_INTO % '`usage_event`'}{','.join(rows)};\n".encode())
    while True:
        yield from lines


def _copy(seed: int) -> Iterator[bytes]:
    yield b"--\n-- PostgreSQL database dump\n--\n\n" + _create('"').encode()
    yield b"COPY usage_event (id, customer, note, amount, parent_id, created) FROM stdin;\n"
    rows = ("\t".join(row).replace("NULL", "\\N") for row in _rows(seed))
    block = "".join(f"{row}\n" for row in rows).encode()
    while True:
        yield block


def _single(seed: int) -> Iterator[bytes]:
    yield _create('"').encode()
    rows = (_values(row, "''") for row in _rows(seed))
    into = _INTO % '"usage_event"'
    block = "".join(f"{into}{row};\n" for row in rows).encode()
    while True:
        yield block


_ENDS = {"copy": b"\\.\n\n\n"}
SHAPES: dict[str, Callable[[int], Iterator[bytes]]] = {
    "extended": _extended,
    "copy": _copy,
    "single": _single,
}


def generate(shape: str, path: Path, size: int, seed: int) -> None:
    """Write a dump of about ``size`` bytes; the same seed gives the same bytes."""
    written = 0
    with path.open("wb") as file:
        for part in SHAPES[shape](seed):
            written += file.write(part)
            if written >= size:
                break
        file.write(_ENDS.get(shape, b"") + b'CREATE TABLE "last_one" ("id" INT);\n')


def _iterate(path: Path) -> str:
    lines = 0
    with path.open("rb") as file:
        for _line in file:
            lines += 1
    return f"{lines} lines"


def _split(path: Path) -> str:
    from stageline.schema import lexical  # noqa: PLC0415 - imports belong to the measured process
    from stageline.schema.detection import detect_dialect  # noqa: PLC0415
    from stageline.schema.source import open_source  # noqa: PLC0415
    from stageline.schema.splitter import split  # noqa: PLC0415

    source = open_source(path)
    dialect = detect_dialect(source.head()).dialect
    pieces = list(split(source, getattr(lexical, dialect.upper())))
    return f"{dialect}, {len(pieces)} pieces, {sum(p.count for p in pieces)} statements"


def _read(path: Path) -> str:
    from stageline.schema import read_schema  # noqa: PLC0415

    schema = read_schema(path)
    return f"{schema.dialect}, {len(schema.tables)} tables, {len(schema.statements)} accounts"


WAYS: dict[str, Callable[[Path], str]] = {"lines": _iterate, "split": _split, "read": _read}


def _peak() -> int:
    """Peak resident memory of this process in KiB; ``ru_maxrss`` is that of the parent at first."""
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _measure(way: str, path: Path) -> dict[str, object]:
    """CPU and wall seconds and growth of resident memory (MB), in this process."""
    sample = path.parent / "warm-up.sql"
    sample.write_bytes(b"CREATE TABLE t (id INT);\nINSERT INTO t VALUES (1);\n")
    WAYS[way](sample)  # imports and compiled expressions are not what is measured
    before = _peak()
    wall, cpu = time.perf_counter(), time.process_time()
    found = WAYS[way](path)
    return {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "growth": (_peak() - before) / 1024,
        "found": found,
    }


def _in_process(way: str, path: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", way, "--file", str(path)]
    runs = [
        json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in "123"
    ]
    best: dict[str, float] = min(runs, key=lambda run: float(run["cpu"]))
    return best


def compare(folder: Path, megabytes: int, seed: int, way: str) -> None:
    print(
        f"{'shape':10} {'way':6} {'CPU s':>7} {'wall s':>7} {'MB/s CPU':>9} {'RSS +MB':>8}  found"
    )
    for shape in SHAPES:
        path = folder / f"{shape}.sql"
        generate(shape, path, megabytes * 10**6, seed)
        results = {each: _in_process(each, path) for each in ("lines", way)}
        for each, run in results.items():
            speed = path.stat().st_size / run["cpu"] / 1e6
            print(
                f"{shape:10} {each:6} {run['cpu']:7.2f} {run['wall']:7.2f} {speed:9.0f}"
                f" {run['growth']:8.1f}  {run['found']}"
            )
        lines, ours = results["lines"], results[way]
        print(
            f"{'':10} ratio: CPU {ours['cpu'] / lines['cpu']:.2f},"
            f" wall {ours['wall'] / lines['wall']:.2f}"
        )
        path.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--splitter", action="store_true", help="split only, do not read")
    parser.add_argument("--measure", choices=sorted(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(_measure(options.measure, options.file)))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        way = "split" if options.splitter else "read"
        compare(Path(folder), options.megabytes, options.seed, way)


if __name__ == "__main__":
    main()
