"""DDL inside other statements: conditions (T-SQL), blocks, and EXECUTE IMMEDIATE with a plain
literal. What depends on values at run time stays out."""

from __future__ import annotations

from stageline.schema.ddl.replay import apply
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.tokens import Tokens, string_value

_DDL = frozenset({"CREATE", "ALTER", "DROP", "COMMENT", "RENAME"})
_BEFORE_STATEMENT = frozenset({";", "BEGIN", "THEN", "ELSE", "LOOP"})
CODE = "code that makes no objects"


def conditional(tokens: Tokens, index: int, session: Session) -> str | None:
    """IF condition statement: the statement counts, as if the condition held."""
    at = index
    while at < tokens.size and tokens.upper[at] not in _DDL | {"EXEC", "EXECUTE"}:
        at = tokens.after(at)
    if at >= tokens.size or (tokens.upper[at] == "ALTER" and tokens.upper[at + 1] == "DATABASE"):
        return "a condition"
    _, status, reason = apply(tokens, session, at)
    return reason or (None if status == "parsed" else "a condition")


def block(tokens: Tokens, index: int, session: Session) -> str | None:
    """BEGIN ... END or DECLARE ...: literals that it executes."""
    del index
    applied = _run_literals(tokens, session)
    return None if applied else CODE


def _run_literals(tokens: Tokens, session: Session) -> int:
    """Apply each ``EXECUTE [IMMEDIATE] 'literal'`` that is not put together."""
    applied = 0
    for at, word in enumerate(tokens.upper[: tokens.size]):
        if word != "EXECUTE":
            continue
        start = at + (2 if tokens.upper[at + 1] == "IMMEDIATE" else 1)
        literal = tokens.words[start]
        if literal[-1:] == "'" and tokens.words[start + 1] != "||":
            applied += _run(string_value(literal), tokens.line_at(start), session)
    return applied


def _run(text: str, line: int, session: Session) -> int:
    inner = Tokens(text, session.dialect.lexis, line)
    if inner.size < 2 or inner.upper[0] not in _DDL:
        return 0
    return apply(inner, session)[1] == "parsed"


def do(tokens: Tokens, index: int, session: Session) -> str | None:
    """DO $$ ... $$ (PostgreSQL): the DDL statements of the block, as if it ran through."""
    body = next((at for at in range(index, tokens.size) if tokens.words[at][:1] in "$'"), None)
    if body is None:
        return CODE
    inner = Tokens(string_value(tokens.words[body]), session.dialect.lexis, tokens.line_at(body))
    applied = _run_literals(inner, session)
    for at, end in _statements(inner):
        applied += _run(inner.slice(at, end), inner.line_at(at), session)
    return None if applied else CODE


def _statements(tokens: Tokens) -> list[tuple[int, int]]:
    """The spans of DDL statements in a block."""
    spans = []
    for at, word in enumerate(tokens.upper[: tokens.size]):
        if word in _DDL and (at == 0 or tokens.upper[at - 1] in _BEFORE_STATEMENT):
            spans.append((at, tokens.find(at, tokens.size, ";")))
    return spans


HANDLERS: dict[tuple[str, str], Handler] = {
    ("IF", ""): conditional,
    ("DO", ""): do,
    ("DECLARE", ""): block,
    ("BEGIN", ""): block,
}
