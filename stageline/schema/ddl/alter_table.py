"""ALTER TABLE: several actions in one statement, in the spellings of all dialects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from stageline.schema.ddl import alter_column, alter_drop, history
from stageline.schema.ddl.column import add_column, read_column
from stageline.schema.ddl.constraint import CONSTRAINTS, read_constraints
from stageline.schema.ddl.drafts import Refused, TableDraft
from stageline.schema.ddl.drop import NO_TABLE
from stageline.schema.ddl.literal import read_description
from stageline.schema.ddl.session import Handler, Session
from stageline.schema.ddl.table_source import adopt
from stageline.schema.tokens import Tokens, unquote

NO_EFFECT = "changes nothing that the model holds"


@dataclass(slots=True)
class Action:
    """One action of an ALTER TABLE: its tokens, and the table it changes."""

    tokens: Tokens
    begin: int
    end: int
    table: TableDraft
    session: Session
    enforced: bool = True


def alter_table(tokens: Tokens, index: int, session: Session) -> str | None:
    at = index + 1
    lenient = tokens.upper[at] == "IF"
    if lenient:
        at += 2
    if tokens.upper[at] == "ONLY":
        at += 1
    name, at = session.name(tokens, at)
    if tokens.words[at] == "*":
        at += 1
    if tokens.upper[at] in _NO_TABLE_NEEDED:
        return NO_EFFECT
    table = session.catalog.tables.find(name)
    if table is None:
        if lenient:
            return f"table {name.name} does not exist here"
        if _only_drops(tokens, at):
            return NO_TABLE
        raise Refused(f"table {name.name} is not defined before this statement")
    known = len(table.foreign_keys)
    applied = _apply_all(tokens, at, table, session)
    for key in table.foreign_keys[known:]:
        session.catalog.refer(key)
    return None if applied else NO_EFFECT


def _only_drops(tokens: Tokens, at: int) -> bool:
    """Whether the actions only take away, as scripts do before they make the tables anew."""
    verbs = {tokens.upper[begin] for begin, _ in _actions(tokens, at)}
    return tokens.upper[at] == "DROP" and not verbs & (ACTIONS.keys() - {"DROP"})


def _apply_all(tokens: Tokens, at: int, table: TableDraft, session: Session) -> bool:
    """Apply each action; one without a verb repeats the verb before it."""
    verb = ""
    applied = False
    for begin, end in _actions(tokens, at):
        action = Action(tokens, begin, end, table, session)
        _skip_check_option(action)
        word = tokens.upper[action.begin]
        if word in ACTIONS and not (verb and _continues(action)):
            verb = word
            if word == "DROP":
                verb += " " + tokens.upper[action.begin + 1]
            applied = ACTIONS[word](action) or applied
        elif verb.startswith("ADD"):
            add_element(action, action.begin)
            applied = True
        elif verb.startswith("DROP "):
            alter_drop.drop_again(action, verb[5:])
            applied = True
    return applied


def _actions(tokens: Tokens, at: int) -> Iterator[tuple[int, int]]:
    """The spans between commas, cut again where Db2 starts an action without one."""
    for begin, end in tokens.split(at, tokens.size):
        start, index = begin, begin + 2
        while index < end - 1:
            if _starts(tokens, index, tokens.upper[start]):
                yield start, index
                start = index
            index = tokens.after(index)
        yield start, end


def _starts(tokens: Tokens, index: int, verb: str) -> bool:
    """Whether an action starts, where one with that verb has no comma behind it."""
    word = tokens.upper[index]
    if word not in ("ADD", "DROP", "ALTER") or verb == "WITH":
        return False
    plain = verb == "ADD" and word == "ADD"  # of ADD a int ADD b int
    return plain or (word, tokens.upper[index + 1]) in _STARTS


def _continues(action: Action) -> bool:
    """``ADD a int, comment text, CHECK (a > 0)``: a column named like a verb, or a constraint."""
    at, words = action.begin, action.tokens.upper
    if words[at] == "CHECK":
        return words[at + 1] == "("
    if words[at] in CONSTRAINTS:
        return True
    return words[at] in ("COMMENT", "SET", "OWNER") and action.end - at == 2


def _skip_check_option(action: Action) -> None:
    """``WITH CHECK`` or ``WITH NOCHECK`` before ADD (T-SQL): existing rows only, so the key
    counts as enforced for new ones either way."""
    if action.tokens.upper[action.begin] == "WITH" and action.tokens.upper[action.begin + 1] in (
        "CHECK",
        "NOCHECK",
    ):
        action.begin += 2


def _add(action: Action) -> bool:
    tokens, at = action.tokens, action.begin + 1
    word = tokens.upper[at]
    if word == "IF":  # IF NOT EXISTS [PARTITION (Hive)]
        at += 3
        word = tokens.upper[at]
        if action.table.position(unquote(tokens.words[at])) >= 0:
            return False
    if word == "COLUMN":
        at += 1
        if tokens.upper[at] == "IF":
            at += 3
            if action.table.position(unquote(tokens.words[at])) >= 0:
                return False
    elif (
        word in ("PARTITION", "SUBPARTITION", "SUPPLEMENTAL", "PERIOD", "ROW")
        or (word == "TABLE" and at + 2 == action.end)  # a part of a merge table (MonetDB)
        or (word == "VERSIONING" and tokens.upper[at + 1] == "USE")  # HISTORY TABLE (Db2)
    ):
        return False
    elif word in ("CONSTRAINT", "COLUMNS") and tokens.words[at + 1] == "(":
        at += 1
    if tokens.words[at] == "(":
        for begin, end in tokens.elements(at):
            add_element(Action(tokens, begin, end, action.table, action.session), begin)
        return True
    add_element(action, at)
    return True


def _add_bare(action: Action) -> bool:
    """A constraint without ADD (Db2)."""
    add_element(action, action.begin)
    return True


def _add_default(action: Action, at: int) -> bool:
    """``ADD [CONSTRAINT name] DEFAULT value FOR column`` (T-SQL)."""
    tokens = action.tokens
    begin = at + (2 if tokens.upper[at] == "CONSTRAINT" else 0)
    stop = tokens.find(begin, action.end, "FOR")
    if tokens.upper[begin] != "DEFAULT" or stop >= action.end:
        return False
    position = alter_column.locate(action.table, unquote(tokens.words[stop + 1]))
    default = tokens.slice(begin + 1, stop)
    alter_column.put(action.table, position, default=default)
    return True


def add_element(action: Action, at: int) -> None:
    """A column or a constraint, at ``at`` in the action."""
    tokens, table, session = action.tokens, action.table, action.session
    if (tokens.upper[at], tokens.upper[at + 1]) == ("NOT", "NULL"):  # FOREIGN KEY (SQL Anywhere)
        at += 2
    if tokens.upper[at] in ("CONSTRAINT", "DEFAULT") and _add_default(action, at):
        return
    if tokens.upper[at] in CONSTRAINTS and read_constraints(tokens, at, action.end, table, session):
        return
    if not tokens.is_name(at):
        raise Refused(f"a column or constraint was expected after ADD, not {tokens.words[at]!r}")
    spec = read_column(tokens, at + 1, action.end, session)
    if spec.rest:
        read_constraints(tokens, at + 1 + spec.rest, action.end, table, session)
    token = tokens.words[at]
    if table.position(unquote(token)) >= 0:
        raise Refused(f"table {table.name.name} already has a column {unquote(token)}")
    session.copy_columns(len(table.children))
    line = tokens.line_at(at)
    add_column(table, token, spec, line, alter_column.place(action, at + 1))
    for child in table.children:
        if child.position(unquote(token)) < 0:
            add_column(child, token, spec, line)


def _rename(action: Action) -> bool:
    tokens, at = action.tokens, action.begin + 1
    word = tokens.upper[at]
    if word in ("TO", "AS"):
        _rename_table(action, at + 1)
        return True
    if word in ("CONSTRAINT", "INDEX", "KEY") and tokens.upper[at + 2] == "TO":
        alter_drop.rename_constraint(
            action.table, unquote(tokens.words[at + 1]), unquote(tokens.words[at + 3])
        )
        return True
    if word == "COLUMN":
        at += 1
    if tokens.upper[at] == "IF":
        at += 2
    if tokens.upper[at + 1] not in ("TO", "AS"):
        _rename_table(action, at)
        return True
    alter_column.rename(action.table, unquote(tokens.words[at]), unquote(tokens.words[at + 2]))
    return True


def _rename_table(action: Action, at: int) -> None:
    """The new name stays in the old schema unless it brings its own."""
    name, _ = action.session.name(action.tokens, at)
    if action.tokens.words[at + 1] != ".":
        old = action.table.name
        name = name._replace(schema=old.schema, schema_key=old.schema_key)
    action.session.catalog.rename_table(action.table, name)


def _attach(action: Action) -> bool:
    """``ATTACH PARTITION child``."""
    if action.tokens.upper[action.begin + 1] != "PARTITION":
        return False
    name, _ = action.session.name(action.tokens, action.begin + 2)
    child = action.session.table(name, "partition")
    child.kind = "partition"
    child.inherits.append(action.table.name.name)
    adopt(child, action.table, action.session)
    return True


def _inherit(action: Action) -> bool:
    name, _ = action.session.name(action.tokens, action.begin + 1)
    parent = action.session.catalog.tables.find(name)
    action.table.inherits.append(name.name)
    if parent is not None:
        adopt(action.table, parent, action.session)
    return True


def _set(action: Action) -> bool:
    """``SET SCHEMA`` moves the table."""
    tokens, at = action.tokens, action.begin + 1
    if (tokens.upper[at], tokens.words[at + 1]) == ("OPTIONS", "("):  # BigQuery
        action.table.comment = read_description(tokens, at + 1) or action.table.comment
        return True
    if tokens.upper[at] == "UNUSED":  # as good as dropped (Oracle)
        return alter_drop.drop(replace(action, begin=at))
    if tokens.upper[at] == "(":  # SYSTEM_VERSIONING = ON (HISTORY_TABLE = name) (T-SQL)
        return history.read(tokens, at, action.table, action.session)
    if tokens.upper[at] != "SCHEMA":
        return False
    token = tokens.words[at + 1]
    name = action.table.name._replace(
        schema=unquote(token), schema_key=action.session.dialect.fold(token)
    )
    action.session.catalog.rename_table(action.table, name)
    return True


def _comment(action: Action) -> bool:
    tokens = action.tokens
    at = action.begin + (2 if tokens.words[action.begin + 1] == "=" else 1)
    action.table.comment = unquote(tokens.words[at])
    return True


def _check(action: Action) -> bool:
    """``CHECK CONSTRAINT name`` and ``NOCHECK CONSTRAINT name`` switch a key (T-SQL)."""
    tokens, at = action.tokens, action.begin
    if tokens.words[at + 1] == "(":
        return _add_bare(action)
    if tokens.upper[at + 1] != "CONSTRAINT":
        return False
    name = unquote(tokens.words[at + 2]).casefold()
    for key in action.table.foreign_keys:
        if name == "all" or (key.name or "").casefold() == name:
            key.enforced = tokens.upper[at] == "CHECK"
    return True


def _switch(action: Action) -> bool:
    """``ENABLE CONSTRAINT name`` and ``DISABLE CONSTRAINT name`` (Oracle)."""
    tokens = action.tokens
    at = tokens.find(action.begin + 1, action.end, "CONSTRAINT")
    if at >= action.end:
        return False
    name = unquote(tokens.words[at + 1]).casefold()
    for key in action.table.foreign_keys:
        if (key.name or "").casefold() == name:
            key.enforced = tokens.upper[action.begin] == "ENABLE"
    return True


_STARTS = frozenset(
    (verb, what)
    for verb in ("ADD", "DROP", "ALTER")
    for what in ("COLUMN", "CONSTRAINT", "FOREIGN", "PRIMARY")
)
_NO_TABLE_NEEDED = frozenset({"OWNER", "REPLICA", "CLUSTER"})
ACTIONS: dict[str, Callable[[Action], bool]] = {
    "ADD": _add,
    "DROP": alter_drop.drop,
    "MODIFY": alter_column.modify,
    "CHANGE": alter_column.change,
    "ALTER": alter_column.alter,
    "RENAME": _rename,
    "ATTACH": _attach,
    "INHERIT": _inherit,
    "SET": _set,
    "COMMENT": _comment,
    "PRIMARY": _add_bare,
    "FOREIGN": _add_bare,
    "UNIQUE": _add_bare,
    "CONSTRAINT": _add_bare,
    "CHECK": _check,
    "NOCHECK": _check,
    "ENABLE": _switch,
    "DISABLE": _switch,
}

HANDLERS: dict[tuple[str, str], Handler] = {("ALTER", "TABLE"): alter_table}
