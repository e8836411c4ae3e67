"""Rules that live in code: what triggers and routines refuse, set and change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from stageline.schema.analysis import RoutineProfile, Rule, qualified
from stageline.schema.model import Routine, Schema, Trigger
from stageline.schema.rules.actions import (
    Assignment,
    Refusal,
    Update,
    note_texts,
    read_assignments,
    read_refusal,
    read_updates,
    split_condition,
)
from stageline.schema.rules.conditions import state, understand_tokens
from stageline.schema.rules.english import Speaker, name_in_code
from stageline.schema.rules.flow import Guard, Step, walk
from stageline.schema.rules.predicate import Node
from stageline.schema.rules.profile import Catalog, look_up
from stageline.schema.rules.simplify import negate, simplify
from stageline.schema.rules.tokens import Token, one_line, source_of, tokenize
from stageline.schema.rules.wording import article, join_words, sentence, singular, spell
from stageline.schema.types.names import word_set, words_of

_SPEAKER = Speaker(name_in_code)
_DOING = {"INSERT": "inserting", "UPDATE": "changing", "DELETE": "deleting"}
_DONE = {"INSERT": "inserted", "UPDATE": "changed", "DELETE": "deleted"}
_STATES = word_set("status state stage phase active enabled flag deleted closed cancelled locked")
_MOST_TABLES = 10  # of one rule of a routine
_ROWS = frozenset({"NEW", "OLD", "INSERTED", "DELETED", "N", "O"})
_MOST_CONDITIONS = 4  # of one sentence
_MOST_RULES = 40  # of one body


@dataclass(frozen=True, slots=True)
class Subject:
    """What the sentences are about: a trigger on a table, or a routine."""

    kind: str
    name: str
    table: str | None
    events: tuple[str, ...]
    timing: str
    code: str
    line: int
    touched: tuple[str, ...]
    condition: tuple[Token, ...] = ()

    def refuses(self) -> str:
        if self.table is None:
            return f"the {self.kind} {self.name} stops"
        doing = [_DOING[event] for event in self.events if event in _DOING] or ["changing"]
        return f"{join_words(doing, 'or')} {article(singular(self.table))} is refused"

    def when(self) -> str:
        if self.table is None:
            return f"the {self.kind} {self.name}"
        done = [_DONE[event] for event in self.events if event in _DONE] or ["changed"]
        moment = "before" if self.timing.upper().startswith("BEFORE") else "when"
        return f"{moment} {article(singular(self.table))} is {join_words(done, 'or')}"


def _guard_words(guard: Guard, code: str) -> str:
    node = understand_tokens(list(guard.tokens))
    if node is not None and guard.negated:
        opposite = simplify(negate(node))
        if opposite.kind == "not" and opposite.items[0].kind == "and":  # De Morgan
            opposite = Node("or", items=tuple(negate(item) for item in opposite.items[0].items))
        node = opposite
    if node is not None:
        return state(node, "", _SPEAKER)
    source = source_of(list(guard.tokens), code)
    return f"“{source}” does not hold" if guard.negated else f"“{source}” holds"


def _conditions(step: Step, subject: Subject, own: tuple[Token, ...] = ()) -> str:
    guards = [
        guard for guard in (Guard(subject.condition), *step.guards, Guard(own)) if guard.tokens
    ]
    texts = [_guard_words(guard, subject.code) for guard in guards[-_MOST_CONDITIONS:]]
    unclear = len(texts) > 1 and any(" or " in text for text in texts)
    joined = (", and " if unclear else " and ").join(dict.fromkeys(texts))
    return f"{joined} (and more conditions)" if len(guards) > _MOST_CONDITIONS else joined


def _row_columns(subject: Subject, step: Step, catalog: Catalog) -> tuple[str, ...]:
    """Columns of the row that the conditions name: ``NEW.x``, ``:OLD.x``."""
    table = subject.table or ""
    guards = (Guard(subject.condition), *step.guards)
    pairs = [pair for guard in guards for pair in pairwise_names(guard.tokens)]
    found = (catalog.column(table, last) for owner, last in pairs if owner in _ROWS)
    return tuple(dict.fromkeys(found)) if table else ()


def pairwise_names(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """``owner.name`` pairs, the owner in upper case without a colon."""
    for place in range(1, len(tokens) - 1):
        if tokens[place].key == ".":
            yield tokens[place - 1].key.lstrip(":"), tokens[place + 1].text


def _refusal_rule(subject: Subject, step: Step, refusal: Refusal, catalog: Catalog) -> Rule | None:
    conditions = _conditions(step, subject, refusal.condition)
    if not conditions and (step.handler or subject.table is None):
        return None  # what happens after an error is no rule of the business
    text = subject.refuses() + (f" when {conditions}" if conditions else " always")
    if refusal.message:
        text += f", with “{refusal.message}”"
    tables = (subject.table,) if subject.table else subject.touched
    return _rule(subject, text, step, tables, _row_columns(subject, step, catalog))


def _rule(
    subject: Subject, text: str, step: Step, tables: tuple[str, ...], columns: tuple[str, ...]
) -> Rule:
    guards = [token for guard in step.guards[-1:] for token in guard.tokens]
    source = source_of([*guards, *step.tokens], subject.code, 1_000)
    kind = "trigger" if subject.table else "routine"
    return Rule(
        kind, sentence(one_line(text, 900)), tables, columns, source, subject.line, subject.name
    )


def _value_words(tokens: tuple[Token, ...], code: str) -> str:
    keys = [token.key for token in tokens]
    if "NEXTVAL" in keys or "NEXT" in keys or "GEN_ID" in keys:
        return "the next number of its sequence"
    node = understand_tokens(list(tokens))
    return _SPEAKER.value(node) if node is not None else f"“{source_of(list(tokens), code, 200)}”"


def _assignment_rule(
    subject: Subject, step: Step, assignment: Assignment, catalog: Catalog
) -> Rule:
    conditions = _conditions(step, subject)
    value = _value_words(assignment.value, subject.code)
    text = f"{subject.when()}, its {spell(assignment.column)} is set to {value}"
    text += f" if {conditions}" if conditions else ""
    table = subject.table or ""
    return _rule(subject, text, step, (table,), (catalog.column(table, assignment.column),))


def _is_own_row(update: Update) -> bool:
    """``WHERE id = NEW.id``: a trigger that sets a column of the row it fired for."""
    marks = [token.key.lstrip(":") for token in update.condition]
    return "NEW" in marks and "=" in marks and len(marks) < 12


def _update_rule(subject: Subject, step: Step, update: Update, catalog: Catalog) -> Rule | None:
    """Only changes of a state to a fixed value are rules; other updates are data flow."""
    table = look_up(catalog.tables, update.table.casefold())
    fixed = len(update.value) == 1 and update.value[0].kind in {"string", "number"}
    if table is not None and table == subject.table and _is_own_row(update):
        return _assignment_rule(subject, step, Assignment(update.column, update.value), catalog)
    if table is None or not fixed or _STATES.isdisjoint(words_of(update.column)):
        return None
    conditions = _conditions(step, subject)
    does = f"{subject.when()}, the" if subject.table else f"{subject.when()} sets the"
    verb = "is set to" if subject.table else "to"
    value = (
        update.value[0].text if update.value[0].kind == "number" else f"'{update.value[0].text}'"
    )
    text = f"{does} {spell(update.column)} of {article(singular(table))} {verb} {value}"
    text += f" if {conditions}" if conditions else ""
    tables = dict.fromkeys(filter(None, (table, subject.table)))
    return _rule(subject, text, step, tuple(tables), (catalog.column(table, update.column),))


def find_rules(subject: Subject, dialect: str, catalog: Catalog) -> Iterator[Rule]:
    """The rules of one body, in the order of the code, each sentence once."""
    seen: set[str] = set()
    tokens = tokenize(subject.code, dialect)
    if subject.table:
        condition, tokens = split_condition(tokens)
        subject = replace(subject, condition=condition)
    texts: dict[str, str] = {}
    for step in walk(tokens, dialect):
        note_texts(step.tokens, texts)
        for rule in _rules_of_step(subject, step, catalog, texts):
            if rule is not None and rule.sentence not in seen and len(seen) < _MOST_RULES:
                seen.add(rule.sentence)
                yield rule


def _rules_of_step(
    subject: Subject, step: Step, catalog: Catalog, texts: dict[str, str]
) -> Iterator[Rule | None]:
    refusal = read_refusal(step.tokens, texts)
    if refusal is not None:
        yield _refusal_rule(subject, step, refusal, catalog)
    elif subject.table:
        for assignment in read_assignments(step.tokens):
            yield _assignment_rule(subject, step, assignment, catalog)
    for update in read_updates(step.tokens):
        yield _update_rule(subject, step, update, catalog)


def subject_of_trigger(trigger: Trigger, code: str, table: str) -> Subject:
    events = tuple(event.upper().split(" ")[0] for event in trigger.events)
    name = qualified(trigger.name, trigger.schema)
    return Subject("trigger", name, table, events, trigger.timing or "", code, trigger.line, ())


def subject_of_routine(routine: Routine) -> Subject:
    name = qualified(routine.name, routine.schema)
    return Subject(routine.kind, name, None, (), "", routine.body, routine.line, ())


def summarize_trigger(subject: Subject, profile: RoutineProfile, explained: bool) -> Rule | None:
    """What a trigger does to other tables, and what it calls unless its rules are known."""
    parts = []
    others = [name for name in profile.writes if name != subject.table]
    if others:
        parts.append(f"rows of {join_words(others, most=5)} are written")
    if profile.calls and not explained:
        verb = "is" if len(profile.calls) == 1 else "are"
        parts.append(f"{join_words(profile.calls, most=5)} {verb} called")
    if not parts or subject.table is None:
        return None
    text = f"{subject.when()}, {' and '.join(parts)} (trigger {subject.name})"
    tables = tuple(dict.fromkeys((subject.table, *others)))
    return Rule(
        "trigger",
        sentence(text),
        tables,
        (),
        one_line(subject.code, 1_000),
        subject.line,
        subject.name,
    )


def extract_coded(
    schema: Schema, catalog: Catalog, bodies: list[tuple[Subject, RoutineProfile]]
) -> Iterator[Rule]:
    """Rules of every body; a trigger that shows none still says what it writes and calls."""
    for body, profile in bodies:
        touched = tuple(sorted({*profile.reads, *profile.writes})[:_MOST_TABLES])
        subject = replace(body, touched=touched)
        found = list(find_rules(subject, schema.dialect, catalog))
        summary = summarize_trigger(subject, profile, bool(found))
        yield from found
        if summary is not None:
            yield summary
