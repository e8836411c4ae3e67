"""The short way through CREATE TABLE name ( ... ): elements are found by expression, and only
texts that were not seen before are taken apart into tokens."""

from __future__ import annotations

import re
from dataclasses import replace

from stageline.schema.ddl.column import ColumnSpec, add_column, read_column
from stageline.schema.ddl.constraint import CONSTRAINTS, Actions, read_actions, read_constraints
from stageline.schema.ddl.drafts import KeyDraft, TableDraft
from stageline.schema.ddl.replay import Verdict
from stageline.schema.ddl.session import Session
from stageline.schema.ddl.shapes import Shapes
from stageline.schema.model import Check, Index, UniqueConstraint
from stageline.schema.tokens import Name, Tokens, unquote

# What, behind the list, needs the way over the tokens.
_MEANINGFUL = re.compile(
    r"\b(?:INHERITS|PARTITION|PARTITIONED|AS|SELECT|LIKE|OF|USING|OPTIONS|CLONE|COPY|COMMENT|ORGANIZATION|PRIMARY\s+KEY)\b",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\bCOMMENT\s*=?\s*'([^'\\]*+)'(?!')\s*\Z", re.IGNORECASE)
_MARK = "\x00"  # no literal of a text holds it
MAX_NAMES = 1 << 16
_FIRST_WORDS = frozenset(CONSTRAINTS) | {"LIKE"}


def create_table(
    text: str, line: int, session: Session, forms: Shapes, head: re.Match[str]
) -> Verdict | None:
    """Read a plain CREATE TABLE; None, with nothing changed, for any other."""
    name = qualified(head[1], session, forms)
    if session.catalog.tables.exact(name) is not None:
        return None
    if name.key.startswith(session.dialect.internal_prefix):
        return None
    table = TableDraft(name, line)
    end = _read_elements(text, line, session, forms, table, head.end())
    if end < 0 or not _read_options(text, end, table, forms):
        return None
    session.catalog.tables.add(name, table)
    for key in table.foreign_keys:
        session.catalog.refer(key)
    return "create table", "parsed", None


def _read_elements(
    text: str, line: int, session: Session, forms: Shapes, table: TableDraft, at: int
) -> int:
    """Read the list that starts at ``at``; the position behind it, or -1."""
    whole = forms.list.match(text, at)
    if whole is None:
        return -1
    end = whole.end()
    elements = forms.element.findall(text, at, end)
    if sum(len(lead) + len(token) + len(rest) + 1 for lead, token, rest in elements) != end - at:
        return -1  # something lies between them
    line += text.count("\n", 0, at)
    specs = session.specs
    for lead, token, rest in elements:
        line += lead.count("\n")
        spec = specs.get(rest) or specs.get(_flatten(rest))
        if spec is None or token.upper() in _FIRST_WORDS:
            if not _read_element(token, rest, line, session, forms, table):
                return -1
        else:
            add_column(table, token, spec, line)
        line += rest.count("\n")
    return end


def _flatten(rest: str) -> str:
    """The key of a column's text that differs from others in blanks only, if that is safe."""
    if "'" in rest or '"' in rest or "\n" in rest.strip():
        return rest.strip()
    return " ".join(rest.split())


def _read_element(
    token: str, rest: str, line: int, session: Session, forms: Shapes, table: TableDraft
) -> bool:
    """A constraint, or a column of a kind not seen before."""
    word = token.upper()
    if word == "LIKE":
        return False
    if word in _FIRST_WORDS and (
        _constraint(token + rest, line, session, forms, table)
        or _key(token + rest, line, forms, table)
    ):
        return True
    spec = _with_literal(rest, session)
    if spec is not None and word not in _FIRST_WORDS:
        add_column(table, token, spec, line)
        return True
    tokens = Tokens(token + rest, session.dialect.lexis, line)
    if word in _FIRST_WORDS and read_constraints(tokens, 0, tokens.size, table, session):
        return True
    spec = read_column(tokens, 1, tokens.size, session)
    session.specs[rest] = session.specs[_flatten(rest)] = spec
    add_column(table, token, spec, line)
    return True


def _with_literal(rest: str, session: Session) -> ColumnSpec | None:
    """The kind of a column that differs from others only in one string: its default, comment or
    only label. Read once with a mark in place of the string."""
    parts = rest.split("'")
    if len(parts) != 3 or "\\" in parts[1] or '"' in rest:
        return None
    literal = parts[1]
    key = f"{parts[0]}'{_MARK}'{parts[2]}".strip()
    spec = session.specs.get(key)
    if spec is None:
        tokens = Tokens(key, session.dialect.lexis)
        spec = read_column(tokens, 0, tokens.size, session)
        session.specs[key] = spec
    if spec.inline:
        return None
    return replace(
        spec,
        type=spec.type.replace(_MARK, literal),
        default=spec.default and spec.default.replace(_MARK, literal),
        generated=spec.generated and spec.generated.replace(_MARK, literal),
        comment=spec.comment and spec.comment.replace(_MARK, literal),
    )


def _constraint(text: str, line: int, session: Session, forms: Shapes, table: TableDraft) -> bool:
    """PRIMARY KEY, UNIQUE, FOREIGN KEY and CHECK in their plain forms."""
    found = forms.inside.fullmatch(text)
    if found is None:
        return False
    label, kind, columns, own, referred, target, tail, check = found.groups()
    name = unquote(label) if label else None
    if check is not None:
        table.checks.append(Check(check[1:-1].strip(), (), name, line))
    elif kind is None:
        actions = read_tail(tail, session)
        if actions is None:
            return False
        key = KeyDraft(
            column_names(own, forms), qualified(referred, session, forms),
            column_names(target, forms) if target else [], name,
            actions.on_delete, actions.on_update, actions.enforced, line,
        )  # fmt: skip
        table.foreign_keys.append(key)
    elif kind[0] in "Pp":
        table.primary_key, table.primary_key_name = column_names(columns, forms), name
    else:
        unique = UniqueConstraint(tuple(column_names(columns, forms)), name, line)
        table.uniques.append(unique)
    return True


def _key(text: str, line: int, forms: Shapes, table: TableDraft) -> bool:
    """``[UNIQUE] KEY name (columns)`` (MySQL)."""
    found = forms.key.fullmatch(text)
    if found is None:
        return False
    unique, label, entries = found.groups()
    columns = entry_names(entries, forms)
    if unique:
        table.uniques.append(UniqueConstraint(columns, unquote(label), line))
    elif label.upper() not in _FIRST_WORDS:
        table.indexes.append(Index(columns, unquote(label), False, None, None, line))
    else:
        return False
    return True


def qualified(written: str, session: Session, forms: Shapes) -> Name:
    """The name as ``Session.qualify`` makes it, remembered: keys name the same tables again."""
    key = (written, session.schema)
    name = session.names.get(key)
    if name is None:
        if len(session.names) >= MAX_NAMES:
            session.names.clear()
        name = session.names[key] = session.qualify(name_parts(written, forms))
    return name


def name_parts(written: str, forms: Shapes) -> list[str]:
    """The parts of a name in one or two parts, quotes and all."""
    if "." not in written:
        return [written]
    found: list[str] = forms.part.findall(written)
    return found


def column_names(written: str, forms: Shapes) -> list[str]:
    if written.isidentifier():
        return [written]
    return [unquote(part) for part in forms.part.findall(written)]


def entry_names(written: str, forms: Shapes) -> tuple[str, ...]:
    """Column names without their lengths and order."""
    if written.isidentifier():
        return (written,)
    starts = (forms.part.match(entry.strip()) for entry in written.split(","))
    return tuple(unquote(start[0]) for start in starts if start)


PLAIN = Actions()


def read_tail(tail: str | None, session: Session) -> Actions | None:
    """What stands behind the columns of a foreign key; None if it is more than actions."""
    if not tail or tail.isspace():
        return PLAIN
    known = session.actions.get(tail)
    if known is None:
        tokens = Tokens(tail, session.dialect.lexis)
        known, after = read_actions(tokens, 0, tokens.size)
        if after < tokens.size:
            return None
        session.actions[tail] = known
    return known


def _read_options(text: str, end: int, table: TableDraft, forms: Shapes) -> bool:
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
