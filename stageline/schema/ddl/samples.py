"""The first rows of each table's data, from INSERT and COPY.

Bounded: a table keeps at most ``MAX_ROWS`` rows and reads at most ``MAX_TEXT`` characters; what
lies beyond only counts, at the size of the rows seen (an estimate, then).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial

from stageline.schema.ddl.drafts import Refused, TableDraft
from stageline.schema.ddl.literal import literal_value
from stageline.schema.ddl.replay import apply
from stageline.schema.ddl.sample_rows import Found, Row, find_rows
from stageline.schema.ddl.session import Session
from stageline.schema.dialect import find_dialect
from stageline.schema.model import StatementStatus
from stageline.schema.piece import SAMPLE, Piece
from stageline.schema.tokens import Name, Tokens, keywords, unquote

MAX_ROWS = 200
MAX_TEXT = 1 << 15
REASON = "data"
_HEAD = 4096
_SHORT = 512  # heads that are worth remembering, and bounded as a whole
_VERB = re.compile(r"[A-Za-z]+")
# Up to the first of these words: letter by letter, for what begins with \b is searched slowly.
_VALUES = re.compile(r"(?:[^v]++|(?<=\w)v|v(?!ALUES?\b))*+VALUES?\b", re.IGNORECASE)
_BEFORE_NAME = keywords(
    "INSERT REPLACE INTO LOW_PRIORITY DELAYED HIGH_PRIORITY IGNORE OR ROLLBACK ABORT FAIL "
    "OVERWRITE TABLE ONLY COPY ALL FIRST UPDATE UPSERT"
)
_COPY_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_COPY_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)


def read_data(piece: Piece, session: Session) -> tuple[str, StatementStatus, str | None]:
    """Take rows from a data piece; whatever it holds, it is data to the model."""
    found = _VERB.match(piece.text)
    kind = found[0].lower() if found else "data"
    reader = _READERS.get(kind)
    if reader is not None:
        try:
            if reader(piece, session):
                return kind, "parsed", None
        except (Refused, IndexError):
            return kind, "skipped", "data that cannot be sampled"
    return kind, "skipped", REASON


def _full(table: TableDraft) -> bool:
    return len(table.rows) >= MAX_ROWS or table.sample_size >= MAX_TEXT


def _before_name(tokens: Tokens) -> int:
    at = 0
    while tokens.upper[at] in _BEFORE_NAME:
        at += 1
    return at


def _find_table(tokens: Tokens, session: Session) -> tuple[TableDraft | None, int]:
    name, at = session.name(tokens, _before_name(tokens))
    return session.catalog.tables.find(name), at


def _insert(piece: Piece, session: Session) -> bool:
    """Sample the rows; whether they were more than data."""
    text, lexis = piece.text, session.dialect.lexis
    name = _name_in(_until_values(text), session)
    table = session.catalog.tables.find(name)
    if table is None:
        return name.key in session.dialect.schema_tables and _define(piece, session)
    if _full(table):
        _estimate(table, piece.end - piece.start, piece.count)
        return False
    plain = partial(_plain, session=session)
    left = MAX_ROWS - len(table.rows)
    found = find_rows(text, lexis, MAX_TEXT - table.sample_size, left, plain)
    if found is None or not _take(table, found, piece, session):
        _lex(table, piece, session)
    return False


def _define(piece: Piece, session: Session) -> bool:
    """Rows of the catalogue itself, as full-text tables are dumped: their last value is what
    defines the object (SQLite)."""
    tokens = Tokens(piece.text, session.dialect.lexis, piece.line)
    made = False
    for _, rows in _statements(tokens, session):
        for row in rows:
            inner = Tokens((row and row[-1]) or "", session.dialect.lexis, piece.line)
            made = (inner.size > 0 and apply(inner, session)[1] == "parsed") or made
    return made


def _name_in(head: str, session: Session) -> Name:
    """The table's name in the head of an INSERT, remembered: the next one is like this one."""
    key = (head, session.schema)
    name = session.names.get(key)
    if name is None:
        tokens = _head_tokens(head, session.dialect.name)
        name, _ = session.name(tokens, _before_name(tokens))
        if len(head) <= _SHORT:
            session.remember(key, name)
    return name


def _until_values(text: str) -> str:
    found = _VALUES.match(text, 0, _HEAD)
    return text[: found.end() if found else _HEAD]


@lru_cache(maxsize=256)
def _head_tokens(head: str, dialect: str) -> Tokens:
    return Tokens(head, find_dialect(dialect).lexis)


def _take(table: TableDraft, found: Found, piece: Piece, session: Session) -> bool:
    """Keep rows that were found; whether their statements name columns in a known way."""
    named = [(_columns(head, session), rows) for head, rows in found.blocks]
    blocks = [(columns, rows) for columns, rows in named if columns is not None]
    if len(blocks) < len(named):
        return False
    before, size = table.row_count, piece.end - piece.start
    fits = [_keep_all(table, columns, rows) for columns, rows in blocks]
    read = table.row_count - before
    table.sample_size += found.size
    table.sample_count += read
    if not found.whole or size > SAMPLE:
        table.complete = False
        if read == found.statements and piece.count > 1:  # a row a statement: their number is known
            table.row_count += piece.count - read
        else:
            table.row_count += _rest(piece, found.size, read)
    table.complete = table.complete and all(fits)
    return True


def _rest(piece: Piece, seen: int, rows: int) -> int:
    """About how many rows stand behind those read, as many a line if rows have lines."""
    text, size = piece.text, piece.end - piece.start
    lines = text.count("\n", 0, seen)
    by_line = lines >= rows
    more = rows * (text.count("\n", seen) if by_line else len(text) - seen)
    more //= lines if by_line else seen
    return more + (rows + more) * max(0, size - len(text)) // len(text)


def _columns(head: str, session: Session) -> tuple[str, ...] | None:
    """The columns that an INSERT names before VALUES; None if more than that stands there."""
    tokens = _head_tokens(head, session.dialect.name)
    _, at = _find_table(tokens, session)
    columns: tuple[str, ...] = ()
    if tokens.words[at] == "(" and tokens.upper[at + 1] not in ("SELECT", "WITH"):
        columns = tuple(unquote(tokens.words[b]) for b, _ in tokens.elements(at))
        at = tokens.after(at)
    return columns if tokens.upper[at] in ("VALUES", "VALUE") else None


def _lex(table: TableDraft, piece: Piece, session: Session) -> None:
    """Read rows of any form token by token."""
    text, size = piece.text, piece.end - piece.start
    tokens = Tokens(text[:MAX_TEXT], session.dialect.lexis)
    before = table.row_count
    whole = len(text) <= MAX_TEXT and size <= SAMPLE
    for columns, rows in _statements(tokens, session):
        whole = _keep(table, columns, rows) and whole
    seen = min(len(text), MAX_TEXT)
    table.sample_size += seen
    table.sample_count += table.row_count - before
    if not whole:
        table.complete = False
        _estimate(table, max(0, size - seen) if size > MAX_TEXT else 0)


def _estimate(table: TableDraft, size: int, least: int = 0) -> None:
    """Count rows that are not read by the size of those that were, but at ``least`` so many."""
    if size:
        table.complete = False
        table.row_count += max(least, size * table.sample_count // max(1, table.sample_size))


def _statements(
    tokens: Tokens, session: Session
) -> Iterator[tuple[tuple[str, ...], Iterator[tuple[str | None, ...] | None]]]:
    """Columns and rows of each INSERT ... VALUES; no rows for INSERT ... SELECT."""
    for at in _starts(tokens, session.dialect.lexis.semicolon_free):
        index = at
        while tokens.upper[index] in _BEFORE_NAME:
            index += 1
        _, index = session.name(tokens, index)
        columns: tuple[str, ...] = ()
        if tokens.words[index] == "(" and tokens.upper[index + 1] not in ("SELECT", "WITH"):
            columns = tuple(unquote(tokens.words[b]) for b, _ in tokens.elements(index))
            index = tokens.after(index)
        while tokens.upper[index] not in ("VALUES", "VALUE", ";", "SELECT", ""):
            index += 1
        known = tokens.upper[index] in ("VALUES", "VALUE")
        yield columns, _rows(tokens, index + 1, session) if known else iter((None,))


def _starts(tokens: Tokens, free: bool) -> Iterator[int]:
    """The indices of INSERT, or of each INTO of INSERT ALL (Oracle)."""
    multiple = tokens.upper[1] in ("ALL", "FIRST")
    stops = (";", "INTO") if multiple else (";", "INSERT") if free else (";",)
    at = tokens.find(0, tokens.size, "INTO") if multiple else 0
    while at < tokens.size:
        yield at
        at = tokens.find(at + 1, tokens.size, *stops)
        while tokens.words[at] == ";":
            at += 1


def _rows(tokens: Tokens, at: int, session: Session) -> Iterator[Row | None]:
    """The rows behind VALUES; None for one that is cut off."""
    while tokens.words[at] == "(":
        closing = tokens.pairs[at]
        if closing >= tokens.size:
            yield None
            return
        yield tuple(_value(tokens, begin, end, session) for begin, end in tokens.elements(at))
        at = closing + 1
        if tokens.words[at] != ",":
            return
        at += 1


def _value(tokens: Tokens, begin: int, end: int, session: Session) -> str | None:
    """A literal without quotes, NULL as None, an expression as written."""
    word = tokens.words[begin]
    if end - begin == 1 or (end - begin == 3 and tokens.words[begin + 1] == "::"):
        if word[-1:] == "'":
            return literal_value(word, session.dialect.lexis)
        if tokens.upper[begin] == "NULL":
            return None
        if word[:1] == '"' and '"' in session.dialect.lexis.backslash:
            return literal_value(word, session.dialect.lexis)
        return word
    return tokens.slice(begin, end)


def _plain(word: str, session: Session) -> str | None:
    """The same for a value as written."""
    backslash = session.dialect.lexis.backslash
    if word[-1] == "'" or (word[0] == '"' and '"' in backslash):
        return literal_value(word, session.dialect.lexis)
    return None if word.upper() == "NULL" else word


def _keep(table: TableDraft, columns: tuple[str, ...], rows: Iterator[Row | None]) -> bool:
    """Add rows up to the bound; whether all of them were there and fitted the columns."""
    return _add(table, _names(table, columns), rows)


def _keep_all(table: TableDraft, columns: tuple[str, ...], rows: list[Row]) -> bool:
    """The same for rows at hand: at once, if all of them fit as they are."""
    names = _names(table, columns)
    places = list(range(len(names)))
    alike = set(map(len, rows)) == {len(names)} and _order(table.sample_columns, names) == places
    if not alike or len(rows) > MAX_ROWS - len(table.rows):
        return _add(table, names, iter(rows))
    table.rows += rows
    table.row_count += len(rows)
    return True


def _names(table: TableDraft, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that rows are for: those that were named, or all; the first are the sample's."""
    names = columns or tuple(c.name for c in table.columns if not c.generated)
    if not table.sample_columns:
        table.sample_columns = names
    return names


def _add(table: TableDraft, names: tuple[str, ...], rows: Iterator[Row | None]) -> bool:
    order = _order(table.sample_columns, names)
    whole = True
    for row in rows:
        if row is None:
            return False
        table.row_count += 1
        if len(table.rows) >= MAX_ROWS or order is None or len(row) != len(names):
            whole = False
            continue
        table.rows.append(row if names is table.sample_columns else tuple(row[i] for i in order))
    return whole


def _order(wanted: tuple[str, ...], names: tuple[str, ...]) -> list[int] | None:
    """Where the sample's columns stand in a row; None if one is not there."""
    places = {name.casefold(): place for place, name in enumerate(names)}
    found = [places.get(name.casefold(), -1) for name in wanted]
    return None if -1 in found else found


def _copy(piece: Piece, session: Session) -> bool:
    """COPY table (columns) FROM stdin: tab-separated rows, one a line."""
    command, _, data = piece.text.partition("\n")
    while not command.rstrip().endswith(";") and data:
        more, _, data = data.partition("\n")
        command += "\n" + more
    tokens = Tokens(command, session.dialect.lexis)
    table, at = _find_table(tokens, session)
    if table is None or {"CSV", "DELIMITER", "BINARY"} & set(tokens.upper):
        return False
    columns: tuple[str, ...] = ()
    if tokens.words[at] == "(":
        columns = tuple(unquote(tokens.words[b]) for b, _ in tokens.elements(at))
    whole = piece.end - piece.start <= SAMPLE
    lines = data.split("\n") if data else []
    if not whole and lines:
        lines.pop()  # cut off
    fits = _keep(table, columns, (_copy_row(line) for line in lines))
    table.complete = table.complete and whole and fits
    if not whole and lines:
        table.row_count += len(lines) * (piece.end - piece.start - len(data)) // max(1, len(data))
    return False


def _copy_row(line: str) -> Row:
    return tuple(_copy_value(value) for value in line.rstrip("\r").split("\t"))


def _copy_value(value: str) -> str | None:
    if "\\" not in value:
        return value
    return None if value == "\\N" else _COPY_ESCAPE.sub(_unescape, value)


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "01234567":
        return chr(int(code, 8) & 0xFF)
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _COPY_ESCAPES.get(code, code)


_READERS = {"insert": _insert, "replace": _insert, "copy": _copy}
