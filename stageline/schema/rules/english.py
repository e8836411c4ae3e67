"""Conditions as English: ``quantity >= 1`` reads ``the quantity must be at least 1``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stageline.schema.rules.predicate import Node
from stageline.schema.rules.simplify import CONSTANTS, given_together, names_in, negate
from stageline.schema.rules.tokens import one_line
from stageline.schema.rules.wording import join_words, spell, spell_variable
from stageline.schema.types.names import means_date, words_of

_THIRD_PERSON = {
    "be": "is", "have": "has", "match": "matches", "start": "starts", "end": "ends",
    "contain": "contains", "hold": "holds",
}  # fmt: skip
_COMPARE = {
    "=": "be", "<>": "not be", "<": "be less than", "<=": "be at most", ">": "be greater than",
    ">=": "be at least",
}  # fmt: skip
_COMPARE_DATES = {
    "=": "be", "<>": "not be", "<": "be before", "<=": "be on or before", ">": "be after",
    ">=": "be on or after",
}  # fmt: skip
_LENGTHS = frozenset(
    {"LENGTH", "LEN", "CHAR_LENGTH", "CHARACTER_LENGTH", "OCTET_LENGTH", "LENGTHB"}
)
_LENGTH_PHRASES = {
    "=": "have exactly {} characters", "<>": "not have {} characters",
    "<": "have fewer than {} characters", "<=": "have at most {} characters",
    ">": "have more than {} characters", ">=": "have at least {} characters",
}  # fmt: skip
_CASES = {"UPPER": "upper", "UCASE": "upper", "LOWER": "lower", "LCASE": "lower"}
# Where the text stands among the arguments: first (1), or behind the part looked for (-1).
_FINDS = {"INSTR": 1, "STRPOS": 1, "CHARINDEX": -1, "LOCATE": -1}
_FOUND = {
    (">", "0"): "contain", ("<>", "0"): "contain", (">=", "1"): "contain",
    ("=", "0"): "not contain",
}  # fmt: skip
_UNCHANGED = frozenset({"TRIM", "LTRIM", "RTRIM", "BTRIM", "TO_NUMBER", "TO_CHAR", "TO_DATE"})
_OR_ELSE = frozenset({"COALESCE", "NVL", "IFNULL", "ISNULL"})
NOW: Mapping[str, str] = {
    "CURRENT_DATE": "today", "CURDATE": "today", "TODAY": "today", "SYSDATE": "the current time",
    "GETDATE": "the current time", "NOW": "the current time", "CURRENT": "the current time",
    "CURRENT_TIMESTAMP": "the current time", "LOCALTIMESTAMP": "the current time",
    "SYSTIMESTAMP": "the current time", "SYSDATETIME": "the current time",
    "GETUTCDATE": "the current time", "SYSUTCDATETIME": "the current time",
    "CLOCK_TIMESTAMP": "the current time", "LOCALTIME": "the current time of day",
    "CURRENT_TIME": "the current time of day", "CURTIME": "the current time of day",
    "CURRENT_USER": "the current user", "USER": "the current user",
    "SESSION_USER": "the current user", "SUSER_SNAME": "the current user",
    "SYSTEM_USER": "the current user", "SUSER_NAME": "the current user",
}  # fmt: skip
_CALLS: Mapping[str, str] = {
    "ABS": "the absolute value of {}", "COUNT": "the number of {}", "SUM": "the sum of {}",
    "MAX": "the largest {}", "MIN": "the smallest {}", "AVG": "the average {}",
    "UPPER": "{} in upper case", "LOWER": "{} in lower case", "EXTRACT YEAR": "the year of {}",
    "YEAR": "the year of {}", "MONTH": "the month of {}", "EXTRACT MONTH": "the month of {}",
    "DAY": "the day of {}", "LENGTH": "the length of {}", "LEN": "the length of {}",
    "CHAR_LENGTH": "the length of {}", "ROUND": "{} rounded", "TRUNC": "{} cut to whole units",
}  # fmt: skip
_CLOCKS = {"DATETIME": "the current time", "DATE": "today", "STRFTIME": "the current time"}
_CLOCK_NOW = tuple((Node("string", word),) for word in ("now", "NOW", "Now"))
_OPERATIONS = {"INSERTING": "an insert", "UPDATING": "an update", "DELETING": "a delete"}
_PSEUDO = {
    "tg_op": "the operation", "@@rowcount": "the number of rows touched",
    "@@error": "the last error", "@@trancount": "the number of open transactions",
    "found": "the success flag of the last query",
}  # fmt: skip
_ZEROS = re.compile(r"\.(?:0{3,})?$")  # 1. and 0.0000000000000000, as Informix prints them
_BOOLEANS = frozenset({"TRUE", "FALSE"})
_SIGNS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by", "||": "followed by"}

# How a name reads: by default as a column of the table that the sentence is about.
Namer = Callable[[str], str]


def name_column(name: str) -> str:
    return f"the {spell(name)}"


def name_in_code(name: str) -> str:
    """In triggers and routines: NEW and OLD are the row, other marks are variables."""
    if name.casefold() in _PSEUDO:
        return _PSEUDO[name.casefold()]
    head, _, last = name.rpartition(".")
    owner = head.lstrip(":@").casefold()
    if owner in {"new", "inserted", "n", "nrow", "newrow", "post"}:
        return f"its {spell(last)}"
    if owner in {"old", "deleted", "o", "pre", "orow", "oldrow"}:
        return f"its previous {spell(last)}"
    return f"the {spell_variable(last)}"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Turns conditions into clauses: demands (``must be``) or statements (``is``)."""

    namer: Namer = name_column

    def value(self, node: Node) -> str:
        """A value as words; a condition used as a value is a statement."""
        maker = _VALUES.get(node.kind)
        return maker(self, node) if maker else self.state(node)

    def flag(self, node: Node) -> str:
        """A boolean as a subject: ``is_active`` is the active flag."""
        words = self.value(node)
        for mark in ("the is ", "its is "):
            words = words.replace(mark, mark[:4], 1) if words.startswith(mark) else words
        return words if node.kind != "name" or words.endswith(" flag") else f"{words} flag"

    def call(self, node: Node) -> str:
        now = node.value in _CLOCKS and node.items[:1] in _CLOCK_NOW
        if now or node.value in NOW:
            return _CLOCKS[node.value] if now else NOW[node.value]
        literal = bool(node.items) and node.items[0].kind == "string"
        if node.value in _UNCHANGED and (len(node.items) == 1 or literal):
            return self.value(node.items[0])
        if node.value in _OR_ELSE and len(node.items) == 2:
            return f"{self.value(node.items[0])} (or {self.value(node.items[1])} when empty)"
        if node.value in _CALLS and node.items:
            inner = self.value(node.items[0])
            bare = inner.removeprefix("the ") if "{}" in _CALLS[node.value][-3:] else inner
            takes_bare = node.value in {"COUNT", "MAX", "MIN", "AVG"}
            return _CALLS[node.value].format(bare if takes_bare else inner)
        if not node.items:
            return f"the result of {node.value.lower()}"
        return f"{node.value.lower()}({', '.join(self.value(item) for item in node.items)})"

    def phrase(self, node: Node) -> tuple[str, str] | None:
        """Subject and verb phrase (infinitive) of a condition about one subject."""
        maker = _PHRASES.get(node.kind)
        return maker(self, node) if maker else None

    def demand(self, node: Node) -> str:
        """What must hold: ``the quantity must be at least 1``."""
        return self.clause(node, lambda phrase: f"must {phrase}", "at least one of these holds: ")

    def state(self, node: Node) -> str:
        """What is the case: ``the quantity is at least 1``."""
        return self.clause(node, conjugate, "")

    def clause(self, node: Node, mood: Callable[[str], str], choice: str) -> str:
        together = given_together(node)
        if together and choice:
            names = join_words([self.value(item) for item in together])
            return f"{names} must be given together or not at all"
        single = self.phrase(node)
        if single:
            return f"{single[0]} {mood(single[1])}"
        if node.kind in {"and", "or"}:
            return self.compound(node, mood, choice)
        if node.kind == "not":
            inner = self.state(node.items[0])
            return f"it must never be that {inner}" if choice else f"it is not so that {inner}"
        return f"{self.flag(node)} {mood('be set')}"

    def compound(self, node: Node, mood: Callable[[str], str], choice: str) -> str:
        phrases = [self.phrase(item) for item in node.items]
        known = [phrase for phrase in phrases if phrase]
        if len(known) == len(phrases) and len({subject for subject, _ in known}) == 1:
            return f"{known[0][0]} {_share_verb([verb for _, verb in known], node.kind, mood)}"
        if node.kind == "or":
            return self.alternative(node) if choice else self.either(node)
        by_subject: dict[str, list[str]] = {}
        for item, phrase in zip(node.items, phrases, strict=True):
            text = self.clause(item, mood, choice)
            subject, verb = phrase or (f"({text})" if self.mixed(item) else text, "")
            by_subject.setdefault(subject, []).append(verb)
        clauses = [
            f"{subject} {_share_verb(verbs, 'and', mood)}" if verbs[0] else subject
            for subject, verbs in by_subject.items()
        ]
        return join_words(clauses, most=len(clauses))

    def either(self, node: Node) -> str:
        texts = [self.state(item) for item in node.items]
        pairs = zip(texts, node.items, strict=True)
        joined = join_words([f"({t})" if self.mixed(item) else t for t, item in pairs], "or")
        return f"either {joined}" if len(texts) == 2 else joined

    def mixed(self, node: Node) -> bool:
        """An AND inside an OR or the other way round reads wrong without parentheses."""
        return node.kind in {"and", "or"} and self.phrase(node) is None and not self.shared(node)

    def shared(self, node: Node) -> bool:
        phrases = [self.phrase(item) for item in node.items]
        return None not in phrases and len({phrase[0] for phrase in phrases if phrase}) == 1

    def alternative(self, node: Node) -> str:
        """A demanded OR, in the form that reads best: ``a IS NULL OR b`` is when a, then b."""
        doubts = [item for item in node.items if _doubts(item)]
        claims = tuple(item for item in node.items if not _doubts(item))
        if not claims:
            inner = Node("and", items=tuple(map(negate, doubts)))
            return f"it must never be that {self.state(inner)}"
        result = claims[0] if len(claims) == 1 else Node("or", items=claims)
        if len(doubts) == 1 and doubts[0].kind == "null":
            subject = doubts[0].items[0]
            if subject.kind == "name" and subject.value in names_in(result):
                return f"{self.demand(result)}, unless {self.state(doubts[0])}"
        if doubts:
            condition = doubts[0] if len(doubts) == 1 else Node("or", items=tuple(doubts))
            return f"when {self.state(negate(condition))}, {self.demand(result)}"
        if len(claims) == 2 and claims[0].kind == "null":
            return f"when {self.state(negate(claims[0]))}, {self.demand(claims[1])}"
        return "at least one of these must hold: " + "; or ".join(map(self.state, claims))


def _doubts(node: Node) -> bool:
    """A condition whose opposite reads better: something empty, not set or not so."""
    missing = node.kind == "null" and not node.negated
    unset = node.kind == "truth" and node.negated == (node.value == "TRUE")
    return missing or unset or node.kind == "not" or (node.kind, node.value) == ("compare", "<>")


def conjugate(phrase: str) -> str:
    """``be at least 1`` becomes ``is at least 1``; ``not be`` becomes ``is not``."""
    negated = phrase.startswith("not ")
    verb, _, rest = phrase.removeprefix("not ").partition(" ")
    if not negated:
        return f"{_THIRD_PERSON.get(verb, verb)} {rest}".rstrip()
    return f"is not {rest}".rstrip() if verb == "be" else f"does not {verb} {rest}".rstrip()


def _share_verb(verbs: list[str], joint: str, mood: Callable[[str], str]) -> str:
    """``must be at least 0`` and ``must be at most 1`` need one ``must be``."""
    heads = {verb.partition(" ")[0] for verb in verbs}
    if len(heads) == 1 and "not" not in heads:
        head = f"{heads.pop()} "
        return mood(join_words([verbs[0], *(v.removeprefix(head) for v in verbs[1:])], joint))
    spoken = [mood(verb) for verb in verbs]
    return join_words([spoken[0], *(text.removeprefix("must ") for text in spoken[1:])], joint)


def _compare(speaker: Speaker, node: Node) -> tuple[str, str]:
    left, right = node.items
    truth = right.value.upper() if right.kind == "name" else ""
    if truth in _BOOLEANS and node.value in {"=", "<>"}:
        return _truth(speaker, Node("truth", truth, (left,), node.value == "<>"))
    dated = left.kind == "name" and (
        means_date(left.value.rpartition(".")[2]) or words_of(left.value)[-1:] == ("time",)
    )
    if left.kind == "call" and left.items and left.value in _LENGTHS and right.kind == "number":
        return speaker.value(left.items[0]), _LENGTH_PHRASES[node.value].format(right.value)
    if left.kind == "call" and left.value in _CASES and left.items[:1] == (right,):
        left, right = right, left
    if left.kind == "call" and left.value in _FINDS and len(left.items) == 2:
        text, part = left.items[:: _FINDS[left.value]]
        found = _FOUND.get((node.value, right.value))
        if found:
            return speaker.value(text), f"{found} {speaker.value(part)}"
    if right.kind == "call" and right.value in _CASES and right.items[:1] == (left,):
        case = f"{_compare_verb(node, dated)} in {_CASES[right.value]} case"
        return speaker.value(left), case
    return speaker.value(left), f"{_compare_verb(node, dated)} {speaker.value(right)}"


def _compare_verb(node: Node, dated: bool) -> str:
    numeric = node.items[1].kind == "number"
    return (_COMPARE_DATES if dated and not numeric else _COMPARE)[node.value]


def _negation(node: Node) -> str:
    return "not " if node.negated else ""


def _between(speaker: Speaker, node: Node) -> tuple[str, str]:
    subject, low, high = map(speaker.value, node.items)
    return subject, f"{_negation(node)}be between {low} and {high}"


def _in(speaker: Speaker, node: Node) -> tuple[str, str]:
    subject = speaker.value(node.items[0])
    if len(node.items) == 2 and node.items[1].kind == "raw":
        return subject, f"{_negation(node)}be among the results of “{node.items[1].value}”"
    values = [speaker.value(item) for item in node.items[1:]]
    one_of = "one of " if len(values) > 1 and not node.negated else ""
    return subject, f"{_negation(node)}be {one_of}{join_words(values, 'or')}"


def _null(speaker: Speaker, node: Node) -> tuple[str, str]:
    return speaker.value(node.items[0]), "be given" if node.negated else "be empty"


def _truth(speaker: Speaker, node: Node) -> tuple[str, str]:
    unset = node.negated != (node.value == "FALSE")
    return speaker.flag(node.items[0]), "not be set" if unset else "be set"


def _exists(_: Speaker, node: Node) -> tuple[str, str]:
    amount = "no row" if node.negated else "a row"
    return "there", f"be {amount} in “{node.value}”"


def _bare_call(speaker: Speaker, node: Node) -> tuple[str, str]:
    """A call as a condition: T-SQL's UPDATE(column), Oracle's UPDATING('COLUMN')."""
    if node.value in {"UPDATE", "UPDATING"} and node.items:
        column = Node("name", f"new.{node.items[0].value}")
        return speaker.value(column), "be changed"
    if node.value == "REGEXP_LIKE" and len(node.items) > 1:
        return _pattern(speaker, Node("regex", "", node.items[:2]))
    if node.value in {"ISJSON", "JSON_VALID"} and node.items:
        return speaker.value(node.items[0]), "be valid JSON"
    return speaker.value(node), "be true"


def _bare_flag(speaker: Speaker, node: Node) -> tuple[str, str]:
    doing = _OPERATIONS.get(node.value.upper())
    if doing:
        return "the operation", f"be {doing}"
    return speaker.flag(node), "be set"


def _pattern(speaker: Speaker, node: Node) -> tuple[str, str]:
    subject, pattern = node.items
    if pattern.kind not in CONSTANTS:
        return speaker.value(subject), f"{_negation(node)}match {speaker.value(pattern)}"
    return speaker.value(subject), _negation(node) + _describe_like(node.kind, pattern.value)


def _describe_like(kind: str, pattern: str) -> str:
    """``'A%'`` starts with A; other wildcards stay as they are."""
    if kind in {"contains", "starts"}:
        return f"{'contain' if kind == 'contains' else 'start with'} '{pattern}'"
    wild = {"like": "%_[", "glob": "*?["}.get(kind, "")
    core = pattern.strip(wild[:1]) if wild else pattern
    if not wild or not core or any(mark in core for mark in wild):
        return f"match the pattern '{pattern}'"
    before, after = pattern.startswith(wild[0]), pattern.endswith(wild[0])
    words = {(True, True): "contain", (True, False): "end with", (False, True): "start with"}
    return f"{words.get((before, after), 'be')} '{core}'"


_PHRASES: Mapping[str, Callable[[Speaker, Node], tuple[str, str]]] = {
    "compare": _compare, "between": _between, "in": _in, "null": _null, "truth": _truth,
    "like": _pattern, "glob": _pattern, "regex": _pattern, "contains": _pattern,
    "starts": _pattern, "name": _bare_flag, "call": _bare_call,
    "quoted": lambda _, node: (f"“{one_line(node.value)}”", "hold"), "exists": _exists,
}  # fmt: skip


def _say_name(speaker: Speaker, node: Node) -> str:
    upper = node.value.upper()
    return NOW.get(upper) or (upper.lower() if upper in _BOOLEANS else speaker.namer(node.value))


def _say_math(speaker: Speaker, node: Node) -> str:
    left = speaker.value(node.items[0])
    if len(node.items) == 1:
        return f"minus {left}"
    return f"{left} {_SIGNS.get(node.value, node.value)} {speaker.value(node.items[1])}"


_VALUES: Mapping[str, Callable[[Speaker, Node], str]] = {
    "string": lambda _, node: f"'{node.value}'" if node.value else "an empty text",
    "number": lambda _, node: _ZEROS.sub("", node.value),
    "quoted": lambda _, node: f"“{one_line(node.value)}”",
    "name": _say_name,
    "call": Speaker.call,
    "math": _say_math,
    "raw": lambda _, node: f"the result of “{node.value}”",
    "array": lambda speaker, node: join_words([speaker.value(item) for item in node.items]),
}
