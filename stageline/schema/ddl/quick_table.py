"""The short way through CREATE TABLE name ( ... ): elements are found by expression, and only
texts that were not seen before are taken apart into tokens."""

from __future__ import annotations

import re

from stageline.schema.ddl.column import add_column, read_column
from stageline.schema.ddl.constraint import CONSTRAINTS, read_constraints
from stageline.schema.ddl.drafts import TableDraft
from stageline.schema.ddl.replay import Verdict
from stageline.schema.ddl.session import Session
from stageline.schema.ddl.shapes import Shapes
from stageline.schema.tokens import Tokens, unquote

# What, behind the list, needs the way over the tokens.
_MEANINGFUL = re.compile(
    r"\b(?:INHERITS|PARTITION|PARTITIONED|AS|SELECT|LIKE|OF|USING|OPTIONS|CLONE|COPY|COMMENT)\b",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\bCOMMENT\s*=?\s*'([^'\\]*+)'(?!')\s*\Z", re.IGNORECASE)
_FIRST_WORDS = frozenset(CONSTRAINTS) | {"LIKE"}


def create_table(
    text: str, line: int, session: Session, forms: Shapes, head: re.Match[str]
) -> Verdict | None:
    """Read a plain CREATE TABLE; None, with nothing changed, for any other."""
    found: list[str] = forms.part.findall(head[1]) if "." in head[1] else [head[1]]
    name = session.qualify(found)
    if session.catalog.tables.exact(name) is not None:
        return None
    table = TableDraft(name, line)
    end = _read_elements(text, line, session, forms, table, head.end())
    if end < 0 or not _read_tail(text, end, table, forms):
        return None
    session.catalog.tables.add(name, table)
    for key in table.foreign_keys:
        session.catalog.refer(key)
    return "create table", "parsed", None


def _read_elements(  # noqa: PLR0913 - where it stands in the text, and what it works on
    text: str, line: int, session: Session, forms: Shapes, table: TableDraft, at: int
) -> int:
    """Read the list that starts at ``at``; the position behind it, or -1."""
    lines_to = 0
    scan = forms.element.match
    while True:
        found = scan(text, at)
        if found is None:
            return -1
        _, body, delimiter = found.groups()
        start = found.start(2)
        line += text.count("\n", lines_to, start)
        lines_to = start
        body = body.rstrip()
        if body and not _read_element(body, line, session, forms, table):
            return -1
        at = found.end()
        if delimiter == ")":
            return at


def _read_element(body: str, line: int, session: Session, forms: Shapes, table: TableDraft) -> bool:
    first = forms.first.match(body)
    if first is None:
        return False
    token = first[1]
    word = token.upper()
    if word in _FIRST_WORDS:
        if word == "LIKE":
            return False
        tokens = Tokens(body, session.dialect.lexis, line)
        if read_constraints(tokens, 0, tokens.size, table, session):
            return True
    rest = body[first.end() :]
    spec = session.specs.get(rest)
    if spec is None:
        tokens = Tokens(body, session.dialect.lexis, line)
        spec = read_column(tokens, 1, tokens.size, session)
    add_column(table, token, spec, line)
    return True


def _read_tail(text: str, end: int, table: TableDraft, forms: Shapes) -> bool:
    """What follows the list: options without meaning for the model, and a comment."""
    if end == len(text):
        return True
    if forms.table_tail.fullmatch(text, end) is None or table.name.name.startswith("#"):
        return False
    comment = _COMMENT.search(text, end)
    stop = comment.start() if comment else len(text)
    if _MEANINGFUL.search(text, end, stop):
        return False
    if comment:
        table.comment = comment[1] or None
    return True


__all__ = ["create_table", "unquote"]
