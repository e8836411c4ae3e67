"""Foreign keys that are written as triggers: how PostgreSQL before 7.3 dumped them.

Three triggers make one key, and newer servers make a key of them again. Their arguments are the
name of the key, its table, the referred one, how it matches, then columns in pairs.
"""

from __future__ import annotations

from stageline.schema.ddl.drafts import KeyDraft, TableDraft
from stageline.schema.ddl.session import Session
from stageline.schema.tokens import Tokens, string_value, unquote

_PREFIX = "ri_fkey_"
_ACTIONS = {
    "cascade": "CASCADE", "restrict": "RESTRICT", "setnull": "SET NULL",
    "setdefault": "SET DEFAULT",
}  # fmt: skip
_COLUMNS = 4  # arguments before them


def read_key(tokens: Tokens, session: Session) -> str | None:
    """What the trigger says of a foreign key is noted; why nothing is, or None."""
    for at in range(tokens.size - 1, 0, -1):
        if unquote(tokens.words[at]).casefold().startswith(_PREFIX):
            break
    else:
        return "a constraint trigger that is no foreign key"
    spans = tokens.elements(at + 1)
    values = [string_value(tokens.words[begin]) for begin, _ in spans]
    table = session.catalog.tables.find(session.qualify(values[1:2])) if len(values) > 5 else None
    if table is None:
        return "a foreign key of a table that is not defined"
    _note_action(_key(table, values, session, tokens.line_at(0)), unquote(tokens.words[at]))
    return None


def _key(table: TableDraft, values: list[str], session: Session, line: int) -> KeyDraft:
    """The key that the arguments mean, made if it is not there yet."""
    referred = session.qualify([values[2]])
    columns, referred_columns = values[_COLUMNS::2], values[_COLUMNS + 1 :: 2]
    for key in table.foreign_keys:
        if (key.columns, key.referred.key) == (columns, referred.key):
            return key
    name = None if "unnamed" in values[0] else values[0]
    made = KeyDraft(columns, referred, referred_columns, name, line=line)
    table.foreign_keys.append(made)
    session.catalog.refer(made)
    return made


def _note_action(key: KeyDraft, routine: str) -> None:
    """``RI_FKey_cascade_del`` says what deleting does, ``RI_FKey_check_ins`` nothing."""
    action, _, event = routine[len(_PREFIX) :].casefold().partition("_")
    if event == "del":
        key.on_delete = _ACTIONS.get(action)
    elif event == "upd":
        key.on_update = _ACTIONS.get(action)
