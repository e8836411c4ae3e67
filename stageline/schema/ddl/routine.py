"""Functions, procedures, packages and aggregates: signature and body."""

from __future__ import annotations

from dataclasses import replace

from stageline.schema.ddl.session import Handler, Session
from stageline.schema.ddl.signature import read_signature
from stageline.schema.model import Routine
from stageline.schema.tokens import Tokens, keywords, string_value, unquote

_BODY = frozenset({"AS", "IS", "BEGIN", "DEFINE", "EXTERNAL"})
_RETURNS = ("RETURNS", "RETURN", "RETURNING")
_AFTER_RETURNS = keywords(
    "AS IS BEGIN LANGUAGE DETERMINISTIC NOT IMMUTABLE STABLE VOLATILE STRICT CALLED READS MODIFIES "
    "CONTAINS NO SECURITY SQL COMMENT DEFINE LET IF SELECT RETURN FOREACH FOR WITH EXTERNAL COST "
    "PARALLEL LEAKPROOF EXECUTE PIPELINED RESULT_CACHE INSERT UPDATE DELETE SET CALL ON "
    "DOCUMENT ROWS SPECIFIC WINDOW AUTHID "
)
_AFTER_RETURNING = _AFTER_RETURNS - {"AS"} | {";"}


def create_routine(tokens: Tokens, index: int, session: Session) -> str | None:
    """CREATE FUNCTION, PROCEDURE, AGGREGATE, MACRO: overloads are routines of their own."""
    kind = tokens.upper[index].lower()
    at = index + 1
    while tokens.upper[at] in ("IF", "NOT", "EXISTS"):
        at += 1
    if tokens.upper[at] == "FROM" and tokens.words[at + 1][:1] in ("'", '"'):
        return "its code is in another file"
    name, at = session.name(tokens, at)
    if tokens.words[at] == ";":  # procedure;1 (T-SQL)
        at += 2
    parameters = signature = ""
    if tokens.words[at] == "(":
        signature = read_signature(tokens, at) if session.dialect.overloads else ""
        parameters = tokens.squeeze(at + 1, tokens.pairs[at])
        at = tokens.after(at)
    body = _body(tokens, at)
    if not parameters and tokens.words[at][:1] == "@":  # T-SQL needs no parentheses
        parameters = tokens.squeeze(at, tokens.find(at, body, "AS", "WITH"))
    routine = Routine(
        name=name.name,
        schema=name.schema,
        kind={"proc": "procedure", "alias": "function"}.get(kind, kind),
        language=_language(tokens, at, body),
        parameters=parameters,
        returns=_returns(tokens, at),
        body=_text(tokens, body),
        comment=_comment(tokens, at, body),
        line=tokens.line_at(0),
    )
    return _add(session, tokens, index, (name.schema_key, name.key), routine, signature)


def _add(
    session: Session,
    tokens: Tokens,
    index: int,
    name_key: tuple[str | None, str],
    routine: Routine,
    signature: str = "",
) -> str | None:
    signature = signature if session.dialect.overloads else ""
    group = routine.kind if routine.kind.startswith("package") else "routine"
    key = (group, name_key, signature)
    known = session.catalog.routines.get(key)
    if known is not None and not {"REPLACE", "ALTER", "RECREATE"} & set(tokens.upper[:index]):
        return f"duplicate of {routine.name} in line {known.line}"
    session.catalog.routines[key] = routine
    return None


def _body(tokens: Tokens, at: int) -> int:
    """The index of the first token of the body."""
    if _returns_in_spl(tokens, at):
        at = _behind_returning(tokens, at)
    if _is_spl(tokens) and tokens.upper[at] not in ("AS", "IS", "EXTERNAL"):
        return at + (tokens.words[at] == ";")
    while at < tokens.size:
        word = tokens.upper[at]
        if word in ("AS", "IS"):
            return at + 1
        if word in ("BEGIN", "DEFINE", "EXTERNAL"):
            return at
        if word == "RETURN" and tokens.upper[at - 1] not in ("RETURNS", ")"):
            return at
        at = tokens.after(at)
    return tokens.size


def _is_spl(tokens: Tokens) -> bool:
    """Informix' language has no word before the body, but END PROCEDURE or END FUNCTION behind."""
    ends = reversed(range(max(1, tokens.size - 40), tokens.size))
    return any(
        tokens.upper[i] in ("PROCEDURE", "FUNCTION") and tokens.upper[i - 1] == "END" for i in ends
    )


def _returns_in_spl(tokens: Tokens, at: int) -> bool:
    return tokens.upper[at] == "RETURNING" or (tokens.upper[at] == "RETURNS" and _is_spl(tokens))


def _behind_returning(tokens: Tokens, at: int) -> int:
    """SPL: ``RETURNING type [AS name], ...`` ends with a semicolon, or with the first statement.

    Its AS names a value; a semicolon further off than a few dozen tokens belongs to the body.
    """
    end = at + 1
    while end < tokens.size and tokens.upper[end] not in _AFTER_RETURNING:
        end = tokens.after(end)
    return end if end - at <= 60 else at


def _text(tokens: Tokens, body: int) -> str:
    """The body without the quotes of a dollar-quoted or quoted one."""
    if body >= tokens.size:
        return ""
    word = tokens.words[body]
    if word[:1] == "$" and word.count("$") > 3:
        return string_value(word)
    if word[:1] == "'" and len(word) > 1:
        return unquote(word)
    return tokens.slice(body, tokens.size)


def _language(tokens: Tokens, at: int, body: int) -> str | None:
    """LANGUAGE stands before the body, or behind one that is a single token."""
    limit = tokens.size if tokens.words[body][:1] in ("$", "'") else body
    while at < limit and tokens.upper[at] != "LANGUAGE":
        at += 1
    return unquote(tokens.words[at + 1]) if at < limit else None


def _returns(tokens: Tokens, at: int) -> str | None:
    if tokens.upper[at] not in _RETURNS:
        return None
    if _returns_in_spl(tokens, at):
        return tokens.squeeze(at + 1, max(at + 1, _behind_returning(tokens, at))) or None
    end = at + 1
    while end < tokens.size and (end == at + 1 or tokens.upper[end] not in _AFTER_RETURNS):
        end = tokens.after(end)
    return tokens.squeeze(at + 1, min(end, at + 60)) or None


def _comment(tokens: Tokens, at: int, body: int) -> str | None:
    found = tokens.find(at, body, "COMMENT")
    value = (
        tokens.words[found + (2 if tokens.words[found + 1] == "=" else 1)] if found < body else ""
    )
    return unquote(value) if value[:1] in ("'", '"') else None


def create_package(tokens: Tokens, index: int, session: Session) -> str | None:
    """A package's head and its body are two routines of one name."""
    at = index + 1
    kind = "package"
    if tokens.upper[at] == "BODY":
        kind, at = "package body", at + 1
    if tokens.upper[at] == "IF":
        at += 3
    name, at = session.name(tokens, at)
    text = tokens.slice(_body(tokens, at), tokens.size)
    routine = Routine(name.name, name.schema, kind, None, "", None, text, None, tokens.line_at(0))
    return _add(session, tokens, index, (name.schema_key, name.key), routine)


def alter_routine(tokens: Tokens, index: int, session: Session) -> str | None:
    """ALTER PROCEDURE with a body replaces it (T-SQL); other changes do not matter."""
    name, at = session.name(tokens, index + 1)
    key = _find(session, name.key)
    if key is None or _body(tokens, at) >= tokens.size:
        return "changes nothing that the model holds"
    return create_routine(tokens, index, session)


def _find(session: Session, name: str) -> tuple[str, tuple[str | None, str], str] | None:
    wanted = name.casefold()
    return next((k for k in session.catalog.routines if k[1][1].casefold() == wanted), None)


def drop_routine(tokens: Tokens, index: int, session: Session) -> str | None:
    """DROP takes the routine of the same parameters, else the first of the name."""
    at = index + (3 if tokens.upper[index + 1] == "IF" else 1)
    if tokens.upper[at] == "BODY":
        at += 1
    name, at = session.name(tokens, at)
    key = _find(session, name.key)
    if key is None:
        return f"there is no {tokens.upper[index].lower()} {name.name}"
    if tokens.words[at] == "(":
        wanted = read_signature(tokens, at)
        same = [k for k in session.catalog.routines if k[1] == key[1]]
        key = next((k for k in same if k[2] == wanted), key)
    del session.catalog.routines[key]
    return None


def comment_routine(session: Session, name: str, text: str) -> bool:
    key = _find(session, name)
    if key is None:
        return False
    session.catalog.routines[key] = replace(session.catalog.routines[key], comment=text)
    return True


_KINDS = ("FUNCTION", "PROCEDURE", "PROC", "AGGREGATE", "MACRO")
HANDLERS: dict[tuple[str, str], Handler] = {
    **{("CREATE", kind): create_routine for kind in _KINDS},
    **{("ALTER", kind): alter_routine for kind in _KINDS},
    **{("DROP", kind): drop_routine for kind in (*_KINDS, "PACKAGE", "ROUTINE")},
    ("CREATE", "PACKAGE"): create_package,
}
