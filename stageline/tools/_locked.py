"""Tables in a locked DuckDB: SQL sees the tables it is given and nothing else.

Each file is linked into a fresh folder under a plain name (DuckDB would read ``*`` in a path as
a pattern), and only these names are opened to it. No other file, no network, no extension, no
setting; memory and threads are bounded.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import math
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stageline.errors import (
    AccessError,
    ConfigError,
    InputError,
    ResourceError,
    StagelineError,
    StepTimeoutError,
    ToolError,
)
from stageline.keys import shown
from stageline.ports import LocalFile
from stageline.tools._tables import Column, Reading, Rows, column_types, flat

try:
    import duckdb
except ModuleNotFoundError as error:
    raise ConfigError("Tables need DuckDB: install Stageline's extra `workflow`.") from error

MEMORY = "1GB"
THREADS = 2
CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": MEMORY,
    "threads": str(THREADS),
    "temp_directory": "",
    "python_enable_replacements": "false",
}


@contextmanager
def opened(
    files: Mapping[str, LocalFile],
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    reading: Reading,
    seconds: float,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked connection with one view for each name; interrupted after ``seconds``.

    What DuckDB raises inside comes out as an error of ours.
    """
    with tempfile.TemporaryDirectory(prefix="stageline-") as folder:
        sources = {name: _linked(Path(folder), name, file, reading) for name, file in files.items()}
        sources |= {name: _written(Path(folder), name, items) for name, items in rows.items()}
        with duckdb.connect(":memory:", config=CONFIGURATION) as connection:
            timer = threading.Timer(seconds, connection.interrupt)
            timer.start()
            try:
                _lock(connection, sources)
                yield connection
            except duckdb.Error as error:
                raise _ours(error, seconds) from None
            finally:
                timer.cancel()
                timer.join()


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    call: str


def _lock(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, _Source]) -> None:
    paths = ", ".join(_quoted(str(source.path)) for source in sources.values())
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    for name, source in sources.items():
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {source.call}")  # noqa: S608
    connection.execute("SET lock_configuration = true")


def _linked(folder: Path, name: str, file: LocalFile, reading: Reading) -> _Source:
    form = _format(file.path) if reading.format == "auto" else reading.format
    packed = form == "csv" and _starts(file.path, b"\x1f\x8b")
    path = folder / f"{name}.{form}{'.gz' if packed else ''}"
    path.symlink_to(file.path.resolve())
    return _Source(path, _CALLS[form](str(path), reading))


def _format(path: Path) -> str:
    return "parquet" if _starts(path, b"PAR1") else "csv"


def _starts(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _csv(path: str, reading: Reading) -> str:
    options = [_quoted(path), "hive_partitioning=false"]
    if reading.delimiter is not None:
        options.append(f"delim={_quoted(reading.delimiter)}")
    if reading.header is not None:
        options.append(f"header={str(reading.header).lower()}")
    if reading.all_text:
        options.append("all_varchar=true")
    return f"read_csv({', '.join(options)})"


def _parquet(path: str, reading: Reading) -> str:  # noqa: ARG001 - one signature for all
    return f"read_parquet({_quoted(path)}, hive_partitioning=false)"


_CALLS: Mapping[str, Callable[[str, Reading], str]] = {"csv": _csv, "parquet": _parquet}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# --- rows in ---------------------------------------------------------------------------------


def _written(folder: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> _Source:
    path, kinds = folder / f"{name}.json", column_types(rows)
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(flat(row, kinds)) + "\n")
    columns = ", ".join(f"{_quoted(column)}: {_quoted(kind)}" for column, kind in kinds.items())
    return _Source(path, f"read_json({_quoted(str(path))}, format='newline_delimited', "
                   f"columns={{{columns}}})")  # fmt: skip


# --- rows out --------------------------------------------------------------------------------


def selected(
    connection: duckdb.DuckDBPyConnection, sql: str, limit: int, values: Sequence[Any] = ()
) -> Rows:
    """The first ``limit`` rows of one SELECT as JSON data."""
    cursor = connection.execute(sql, values)
    columns = [Column(str(item[0]), str(item[1])) for item in cursor.description or ()]
    names = [column.name for column in columns]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"Two columns of the result are called {shown(twice[0])}; rename one.")
    rows = cursor.fetchmany(limit + 1)
    found = [dict(zip(names, map(plain, row), strict=True)) for row in rows[:limit]]
    return Rows(found, columns, len(rows) > limit)


def selected_by(connection: duckdb.DuckDBPyConnection, sql: str, limit: int) -> Rows:
    """What ``sql`` selects; ``InputError`` if it is anything but one SELECT.

    DuckDB's own parser tells, so no spelling of another statement passes.
    """
    statements = connection.extract_statements(sql)
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise InputError("One SELECT is wanted, no other statement and no second one.")
    return selected(connection, sql, limit)


def plain(value: Any) -> Any:
    """A value of DuckDB as JSON data: times in ISO 8601, decimals and UUIDs as text, bytes in
    base64, durations in seconds, NaN and infinities as null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(plain(name)): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | int):
        return value
    return next((change(value) for kind, change in _PLAIN.items() if isinstance(value, kind)),
                str(value))  # fmt: skip


_PLAIN: Mapping[Any, Callable[[Any], Any]] = {
    decimal.Decimal: str,
    uuid.UUID: str,
    datetime.timedelta: datetime.timedelta.total_seconds,
    (datetime.date, datetime.time): lambda value: value.isoformat(),
    (bytes, bytearray): lambda value: base64.b64encode(value).decode(),
}


_ERRORS: tuple[tuple[type[duckdb.Error], type[StagelineError]], ...] = (
    (duckdb.PermissionException, AccessError),
    (duckdb.OutOfMemoryException, ResourceError),
    (duckdb.ParserException, InputError),
    (duckdb.BinderException, InputError),
    (duckdb.CatalogException, InputError),
    (duckdb.InvalidInputException, InputError),
    (duckdb.ConversionException, InputError),
)


def _ours(error: duckdb.Error, seconds: float) -> StagelineError:
    if isinstance(error, duckdb.InterruptException):
        return StepTimeoutError(f"The query took longer than {seconds:g} seconds.")
    text = str(error).strip().partition("\n")[0][:1_000]
    kind = next((ours for theirs, ours in _ERRORS if isinstance(error, theirs)), ToolError)
    return kind(text)


def write_parquet(rows: Sequence[Mapping[str, Any]], target: Path) -> None:
    """``rows`` as a Parquet file; equal rows give equal bytes."""
    with tempfile.TemporaryDirectory(prefix="stageline-") as folder:
        source = _written(Path(folder), "rows", rows)
        with duckdb.connect(":memory:", config={**CONFIGURATION, "threads": "1"}) as connection:
            connection.execute(f"SET allowed_paths = [{_quoted(str(source.path))}]")
            connection.execute(f"SET allowed_directories = [{_quoted(str(target.parent))}]")
            connection.execute("SET enable_external_access = false")
            try:
                connection.execute(
                    f"COPY (SELECT * FROM {source.call}) TO {_quoted(str(target))} "  # noqa: S608
                    "(FORMAT parquet)"
                )
            except duckdb.Error as error:
                raise _ours(error, math.inf) from None
