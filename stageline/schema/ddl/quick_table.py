"""The short way through CREATE TABLE name ( ... ): elements are found by expression, and only
texts that were not seen before are taken apart into tokens."""

from __future__ import annotations

import re

from stageline.schema.ddl.actions import Actions
from stageline.schema.ddl.column import MAX_SPECS, add_column, make_column, read_column
from stageline.schema.ddl.constraint import CONSTRAINTS, INDEX_NOISE, read_constraints
from stageline.schema.ddl.drafts import KeyDraft, TableDraft, make_index
from stageline.schema.ddl.inline import add_inline
from stageline.schema.ddl.quick_column import PLAIN, QUOTES, bare, read_rest, read_tail
from stageline.schema.ddl.replay import Verdict
from stageline.schema.ddl.session import Session
from stageline.schema.ddl.shapes import Shapes
from stageline.schema.model import Check, UniqueConstraint
from stageline.schema.tokens import Name, Tokens

# What, behind the list, needs the way over the tokens.
_MEANINGFUL = re.compile(
    r"\b(?=[IPASLOUCH])(?:INHERITS|PARTITION|PARTITIONED|AS|SELECT|LIKE|OF|USING|OPTIONS|CLONE|COPY|COMMENT|ORGANIZATION|HISTORY_TABLE|(?:PRIMARY|UNIQUE)\s+KEY)\b",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\bCOMMENT\s*=?\s*'([^'\\]*+)'(?!')\s*\Z", re.IGNORECASE)
_FIRST_WORDS = frozenset(CONSTRAINTS) | {"LIKE"}
_NO_NAMES = _FIRST_WORDS | INDEX_NOISE


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
    if end < 0 or not _read_options(text, end, table, session, forms):
        return None
    session.catalog.tables.add(name, table)
    for key in table.foreign_keys:
        session.catalog.refer(key)
    return "create table", "parsed", None


def _read_elements(
    text: str, line: int, session: Session, forms: Shapes, table: TableDraft, at: int
) -> int:
    """Read the list that starts at ``at``; the position behind it, or -1."""
    elements = forms.element.findall(text, at)
    end = len(text)
    if elements and elements[-1][3]:
        end -= len(elements.pop()[3])
    if text[end - 1] != ")":
        return -1  # something that is no element comes before the list's end
    if text.find("\n", 0, at) >= 0:
        line += text.count("\n", 0, at)
    specs, columns = session.specs, table.columns
    for lead, token, rest, _ in elements:
        line += lead.count("\n")
        word = token.upper()
        if word in _FIRST_WORDS:
            if not _read_element(word, token, rest, line, session, forms, table):
                return -1
        else:
            spec = specs.get(rest) or read_rest(token, rest, line, session, forms)
            name = token[1:-1] if token[0] in QUOTES else token
            columns.append(make_column(name, line, spec, spec.nullable is not False))
            if spec.inline:
                if spec.rest:
                    return -1
                add_inline(table, name, spec, line)
        if "\n" in rest:
            line += rest.count("\n")
    return end


def _read_element(
    word: str,
    token: str,
    rest: str,
    line: int,
    session: Session,
    forms: Shapes,
    table: TableDraft,
) -> bool:
    """A constraint, or a column whose name is that of one."""
    if word == "LIKE":
        return False
    text = token + rest
    if _constraint(text, line, session, forms, table) or _key(text, line, forms, table):
        return True
    tokens = Tokens(text, session.dialect.lexis, line)
    if not read_constraints(tokens, 0, tokens.size, table, session):
        add_column(table, token, read_column(tokens, 1, tokens.size, session), line)
    return True


def _constraint(text: str, line: int, session: Session, forms: Shapes, table: TableDraft) -> bool:
    """PRIMARY KEY, UNIQUE, FOREIGN KEY and CHECK in their plain forms."""
    found = forms.inside.fullmatch(text)
    if found is None:
        return False
    label, kind, columns, own, referred, target, tail, check, behind = found.groups()
    label = name_parts(behind, forms)[-1] if behind else label
    name = bare(label) if label else None
    if check is not None:
        table.checks.append(Check(check[1:-1].strip(), (), name, line))
        return True
    actions = read_tail(tail, session) if kind is None else PLAIN
    if actions is None:
        return False
    add_constraint(
        table, (kind, columns, own, referred, target), name, actions, line, session, forms
    )
    return True


def add_constraint(
    table: TableDraft,
    groups: tuple[str, ...],
    name: str | None,
    actions: Actions,
    line: int,
    session: Session,
    forms: Shapes,
) -> KeyDraft | None:
    """Add a plain constraint; the foreign key, if it is one (its target is still to be told)."""
    kind, columns, own, referred, target = groups
    if kind is None:
        key = KeyDraft(
            column_names(own, forms), qualified(referred, session, forms),
            column_names(target, forms) if target else [], name,
            actions.on_delete, actions.on_update, actions.enforced, line,
        )  # fmt: skip
        table.foreign_keys.append(key)
        return key
    if kind[0] in "Pp":
        table.primary_key, table.primary_key_name = column_names(columns, forms), name
    else:
        unique = UniqueConstraint(tuple(column_names(columns, forms)), name, line)
        table.uniques.append(unique)
    return None


def _key(text: str, line: int, forms: Shapes, table: TableDraft) -> bool:
    """``KEY name (columns)``, ``UNIQUE [KEY] name (columns)`` (MySQL)."""
    found = forms.key.fullmatch(text)
    if found is None:
        return False
    unique, label, entries = found.groups()
    if label.upper() in _NO_NAMES:
        return False
    columns = entry_names(entries, forms)
    if unique:
        table.uniques.append(UniqueConstraint(columns, bare(label), line))
    else:
        index = make_index(columns, bare(label), line, unique=False, method=None)
        table.indexes.append(index)
    return True


def qualified(written: str, session: Session, forms: Shapes) -> Name:
    """The name as ``Session.qualify`` makes it, remembered: keys name the same tables again."""
    key = (written, session.schema)
    name = session.names.get(key)
    if name is None:
        name = session.qualify(name_parts(written, forms))
        session.remember(key, name)
    return name


def name_parts(written: str, forms: Shapes) -> list[str]:
    """The parts of a name in one or two parts, quotes and all."""
    if "." not in written:
        return [written]
    found: list[str] = forms.part.findall(written)
    return found


def column_names(written: str, forms: Shapes) -> list[str]:
    if "," not in written:
        return [bare(written)]
    return [bare(part) for part in forms.part.findall(written)]


def entry_names(written: str, forms: Shapes) -> tuple[str, ...]:
    """Column names without their lengths and order; the call of a function as it is."""
    if written.isidentifier():
        return (written,)
    if written[-1] in "\"`]'" and "," not in written:
        return (bare(written),)
    names = [_entry_name(entry.strip(), forms) for entry in written.split(",")]
    return tuple([name for name in names if name is not None])


def _entry_name(entry: str, forms: Shapes) -> str | None:
    if entry.isidentifier():
        return entry
    start = forms.part.match(entry)
    if start is None:
        return None
    call = entry[-1] == ")" and not entry[-2].isdigit()
    return entry if call else bare(start[0])


def _read_options(text: str, end: int, table: TableDraft, session: Session, forms: Shapes) -> bool:
    """What follows the list: options without meaning for the model, and a comment."""
    if end == len(text):
        return True
    if table.name.name.startswith("#"):
        return False
    tail = text[end:]
    if tail in session.tails:
        return True
    if forms.table_tail.fullmatch(tail) is None:
        return False
    comment = _COMMENT.search(tail)
    stop = comment.start() if comment else len(tail)
    if _MEANINGFUL.search(tail, 0, stop):
        return False
    if comment:
        table.comment = comment[1] or None
    elif len(session.tails) < MAX_SPECS:
        session.tails.add(tail)
    return True
