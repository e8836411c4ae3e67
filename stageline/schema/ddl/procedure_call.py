"""System procedures that change the schema: sp_rename, sp_primarykey, sp_addextendedproperty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stageline.schema.ddl import alter_column, alter_drop, bound, comment
from stageline.schema.ddl.column import read_column
from stageline.schema.ddl.drafts import KeyDraft, Refused
from stageline.schema.ddl.replay import apply
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.model import UserType
from stageline.schema.tokens import Name, Tokens, string_value, unquote


@dataclass(slots=True)
class Call:
    """The arguments of EXEC name a, b, @c = d, without quotes."""

    positional: list[str]
    named: dict[str, str]
    line: int

    def get(self, name: str, place: int = -1) -> str:
        if name in self.named:
            return self.named[name]
        return self.positional[place] if 0 <= place < len(self.positional) else ""


def execute(tokens: Tokens, index: int, session: Session) -> str | None:
    """EXEC name arguments; ``index`` is that of the name."""
    if tokens.words[index] == "(":
        return _run(tokens.words[index + 1], tokens.line_at(index + 1), session)
    if not tokens.is_name(index):
        return DYNAMIC
    parts, at = session.parts(tokens, index)
    procedure = _PROCEDURES.get(unquote(parts[-1]).casefold())
    if procedure is None:
        return "a call of a procedure"
    return procedure(_read_call(tokens, at), session)


def _run(literal: str, line: int, session: Session) -> str | None:
    """Apply a statement that is given as a plain literal."""
    if literal[-1:] != "'":
        return DYNAMIC
    tokens = Tokens(string_value(literal), session.dialect.lexis, line)
    if not tokens.size:
        return DYNAMIC
    _, status, reason = apply(tokens, session)
    if status == "failed":
        raise Refused(reason or DYNAMIC)
    return reason


def _execute_sql(call: Call, session: Session) -> str | None:
    """sp_executesql: how Management Studio scripts views and procedures under a condition."""
    text = call.get("statement", 0) or call.get("stmt", 0)
    return _run("'" + text.replace("'", "''") + "'", call.line, session)


def _read_call(tokens: Tokens, at: int) -> Call:
    call = Call([], {}, tokens.line_at(0))
    for begin, end in tokens.split(at, tokens.size):
        word = tokens.words[begin]
        if word[:1] == "@" and tokens.words[begin + 1] == "=":
            call.named[word[1:].casefold()] = _argument(tokens.words[begin + 2])
        elif end > begin:
            call.positional.append(_argument(word))
    return call


def _argument(token: str) -> str:
    """The text of an argument; NULL is one that is not there."""
    return "" if token.upper() == "NULL" else string_value(token)


def _name(text: str, session: Session) -> tuple[list[str], Name]:
    """A name given as a string: ``dbo.table`` or ``[dbo].[table]``."""
    tokens = Tokens(text, session.dialect.lexis)
    parts, _ = session.parts(tokens, 0)
    return parts, session.qualify(parts)


def _rename(call: Call, session: Session) -> str | None:
    old, new = call.get("objname", 0), call.get("newname", 1)
    kind = call.get("objtype", 2).upper() or "OBJECT"
    parts, name = _name(old, session)
    if kind in ("COLUMN", "INDEX"):
        table = session.table(session.qualify(parts[:-1]))
        if kind == "COLUMN":
            alter_column.rename(table, unquote(parts[-1]), new)
        else:
            alter_drop.rename_constraint(table, unquote(parts[-1]), new)
        return None
    found = session.catalog.tables.find(name)
    if found is None:
        raise Refused(f"{old} is not defined before it is renamed")
    renamed = found.name._replace(name=new, key=session.dialect.fold(new))
    session.catalog.rename_table(found, renamed)
    return None


def _add_type(call: Call, session: Session) -> str | None:
    _, name = _name(call.get("typename", 0), session)
    tokens = Tokens(call.get("phystype", 1), session.dialect.lexis)
    spec = read_column(tokens, 0, tokens.size, session)
    nullable = "NO" not in call.get("nulltype", 2).upper()  # NOT NULL, nonull
    type_ = UserType(name.name, name.schema, "alias", spec.type, (), (), nullable, None, call.line)
    session.add_type(name, type_)
    return None


def _add_property(call: Call, session: Session) -> str | None:
    """MS_Description is the comment of what levels 0 to 2 name."""
    if call.get("name", 0).casefold() != "ms_description":
        return "an extended property that is no description"
    text = call.get("value", 1)
    parts = [call.get("level0name", 3), call.get("level1name", 5)]
    kind = call.get("level1type", 4).upper()
    if kind not in ("TABLE", "VIEW"):
        return "a comment on what the model does not describe"
    if call.get("level2type", 6).upper() == "COLUMN":
        return comment.on_column(session, [*parts, call.get("level2name", 7)], text)
    if call.get("level2type", 6):
        return "a comment on what the model does not describe"
    return comment.on_table(session, parts, text)


def _primary_key(call: Call, session: Session) -> str | None:
    """sp_primarykey table, column, ...: a key that the server knows of, but does not enforce."""
    _, name = _name(call.get("tabname", 0), session)
    table = session.table(name)
    if table.primary_key:
        return "the table has a primary key"
    table.primary_key = [unquote(column) for column in call.positional[1:]]
    return None


def _foreign_key(call: Call, session: Session) -> str | None:
    """sp_foreignkey table, referred table, column, ...: the columns of that table's key."""
    _, name = _name(call.get("tabname", 0), session)
    _, referred = _name(call.get("pktabname", 1), session)
    columns = [unquote(column) for column in call.positional[2:]]
    key = KeyDraft(columns, referred, [], enforced=False, line=call.line)
    session.table(name).foreign_keys.append(key)
    session.catalog.refer(key)
    return None


def _bind_default(call: Call, session: Session) -> str | None:
    """sp_bindefault default, 'table.column' or a type."""
    _, name = _name(call.get("defname", 0), session)
    target, _ = _name(call.get("objname", 1), session)
    return bound.bind_default(name, target, session)


def _bind_rule(call: Call, session: Session) -> str | None:
    """sp_bindrule rule, 'table.column' or a type."""
    _, name = _name(call.get("rulename", 0), session)
    target, _ = _name(call.get("objname", 1), session)
    return bound.bind_rule(name, target, session, call.line)


DYNAMIC = "dynamic code"
_PROCEDURES: dict[str, Callable[[Call, Session], str | None]] = {
    "sp_executesql": _execute_sql,
    "sp_rename": _rename,
    "sp_addtype": _add_type,
    "sp_primarykey": _primary_key,
    "sp_foreignkey": _foreign_key,
    "sp_bindefault": _bind_default,
    "sp_bindrule": _bind_rule,
    "sp_addextendedproperty": _add_property,
    "sp_updateextendedproperty": _add_property,
}

HANDLERS: dict[tuple[str, str], Handler] = {("EXEC", ""): execute, ("EXECUTE", ""): execute}
