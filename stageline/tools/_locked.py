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
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from stageline.tools._tables import MAX_VALUES, Column, Reading, Rows, column_types, flat

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
MAX_LINES, MAX_LINE = 3, 300
CSV_HINT = (
    ". Check that it is UTF-8 text with one kind of line end and equally many fields in each line,"
    " or tell `read_table` its `delimiter`, its `header`, or that it is `all_text`."
)


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
                raise _ours(error, seconds, sources) from None
            except (OverflowError, RecursionError) as error:
                raise InputError(
                    f"The result has a value that is no JSON data ({error}); cast it to VARCHAR."
                ) from None
            finally:
                timer.cancel()
                timer.join()


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    call: str
    name: str


def _lock(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, _Source]) -> None:
    paths = ", ".join(_quoted(str(source.path)) for source in sources.values())
    connection.execute("SET TimeZone = 'UTC'")  # not the host's, so that all hosts agree
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
    return _Source(path, _CALLS[form](str(path), reading), file.uri)


def _format(path: Path) -> str:
    return "parquet" if _starts(path, b"PAR1") else "csv"


def _starts(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _csv(path: str, reading: Reading) -> str:
    options = [_quoted(path), "hive_partitioning=false", "comment=''"]
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
    _check_names(kinds)
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(flat(row, kinds)) + "\n")
    columns = ", ".join(f"{_quoted(column)}: {_quoted(kind)}" for column, kind in kinds.items())
    return _Source(path, f"read_json({_quoted(str(path))}, format='newline_delimited', "
                   f"columns={{{columns}}})", name)  # fmt: skip


def _check_names(names: Iterable[str]) -> None:
    known: dict[str, str] = {}
    for name in names:
        if not name:
            raise InputError("A column has no name, which SQL and Parquet need; give it one.")
        if (other := known.setdefault(name.lower(), name)) != name:
            both = f"{shown(other)} and {shown(name)}"
            raise InputError(f"The columns {both} are one to SQL and Parquet; rename one.")


# --- rows out --------------------------------------------------------------------------------


def selected(
    connection: duckdb.DuckDBPyConnection, sql: str, limit: int, values: Sequence[Any] = ()
) -> Rows:
    """The first ``limit`` rows of one SELECT as JSON data."""
    cursor = connection.execute(sql, values)
    columns = [Column(str(item[0]), str(item[1])) for item in cursor.description or ()]
    names = [column.name for column in columns]
    if twice := sorted(name for name, times in Counter(names).items() if times > 1):
        raise InputError(f"Two columns of the result are called {shown(twice[0])}; rename one.")
    most = min(limit, MAX_VALUES // max(len(names), 1))
    rows = cursor.fetchmany(most + 1)
    if most < limit and len(rows) > most:
        raise ResourceError(
            f"{limit:,} rows of {len(names):,} columns are more than {MAX_VALUES:,} values. Choose "
            "columns, or lower `limit`."
        )
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
    (duckdb.InternalError, ToolError),
)


def _ours(error: duckdb.Error, seconds: float, sources: Mapping[str, _Source]) -> StagelineError:
    """The error of ours. Whatever is not told apart here is wrong SQL or a broken file."""
    if isinstance(error, duckdb.InterruptException):
        return StepTimeoutError(f"The query took longer than {seconds:g} seconds.")
    kind = next((ours for theirs, ours in _ERRORS if isinstance(error, theirs)), InputError)
    text = str(error)
    if kind is ResourceError:
        text = f"{text.partition(chr(10))[0]}: ask for fewer rows or columns at once"
    named = [source for source in sources.values() if str(source.path) in text]
    if not named and (type(error) is duckdb.Error or isinstance(error, duckdb.IOException)):
        named = list(sources.values())  # only files have such errors
    where = " or ".join(shown(source.name) for source in named)
    hint = CSV_HINT if "CSV " in text and named else "."
    return kind(
        f"{where} cannot be read: {_gist(text, named)}{hint}" if where else _gist(text) + "."
    )


def _gist(text: str, named: Sequence[_Source] = ()) -> str:
    """The first lines of what DuckDB says, with the names that users know."""
    for source in named:
        text = text.replace(str(source.path), source.path.name)
    lines = text.strip().partition("\n\n")[0].splitlines()[:MAX_LINES]
    return " ".join(line[:MAX_LINE] for line in lines if not line.endswith(":")).rstrip(".")


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
                raise _ours(error, math.inf, {}) from None
