"""The short way for plain statements: one regular expression instead of tokens."""

from __future__ import annotations

import re
from collections.abc import Callable

from stageline.schema.ddl import comment as comments
from stageline.schema.ddl.actions import Actions
from stageline.schema.ddl.alter_column import put
from stageline.schema.ddl.alter_table import NO_EFFECT
from stageline.schema.ddl.drafts import Refused, make_index
from stageline.schema.ddl.drop import NO_TABLE
from stageline.schema.ddl.quick_column import PLAIN, bare, read_tail
from stageline.schema.ddl.quick_table import (
    add_constraint,
    create_table,
    entry_names,
    name_parts,
    qualified,
)
from stageline.schema.ddl.replay import Verdict
from stageline.schema.ddl.session import Session
from stageline.schema.ddl.shapes import Shapes, shapes
from stageline.schema.ddl.synonym import BEFORE_NAMES
from stageline.schema.model import Sequence, Synonym

_START = re.compile(r"\bSTART\s+(?:WITH\s+)?(-?\d+)", re.IGNORECASE)
_STEP = re.compile(r"\bINCREMENT\s+(?:BY\s+)?(-?\d+)", re.IGNORECASE)
Quick = Callable[[str, int, Session, Shapes], Verdict | None]


def apply_quickly(verb: str, text: str, line: int, session: Session) -> Verdict | None:
    """Apply a statement whose shape is known; None if it is not, with nothing changed."""
    quick = QUICK.get(verb)
    if quick is None:
        return None
    forms = session.forms if text.isascii() else shapes(session.dialect.lexis, plain=False)
    return quick(text, line, session, forms)


def _alter(text: str, line: int, session: Session, forms: Shapes) -> Verdict | None:
    if session.dialect.dotted_quotes and "`" in text:
        return None
    try:
        if session.dialect.name_trails:
            return _add_trailing(text, line, session, forms)
        verdict = _add_constraint(text, line, session, forms)
        if verdict is None and forms.owner.fullmatch(text):
            return "alter table", "skipped", NO_EFFECT
        return verdict or _set_default(text, session, forms) or _add_defaults(text, session, forms)
    except Refused as refusal:
        return "alter table", "failed", str(refusal)


def _add_constraint(text: str, line: int, session: Session, forms: Shapes) -> Verdict | None:
    found = forms.constraint.fullmatch(text)
    if found is None:
        return None
    table, label, kind, columns, own, referred, target, tail = found.groups()
    actions = read_tail(tail, session)
    if actions is None:
        return None
    name = bare(label) if label else None
    groups = (table, kind, columns, own, referred, target)
    return _constrain(groups, name, actions, line, session, forms)


def _add_trailing(text: str, line: int, session: Session, forms: Shapes) -> Verdict | None:
    """The constraint's name stands behind it (Informix)."""
    found = forms.trailing.fullmatch(text)
    if found is None:
        return None
    table, opened, *groups, label = found.groups()
    if opened:
        line += text.count("\n", 0, found.end(2))
    name = bare(name_parts(label, forms)[-1])
    return _constrain((table, *groups), name, PLAIN, line, session, forms)


def _constrain(
    groups: tuple[str, ...],
    name: str | None,
    actions: Actions,
    line: int,
    session: Session,
    forms: Shapes,
) -> Verdict:
    table = session.table(qualified(groups[0], session, forms))
    key = add_constraint(table, groups[1:], name, actions, line, session, forms)
    if key is not None:
        session.catalog.refer(key)
    return "alter table", "parsed", None


def _set_default(text: str, session: Session, forms: Shapes) -> Verdict | None:
    found = forms.set_default.fullmatch(text)
    if found is None:
        return None
    table = session.table(qualified(found[1], session, forms))
    position = table.position(bare(found[2]))
    if position < 0:
        return None
    put(table, position, default=found[3])
    return "alter table", "parsed", None


def _add_defaults(text: str, session: Session, forms: Shapes) -> Verdict | None:
    """``ADD CONSTRAINT name DEFAULT (value) FOR column, ...`` (T-SQL)."""
    found = forms.defaults.fullmatch(text)
    if found is None:
        return None
    table = session.table(qualified(found[1], session, forms))
    added = [
        (table.position(bare(each[2])), each[1])
        for each in forms.default.finditer(text, found.start(2))
    ]
    if any(position < 0 for position, _ in added):
        return None
    for position, default in added:
        put(table, position, default=default)
    return "alter table", "parsed", None


def _drop(text: str, line: int, session: Session, forms: Shapes) -> Verdict | None:  # noqa: ARG001
    found = forms.drop_table.fullmatch(text)
    if found is None or found[1].upper() == "IF" or session.dialect.dotted_quotes:
        return None
    dropped = session.catalog.drop_table(qualified(found[1], session, forms))
    if dropped is None:
        return "drop table", "skipped", NO_TABLE
    return "drop table", "parsed", None


def _create(text: str, line: int, session: Session, forms: Shapes) -> Verdict | None:
    if session.dialect.dotted_quotes and "`" in text:
        return None
    head = forms.table_head.match(text)
    if head is not None:
        return create_table(text, line, session, forms, head)
    found = forms.index.fullmatch(text)
    if found is not None:
        return _index(found.groups(), line, session, forms)
    found = forms.sequence.fullmatch(text)
    if found is not None:
        return _sequence(found, line, session, forms)
    found = forms.synonym.fullmatch(text)
    return None if found is None else _synonym(found, line, session, forms)


def _index(
    groups: tuple[str | None, ...], line: int, session: Session, forms: Shapes
) -> Verdict | None:
    unique, label, on, early, entries, late = groups
    if label is None or on is None or entries is None or label.upper() in ("ON", "IF"):
        return None
    name = bare(name_parts(label, forms)[-1])
    table = session.catalog.tables.find(qualified(on, session, forms))
    if table is None or table.index_named(name) is not None:
        return None
    columns = entry_names(entries, forms)
    method = early or late
    method = method.lower() if method else None
    index = make_index(columns, name, line, unique=unique is not None, method=method)
    table.indexes.append(index)
    return "create index", "parsed", None


def _sequence(found: re.Match[str], line: int, session: Session, forms: Shapes) -> Verdict | None:
    """CREATE SEQUENCE name and words."""
    name = qualified(found[1], session, forms)
    if session.catalog.sequences.exact(name) is not None or found[1].upper() == "IF":
        return None
    start, step = _START.search(found[2]), _STEP.search(found[2])
    sequence = Sequence(
        name.name, name.schema, start[1] if start else None, step[1] if step else None, line
    )
    session.catalog.sequences.add(name, sequence)
    return "create sequence", "parsed", None


def _synonym(found: re.Match[str], line: int, session: Session, forms: Shapes) -> Verdict | None:
    """CREATE SYNONYM name FOR name, which may be in another database (Informix)."""
    name = qualified(found[1], session, forms)
    if found[1].upper() == "IF" or found[2].upper() in BEFORE_NAMES:
        return None
    if session.catalog.synonyms.exact(name) is not None:
        return None
    target = qualified(found[2], session, forms)
    synonym = Synonym(name.name, target.name, name.schema, target.schema, line)
    session.catalog.synonyms.add(name, synonym)
    return "create synonym", "parsed", None


def _comment(text: str, line: int, session: Session, forms: Shapes) -> Verdict | None:  # noqa: ARG001
    found = forms.comment.fullmatch(text)
    if found is None:
        return None
    parts = name_parts(found[2], forms)
    target = comments.on_table if found[1][0] in "Tt" else comments.on_column
    said = found[4] if found[3] is None else found[3].replace("''", "'")
    try:
        reason = target(session, parts, said)
    except Refused as refusal:
        return "comment on", "failed", str(refusal)
    return "comment on", "skipped" if reason else "parsed", reason


QUICK: dict[str, Quick] = {"ALTER": _alter, "CREATE": _create, "COMMENT": _comment, "DROP": _drop}
