"""Types that a dump defines: domains, enums, composites, distinct and object types, aliases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from stageline.schema.ddl.column import read_column
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.model import Check, UserType
from stageline.schema.tokens import Name, Tokens, unquote


def create_domain(tokens: Tokens, index: int, session: Session) -> str | None:
    """CREATE DOMAIN name [AS] type with the clauses of a column."""
    name, at = session.name(tokens, index + 1)
    if tokens.upper[at] == "AS":
        at += 1
    return _add(session, tokens, _domain(tokens, at, name, session, "domain"), name)


def _domain(tokens: Tokens, at: int, name: Name, session: Session, kind: str) -> UserType:
    spec = read_column(tokens, at, tokens.size, session)
    line = tokens.line_at(0)
    checks = tuple(Check(text, (), label, line + offset) for text, label, offset in spec.checks)
    return UserType(
        name.name, name.schema, kind, spec.type or None, (), checks,
        spec.nullable is not False, spec.default, line,
    )  # fmt: skip


def _add(session: Session, tokens: Tokens, type_: UserType, name: Name) -> str | None:
    existing = session.catalog.types.exact(name)
    if existing is not None and existing.base is None and not existing.labels:
        session.catalog.types.remove(name)  # a shell type, completed
    elif existing is not None and "REPLACE" not in tokens.upper[:4]:
        return f"duplicate of {name.name} in line {existing.line}"
    session.add_type(name, type_)
    return None


def create_type(tokens: Tokens, index: int, session: Session) -> str | None:
    at = index + 1
    if tokens.upper[at] == "BODY":
        name, at = session.name(tokens, at + 1)
        return f"the body of type {name.name} holds code only"
    if tokens.upper[at] == "IF":
        at += 3
    name, at = session.name(tokens, at)
    return _add(session, tokens, _define(tokens, at, name, session), name)


def _define(tokens: Tokens, at: int, name: Name, session: Session) -> UserType:
    """What stands behind the name and AS, by its first word."""
    upper = tokens.upper
    while upper[at] in ("AS", "IS", "FORCE", "OID", "AUTHID", "CURRENT_USER", "DEFINER"):
        at += 2 if upper[at] in ("OID", "AUTHID") else 1
    form = _FORMS.get(upper[at])
    if form is not None:
        plain = UserType(name.name, name.schema, "object", line=tokens.line_at(0))
        return form(tokens, at, plain)
    if upper[at] == "FROM":
        return _domain(tokens, at + 1, name, session, "alias")
    kind = "distinct" if "DISTINCT" in upper[:4] else "domain"
    return _domain(tokens, at, name, session, kind)


def _enum(tokens: Tokens, at: int, plain: UserType) -> UserType:
    return replace(plain, kind="enum", labels=_labels(tokens, at + 1, strings=True))


def _range(tokens: Tokens, at: int, plain: UserType) -> UserType:  # noqa: ARG001 - as all forms
    return replace(plain, kind="range")


def _collection(tokens: Tokens, at: int, plain: UserType) -> UserType:
    """TABLE OF x, VARRAY (n) OF x (Oracle); TABLE (columns) (T-SQL)."""
    base = tokens.find(at, tokens.size, "OF")
    if base < tokens.size:
        return replace(plain, kind="table", base=tokens.squeeze(base + 1, tokens.size))
    return replace(plain, kind="table", labels=_labels(tokens, tokens.find(at, tokens.size, "(")))


def _attributes(tokens: Tokens, at: int, plain: UserType) -> UserType:
    """(attributes), OBJECT (attributes and methods), UNDER supertype (...)."""
    kind = "composite" if tokens.words[at] == "(" else "object"
    return replace(plain, kind=kind, labels=_labels(tokens, tokens.find(at, tokens.size, "(")))


_FORMS: dict[str, Callable[[Tokens, int, UserType], UserType]] = {
    "ENUM": _enum,
    "RANGE": _range,
    "TABLE": _collection,
    "VARRAY": _collection,
    "VARYING": _collection,
    "(": _attributes,
    "OBJECT": _attributes,
    "UNDER": _attributes,
    "STRUCT": _attributes,
    "ROW": _attributes,
}


def _labels(tokens: Tokens, opening: int, *, strings: bool = False) -> tuple[str, ...]:
    """The labels of an enum, or the attributes with their types."""
    if opening >= tokens.size:
        return ()
    spans = tokens.elements(opening)
    if strings:
        return tuple(unquote(tokens.words[begin]) for begin, _ in spans)
    return tuple(
        f"{unquote(tokens.words[begin])} {tokens.squeeze(begin + 1, end)}"
        for begin, end in spans
        if tokens.upper[begin] not in ("MEMBER", "STATIC", "CONSTRUCTOR", "MAP", "ORDER", "FINAL")
    )


def alter_type(tokens: Tokens, index: int, session: Session) -> str | None:
    """ALTER TYPE ADD VALUE, RENAME TO; ALTER DOMAIN ADD CHECK, SET or DROP DEFAULT and NOT NULL."""
    name, at = session.name(tokens, index + 1)
    key = session.catalog.types.key(name)
    if key is None:
        return f"there is no type {name.name}"
    type_ = session.catalog.types.items[key]
    words = (tokens.upper[at], tokens.upper[at + 1])
    if words == ("ADD", "VALUE"):
        at += 5 if tokens.upper[at + 2] == "IF" else 2
        type_ = replace(type_, labels=(*type_.labels, unquote(tokens.words[at])))
    elif words[0] == "ADD":
        extra = _domain(tokens, at + 1, name, session, "domain")
        type_ = replace(type_, checks=type_.checks + extra.checks)
    elif words[0] in ("SET", "DROP") and words[1] in ("DEFAULT", "NOT"):
        sets = words[0] == "SET"
        if words[1] == "NOT":
            type_ = replace(type_, nullable=not sets)
        else:
            type_ = replace(type_, default=tokens.slice(at + 2, tokens.size) if sets else None)
    elif words == ("RENAME", "TO"):
        session.catalog.types.remove(name)
        new, _ = session.name(tokens, at + 2)
        session.catalog.types.add(new, replace(type_, name=new.name))
        return None
    else:
        return "changes nothing that the model holds"
    session.catalog.types.items[key] = type_
    return None


def drop_type(tokens: Tokens, index: int, session: Session) -> str | None:
    at = index + (3 if tokens.upper[index + 1] == "IF" else 1)
    dropped = False
    for begin, _ in tokens.split(at, tokens.size):
        name, _ = session.name(tokens, begin)
        dropped = session.catalog.types.remove(name) is not None or dropped
    return None if dropped else "there is no such type"


HANDLERS: dict[tuple[str, str], Handler] = {
    ("CREATE", "DOMAIN"): create_domain,
    ("CREATE", "TYPE"): create_type,
    ("ALTER", "TYPE"): alter_type,
    ("ALTER", "DOMAIN"): alter_type,
    ("DROP", "TYPE"): drop_type,
    ("DROP", "DOMAIN"): drop_type,
}
