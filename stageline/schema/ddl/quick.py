"""The short way for plain statements: one regular expression instead of tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from stageline.schema.ddl import comment as comments
from stageline.schema.ddl.alter_column import put
from stageline.schema.ddl.alter_table import NO_EFFECT
from stageline.schema.ddl.constraint import Actions, read_actions
from stageline.schema.ddl.drafts import KeyDraft, Refused
from stageline.schema.ddl.quick_table import create_table
from stageline.schema.ddl.replay import Verdict
from stageline.schema.ddl.session import Session
from stageline.schema.ddl.shapes import Shapes, shapes
from stageline.schema.model import Index, UniqueConstraint
from stageline.schema.tokens import Name, Tokens, unquote

Quick = Callable[[str, int, Session, Shapes], Verdict | None]


def apply_quickly(verb: str, text: str, line: int, session: Session) -> Verdict | None:
    """Apply a statement whose shape is known; None if it is not, with nothing changed."""
    quick = QUICK.get(verb)
    return None if quick is None else quick(text, line, session, shapes(session.dialect.lexis))


def _name(written: str, session: Session, forms: Shapes) -> Name:
    return session.qualify(_parts(written, forms))


def _parts(written: str, forms: Shapes) -> list[str]:
    if "." not in written:
        return [written]
    found: list[str] = forms.part.findall(written)
    return found


def _columns(written: str, forms: Shapes) -> list[str]:
    if written.isidentifier():
        return [written]
    return [unquote(part) for part in forms.part.findall(written)]


def _alter(text: str, line: int, session: Session, forms: Shapes) -> Verdict | None:
    if session.dialect.dotted_quotes:
        return None
    if forms.owner.fullmatch(text):
        return "alter table", "skipped", NO_EFFECT
    try:
        if session.dialect.name_trails:
            return _add_trailing(text, line, session, forms)
        return _add_constraint(text, line, session, forms) or _set_default(text, session, forms)
    except Refused as refusal:
        return "alter table", "failed", str(refusal)


def _add_constraint(text: str, line: int, session: Session, forms: Shapes) -> Verdict | None:
    found = forms.constraint.fullmatch(text)
    if found is None:
        return None
    table, label, kind, columns, own, referred, target, tail = found.groups()
    actions = _actions(tail, session)
    if actions is None:
        return None
    name = unquote(label) if label else None
    groups = (table, kind, columns, own, referred, target)
    return _constrain(groups, name, actions, line, session, forms)


def _add_trailing(text: str, line: int, session: Session, forms: Shapes) -> Verdict | None:
    """The constraint's name stands behind it (Informix)."""
    found = forms.trailing.fullmatch(text)
    if found is None:
        return None
    *groups, label = found.groups()
    name = unquote(_parts(label, forms)[-1])
    return _constrain(tuple(groups), name, _PLAIN, line, session, forms)


def _constrain(  # noqa: PLR0913 - the groups of two expressions
    groups: tuple[str, ...],
    name: str | None,
    actions: Actions,
    line: int,
    session: Session,
    forms: Shapes,
) -> Verdict:
    written, kind, columns, own, referred, target = groups
    table = session.table(_name(written, session, forms))
    if kind is None:
        key = KeyDraft(
            _columns(own, forms), _name(referred, session, forms),
            _columns(target, forms) if target else [], name,
            actions.on_delete, actions.on_update, actions.enforced, line,
        )  # fmt: skip
        table.foreign_keys.append(key)
        session.catalog.refer(key)
    elif kind[0] in "Pp":
        table.primary_key, table.primary_key_name = _columns(columns, forms), name
    else:
        unique = UniqueConstraint(tuple(_columns(columns, forms)), name, line)
        table.uniques.append(unique)
    return "alter table", "parsed", None


_PLAIN = Actions()


def _actions(tail: str | None, session: Session) -> Actions | None:
    """What stands behind the columns; None if it is more than actions."""
    if not tail or tail.isspace():
        return _PLAIN
    known = session.actions.get(tail)
    if known is None:
        tokens = Tokens(tail, session.dialect.lexis)
        known, after = read_actions(tokens, 0, tokens.size)
        if after < tokens.size:
            return None
        session.actions[tail] = known
    return known


def _set_default(text: str, session: Session, forms: Shapes) -> Verdict | None:
    found = forms.set_default.fullmatch(text)
    if found is None:
        return None
    table = session.table(_name(found[1], session, forms))
    position = table.position(unquote(found[2]))
    if position < 0:
        return None
    put(table, position, default=found[3])
    return "alter table", "parsed", None


def _create(text: str, line: int, session: Session, forms: Shapes) -> Verdict | None:
    if session.dialect.dotted_quotes:
        return None
    head = forms.table_head.match(text)
    if head is not None:
        return create_table(text, line, session, forms, head)
    found = forms.index.fullmatch(text)
    return None if found is None else _index(found.groups(), line, session, forms)


def _index(
    groups: tuple[str | None, ...], line: int, session: Session, forms: Shapes
) -> Verdict | None:
    unique, label, on, method, entries = groups
    if label is None or on is None or entries is None or label.upper() in ("ON", "IF"):
        return None
    name = unquote(_parts(label, forms)[-1])
    table = session.catalog.tables.find(_name(on, session, forms))
    if table is None or any(index.name == name for index in table.indexes):
        return None
    columns = tuple(unquote(forms.part.match(entry.strip())[0]) for entry in _split(entries))  # type: ignore[index]
    method = method.lower() if method else None
    table.indexes.append(Index(columns, name, unique is not None, method, None, line))
    return "create index", "parsed", None


def _split(entries: str) -> list[str]:
    return entries.split(",") if "," in entries else [entries]


def _comment(text: str, line: int, session: Session, forms: Shapes) -> Verdict | None:  # noqa: ARG001
    found = forms.comment.fullmatch(text)
    if found is None:
        return None
    parts = _parts(found[2], forms)
    target = comments.on_table if found[1][0] in "Tt" else comments.on_column
    try:
        reason = target(session, parts, found[3].replace("''", "'"))
    except Refused as refusal:
        return "comment on", "failed", str(refusal)
    return "comment on", "skipped" if reason else "parsed", reason


QUICK: dict[str, Quick] = {"ALTER": _alter, "CREATE": _create, "COMMENT": _comment}

__all__ = ["QUICK", "apply_quickly", "replace"]
