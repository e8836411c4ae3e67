"""What a single statement of code does that is a rule: it refuses, or it sets a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType

from stageline.schema.rules.tokens import Token

_QUIET = frozenset({"NOTICE", "WARNING", "INFO", "DEBUG", "LOG", "DEBUG1", "DEBUG2"})
_REFUSING = frozenset(
    {"RAISE", "SIGNAL", "RAISERROR", "THROW", "EXCEPTION", "RAISE_APPLICATION_ERROR", "RESIGNAL"}
)
_ROW = frozenset({"NEW", ":NEW", "N", "INSERTED", "POST"})
_ASSIGN = frozenset({":=", "="})
_NOTHING: Mapping[str, str] = MappingProxyType({})
_SQLITE_RAISES = frozenset({"ABORT", "FAIL", "ROLLBACK"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """``message`` is what the user sees, or the name of the exception. ``condition``: SQLite's
    SELECT RAISE(...) WHERE holds its own."""

    message: str
    condition: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """The row's ``column`` is set to ``value`` before it is stored."""

    column: str
    value: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Update:
    """``UPDATE table SET column = value WHERE condition``, one for each column set."""

    table: str
    column: str
    value: tuple[Token, ...]
    condition: tuple[Token, ...]


def note_texts(tokens: list[Token], texts: dict[str, str]) -> None:
    """Remember the strings that variables are set to: ``LET x = '...'``, ``x := '...'``."""
    for place in range(1, len(tokens) - 1):
        if tokens[place].key in _ASSIGN and tokens[place + 1].kind == "string":
            texts[tokens[place - 1].text.casefold()] = _literal(tokens, place + 1)


def read_refusal(tokens: list[Token], texts: Mapping[str, str] = _NOTHING) -> Refusal | None:
    """The refusal that a statement makes, if it makes one; re-raising is none.

    ``texts`` are those of the variables that the message may be given by.
    """
    keys = [token.key for token in tokens[:3]]
    if keys[0] == "SELECT":
        return _read_sqlite(tokens)
    if keys[0] == "DBMS_STANDARD" and len(tokens) > 2:
        tokens, keys = tokens[2:], [token.key for token in tokens[2:5]]
    if keys[0] not in _REFUSING or len(tokens) < 2 or keys[1] in _QUIET:
        return None
    return Refusal(_message(tokens, texts))


def _read_sqlite(tokens: list[Token]) -> Refusal | None:
    for place, token in enumerate(tokens[:-3]):
        called = token.key == "RAISE" and tokens[place + 1].key == "("
        if called and tokens[place + 2].key in _SQLITE_RAISES:
            return Refusal(_message(tokens[place:], {}), _sqlite_condition(tokens, place))
    return None


def _sqlite_condition(tokens: list[Token], place: int) -> tuple[Token, ...]:
    """Between WHEN and THEN before the RAISE, or behind WHERE after it."""
    before = [token.key for token in tokens[:place]]
    if "WHEN" in before and before[-1:] == ["THEN"]:
        start = len(before) - 1 - before[::-1].index("WHEN")
        return tuple(tokens[start + 1 : place - 1])
    depth = 0
    for index in range(place, len(tokens)):
        depth += (tokens[index].key == "(") - (tokens[index].key == ")")
        if tokens[index].key == "WHERE" and depth == 0:
            return tuple(tokens[index + 1 :])
    return ()


def _literal(tokens: list[Token], index: int) -> str:
    """The text of a string; dots say that something is joined to it."""
    joined = index + 1 < len(tokens) and tokens[index + 1].key in {"||", "+"}
    return " ".join(tokens[index].text.split())[:200] + (" …" if joined else "")


def _message(tokens: list[Token], texts: Mapping[str, str]) -> str:
    """MESSAGE_TEXT, else the first string that is no SQLSTATE, else what a variable was set to,
    else the exception's name."""
    place = next((i for i, token in enumerate(tokens) if token.key == "MESSAGE_TEXT"), 0)
    for index in range(place, len(tokens)):
        state = index > 0 and tokens[index - 1].key in {"SQLSTATE", "VALUE", "ERRCODE"}
        if tokens[index].kind == "string" and not state and tokens[index].text.strip():
            return _literal(tokens, index)
    named = [t.text for t in tokens[1:] if t.kind in {"word", "name"} and t.key != "EXCEPTION"]
    known = (texts[name.casefold()] for name in named if texts.get(name.casefold()))
    numbered = (token.text for token in tokens[1:] if token.kind == "number")
    return next(chain(known, named, numbered), "")


def split_at(tokens: list[Token], key: str) -> list[list[Token]]:
    """Cut at every ``key`` outside parentheses."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.key in {"(", "["}) - (token.key in {")", "]"})
        if token.key == key and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def read_assignments(tokens: list[Token]) -> Iterator[Assignment]:
    """``:NEW.x := v``, ``SET NEW.x = v, NEW.y = w`` and their like."""
    rest = tokens[1:] if tokens[0].key in {"SET", "LET"} else tokens
    for part in split_at(rest, ","):
        if len(part) > 4 and part[0].key in _ROW and part[1].key == "." and part[3].key in _ASSIGN:
            yield Assignment(part[2].text, tuple(part[4:]))
    if tokens[0].key == "SELECT" and len(tokens) > 4:
        yield from _read_select_into(tokens)
    keys = [token.key for token in tokens[:3]]
    if "EXECUTE" in keys and "FUNCTION" in keys:
        yield from _read_execute_into(tokens)


def _read_execute_into(tokens: list[Token]) -> Iterator[Assignment]:
    """Informix: ``(EXECUTE FUNCTION f(x) INTO table.column)``."""
    start = next(i for i, token in enumerate(tokens) if token.key == "FUNCTION") + 1
    place = next((i for i, token in enumerate(tokens) if token.key == "INTO"), 0)
    target = [token for token in tokens[place + 1 :] if token.kind in {"word", "name"}]
    if place > start and target:
        yield Assignment(target[-1].text, tuple(tokens[start:place]))


def split_condition(tokens: list[Token]) -> tuple[tuple[Token, ...], list[Token]]:
    """The condition of ``WHEN (...)`` in the head of a trigger, and what follows it."""
    for place, token in enumerate(tokens[:60]):
        if token.key in {"BEGIN", "CASE", "EXCEPTION", "DECLARE", "IF"}:
            break
        if token.key == "WHEN" and place + 1 < len(tokens) and tokens[place + 1].key == "(":
            depth = 0
            for end in range(place + 1, len(tokens)):
                depth += (tokens[end].key == "(") - (tokens[end].key == ")")
                if depth == 0:
                    return tuple(tokens[place + 2 : end]), tokens[end + 1 :]
    return (), tokens


def _read_select_into(tokens: list[Token]) -> Iterator[Assignment]:
    """``SELECT seq.NEXTVAL INTO :NEW.id FROM dual``."""
    place = next((i for i, token in enumerate(tokens) if token.key == "INTO"), 0)
    target = tokens[place + 1 : place + 4]
    if place and len(target) == 3 and target[0].key in _ROW and target[1].key == ".":
        yield Assignment(target[2].text, tuple(tokens[1:place]))


def read_updates(tokens: list[Token]) -> Iterator[Update]:
    """The columns that an UPDATE of one plain table sets."""
    if tokens[0].key != "UPDATE":
        return
    place = next((i for i, token in enumerate(tokens[:12]) if token.key == "SET"), 0)
    named = [token for token in tokens[1:place] if token.kind in {"word", "name"}]
    if not place or not named:
        return
    qualified_name = len(named) > 1 and tokens[2].key == "."
    table = named[1 if qualified_name else 0].text
    body, *tail = split_at(tokens[place + 1 :], "WHERE")
    body = split_at(body, "FROM")[0]
    for part in split_at(body, ","):
        equals = next((i for i, token in enumerate(part[:4]) if token.key == "="), 0)
        if equals and len(part) > equals + 1:
            condition = tuple(tail[0]) if tail else ()
            yield Update(table, part[equals - 1].text, tuple(part[equals + 1 :]), condition)
