"""Synonyms, aliases and nicknames: another name for a table or view."""

from __future__ import annotations

from stageline.schema.ddl.drafts import Refused
from stageline.schema.ddl.routine import create_routine
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.model import Synonym
from stageline.schema.tokens import Tokens

BEFORE_NAMES = ("TABLE", "SEQUENCE", "MODULE")  # what the name behind FOR is of


def create_synonym(tokens: Tokens, index: int, session: Session) -> str | None:
    at = index + (4 if tokens.upper[index + 1] == "IF" else 1)
    name, at = session.name(tokens, at)
    if tokens.upper[at] == "AS":  # source code (H2)
        return create_routine(tokens, index, session)
    start = tokens.find(at, tokens.size, "FOR")
    if start >= tokens.size:
        raise Refused("a synonym needs FOR and what it stands for")
    start += 2 if tokens.upper[start + 1] in BEFORE_NAMES else 1
    target, _ = session.name(tokens, start)
    existing = session.catalog.synonyms.exact(name)
    if existing is not None and "REPLACE" not in tokens.upper[:index]:
        return f"duplicate of {name.name} in line {existing.line}"
    synonym = Synonym(name.name, target.name, name.schema, target.schema, tokens.line_at(0))
    session.catalog.synonyms.add(name, synonym)
    return None


def drop_synonym(tokens: Tokens, index: int, session: Session) -> str | None:
    name, _ = session.name(tokens, index + (3 if tokens.upper[index + 1] == "IF" else 1))
    found = session.catalog.synonyms.remove(name)
    return None if found else f"there is no synonym {name.name}"


HANDLERS: dict[tuple[str, str], Handler] = {
    (verb, kind): handler
    for kind in ("SYNONYM", "ALIAS", "NICKNAME")
    for verb, handler in (("CREATE", create_synonym), ("DROP", drop_synonym))
}
