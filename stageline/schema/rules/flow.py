"""Statements of procedural code, each with the conditions under which it is reached.

Three ways of writing IF are known: closed by END IF (PL/SQL, PL/pgSQL, MySQL, DB2, Informix),
one statement behind THEN (Firebird), and one statement without THEN (T-SQL).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from stageline.schema.rules.tokens import Token
from stageline.schema.types.names import word_set

_MOST_STATEMENTS = 20_000
_MOST_GUARDS = 8
_DEEPEST = 100  # open blocks that are remembered
_STARTERS = word_set(
    "IF BEGIN END ELSE RAISERROR THROW ROLLBACK COMMIT RETURN SET DECLARE PRINT EXEC EXECUTE WHILE "
    "INSERT UPDATE DELETE SELECT GOTO MERGE TRUNCATE"
)
_CONTINUES = {
    "SET": frozenset({"UPDATE", "MERGE", "ALTER"}),
    "SELECT": frozenset({"INSERT", "WITH", "DECLARE", "SELECT", "SET", "IF"}),
    "UPDATE": frozenset({"MERGE", "DECLARE"}),
    "DELETE": frozenset({"MERGE", "WITH"}),
    "INSERT": frozenset({"MERGE", "WITH"}),
    "EXEC": frozenset({"INSERT"}),
    "EXECUTE": frozenset({"INSERT"}),
}
_BEHIND_SELECT = frozenset(
    {"UNION", "ALL", "EXCEPT", "INTERSECT", "AS", "FOR", "INTO", ")", "=", ","}
)
_ENDED = frozenset({"IF", "CASE", "LOOP", "WHILE", "FOR", "REPEAT", "FOREACH", "EXCEPTION"})


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on the way to a statement; ``negated`` in its ELSE branch."""

    tokens: tuple[Token, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One simple statement. ``handler``: it is reached only after an error."""

    tokens: list[Token]
    guards: tuple[Guard, ...]
    handler: bool


@dataclass(slots=True)
class _Frame:
    kind: str
    guard: Guard | None = None
    handler: bool = False
    passed: tuple[Guard, ...] = ()  # branches that were not taken
    operand: tuple[Token, ...] = ()  # of CASE operand WHEN value


@dataclass(slots=True)
class _Walk:
    tokens: list[Token]
    scoped: bool  # an IF holds one statement or block
    bare: bool  # an IF has no THEN
    frames: list[_Frame] = field(default_factory=list)
    last_guard: Guard | None = None
    place: int = 0

    def key(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.tokens[place].key if 0 <= place < len(self.tokens) else ""

    def open(self, frame: _Frame) -> None:
        """Enter a block; of absurdly many, the outermost are forgotten."""
        self.frames.append(frame)
        del self.frames[:-_DEEPEST]


def walk(tokens: list[Token], dialect: str) -> Iterator[Step]:
    """The statements in order. Never fails; linear in the number of tokens."""
    bare = dialect == "mssql"
    closed = any(a.key == "END" and b.key == "IF" for a, b in pairwise(tokens))
    state = _Walk(tokens, scoped=bare or not closed, bare=bare)
    for _ in range(_MOST_STATEMENTS):
        if state.place >= len(tokens):
            return
        before = state.place
        step = _CONTROL[state.key()](state) if state.key() in _CONTROL else _read_step(state)
        if step is not None:
            yield step
        state.place = max(state.place, before + 1)


def _until(state: _Walk, start: int, keys: frozenset[str]) -> int:
    """The place of the first of ``keys`` outside parentheses and CASE, or the statement's end."""
    depth = cases = 0
    for place in range(start, len(state.tokens)):
        key = state.tokens[place].key
        depth += (key == "(") - (key == ")")
        if depth > 0:
            continue
        if key in keys and not cases:
            return place
        cases += (key == "CASE") - (key == "END" and cases > 0)
        if key == ";":
            return place
    return len(state.tokens)


_THEN = frozenset({"THEN"})
_BODY = frozenset({"LOOP", "DO", "BEGIN"})


def _open_if(state: _Walk) -> None:
    start = state.place + 1
    end = _until_starter(state, start) if state.bare else _until(state, start, _THEN)
    guard = Guard(tuple(state.tokens[start:end]))
    state.place = end if state.bare else end + 1
    if state.key(-1) == ";" and not state.bare:
        return
    state.open(_Frame("once" if state.scoped else "if", guard))


def _until_starter(state: _Walk, start: int) -> int:
    depth = 0
    for place in range(start, len(state.tokens)):
        key = state.tokens[place].key
        depth += (key == "(") - (key == ")")
        called = place + 1 < len(state.tokens) and state.tokens[place + 1].key == "("
        if depth == 0 and key in _STARTERS and not (key == "UPDATE" and called):
            return place
    return len(state.tokens)


def _else_if(state: _Walk) -> None:
    start = state.place + 1
    end = _until(state, start, _THEN)
    if state.frames and state.frames[-1].kind == "if":
        _next_branch(state.frames[-1], Guard(tuple(state.tokens[start:end])))
    state.place = end + 1


def _next_branch(frame: _Frame, guard: Guard | None) -> None:
    """Leave a branch for the next one; ELSE (no guard) is reached when no other was."""
    if frame.guard is not None:
        opposite = Guard(frame.guard.tokens, not frame.guard.negated)
        frame.passed = (*frame.passed, opposite)[-_MOST_GUARDS:]
    frame.guard = guard


def _else(state: _Walk) -> None:
    state.place += 1
    if state.frames and state.frames[-1].kind in {"if", "case"}:
        _next_branch(state.frames[-1], None)
    elif state.scoped:
        guard = state.last_guard
        opposite = Guard(guard.tokens, not guard.negated) if guard else None
        state.open(_Frame("once", opposite))


def _begin(state: _Walk) -> None:
    state.place += 1
    if state.key() in {"TRAN", "TRANSACTION", "WORK"}:
        state.place = _until_starter(state, state.place) if state.bare else state.place + 1
        return
    handler = state.key() == "CATCH"
    while state.key() in {"TRY", "CATCH", "NOT", "ATOMIC"}:
        state.place += 1
    if state.frames and state.frames[-1].kind == "once":
        state.frames[-1].kind = "block"
        return
    state.open(_Frame("block", handler=handler))


def _end(state: _Walk) -> None:
    state.place += 1
    kind = state.key()
    if kind in _ENDED and not (state.scoped and kind in {"IF", "WHILE"}):
        state.place += 1
        wanted = {"IF": "if", "CASE": "case", "EXCEPTION": "handler"}.get(kind, "loop")
        while state.frames and state.frames.pop().kind != wanted:
            pass
        return
    if state.frames:
        state.last_guard = state.frames.pop().guard
        _leave_once(state)
    while state.key() in {"TRY", "CATCH"}:
        state.place += 1


def _leave_once(state: _Walk) -> None:
    """A statement behind a one-statement IF closes it; so does what closes that statement."""
    while state.frames and state.frames[-1].kind == "once":
        state.last_guard = state.frames.pop().guard


def _loop(state: _Walk) -> None:
    if state.key(1) == "EACH":  # FOR EACH ROW of a trigger's head
        state.place += 3
        return
    if state.bare:
        state.place = _until_starter(state, state.place + 1)
        return
    scoped = state.scoped and state.key() != "LOOP"
    end = (
        state.place if state.key() in {"LOOP", "REPEAT"} else _until(state, state.place + 1, _BODY)
    )
    state.place = end if end < len(state.tokens) and state.tokens[end].key == "BEGIN" else end + 1
    if not scoped:
        state.open(_Frame("loop"))


def _case(state: _Walk) -> None:
    start = state.place + 1
    state.place = _until(state, start, frozenset({"WHEN"}))
    state.open(_Frame("case", operand=tuple(state.tokens[start : state.place])))


def _when(state: _Walk) -> None:
    """A branch of CASE, or of an exception section."""
    start = state.place + 1
    end = _until(state, start, _THEN)
    if state.frames and state.frames[-1].kind == "case":
        frame, condition = state.frames[-1], tuple(state.tokens[start:end])
        if frame.operand:
            condition = (*frame.operand, Token("operator", "=", "=", start), *condition)
        _next_branch(frame, Guard(condition))
    state.place = end + 1


def _exception(state: _Walk) -> Step | None:
    if state.key(1) != "WHEN":
        return _read_step(state)
    state.place += 1
    if state.frames:
        state.frames[-1].handler = True
    return None


def _on(state: _Walk) -> Step | None:
    """Informix: ON EXCEPTION ... END EXCEPTION."""
    if state.key(1) != "EXCEPTION":
        return _read_step(state)
    state.place = _until(state, state.place + 2, frozenset({"SET", "BEGIN", "LET", "IF"}))
    state.open(_Frame("handler", handler=True))
    return None


def _separator(state: _Walk) -> None:
    state.place += 1


def _read_step(state: _Walk) -> Step | None:
    start = state.place
    state.place = _statement_end(state, start) if state.bare else _until(state, start, frozenset())
    guards = tuple(guard for frame in state.frames for guard in _guards_of(frame))[-_MOST_GUARDS:]
    handler = any(frame.handler for frame in state.frames)
    if state.scoped:
        _leave_once(state)
    tokens = state.tokens[start : state.place]
    return Step(tokens, guards, handler) if tokens else None


def _guards_of(frame: _Frame) -> tuple[Guard, ...]:
    """The condition of the branch; in ELSE, the opposites of all others."""
    return (frame.guard,) if frame.guard is not None else frame.passed


def _statement_end(state: _Walk, start: int) -> int:
    """T-SQL needs no semicolon: a statement ends where a word starts another."""
    head, depth = state.tokens[start].key, 0
    for place in range(start + 1, len(state.tokens)):
        key = state.tokens[place].key
        depth += (key == "(") - (key == ")")
        if depth > 0:
            continue
        behind = key == "SELECT" and state.tokens[place - 1].key in _BEHIND_SELECT
        if key == ";" or (key in _STARTERS and head not in _CONTINUES.get(key, ()) and not behind):
            return place
    return len(state.tokens)


_CONTROL = {
    "IF": _open_if, "ELSIF": _else_if, "ELSEIF": _else_if, "ELIF": _else_if, "ELSE": _else,
    "BEGIN": _begin, "END": _end, "WHILE": _loop, "FOR": _loop, "LOOP": _loop, "REPEAT": _loop,
    "FOREACH": _loop, "CASE": _case, "WHEN": _when, "EXCEPTION": _exception, "ON": _on,
    ";": _separator, "AS": _separator, "IS": _separator, "DO": _separator, "THEN": _separator,
}  # fmt: skip
