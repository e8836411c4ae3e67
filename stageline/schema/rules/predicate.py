"""Conditions as trees: a small reader for the predicates that schemas are full of.

It knows the forms that CHECK, WHERE and IF use in all dialects. A part between AND and OR that
it does not know is kept as a quotation; when nothing is known, the answer is ``None``.
"""

from __future__ import annotations

from dataclasses import dataclass

from stageline.schema.rules.tokens import Token, quote_tokens

_MOST_TOKENS = 2_000
_DEEPEST = 40  # nested parentheses; deeper ones are generated, not meant for reading


@dataclass(frozen=True, slots=True)
class Node:
    """``kind``: and, or, not, compare, between, in, null, truth, like, regex, name, string,
    number, call, math, exists, raw (a query), quoted (not understood).
    ``value`` is the operator, name or literal."""

    kind: str
    value: str = ""
    items: tuple[Node, ...] = ()
    negated: bool = False


class _UnreadableError(Exception):
    pass


_COMPARISONS = {
    "=": "=", "==": "=", "<=>": "=", "<>": "<>", "!=": "<>", "^=": "<>", "<": "<", ">": ">",
    "<=": "<=", ">=": ">=",
}  # fmt: skip
_PATTERNS = {
    "LIKE": ("like", False), "ILIKE": ("like", False), "~~": ("like", False),
    "~~*": ("like", False), "!~~": ("like", True), "!~~*": ("like", True),
    "GLOB": ("glob", False), "MATCHES": ("glob", False), "SIMILAR": ("regex", False),
    "REGEXP": ("regex", False), "RLIKE": ("regex", False), "~": ("regex", False),
    "~*": ("regex", False), "!~": ("regex", True), "!~*": ("regex", True),
    "CONTAINING": ("contains", False), "STARTING": ("starts", False),
}  # fmt: skip
_LITERAL_PREFIX = frozenset({"DATE", "TIMESTAMP", "TIME", "N", "DATETIME"})
_STOP = frozenset(
    {"THEN", "BEGIN", "SELECT", "AND", "OR", "BETWEEN", "IN", "IS", "LIKE", "END", "WHEN", "ELSE"}
)
_AFTER_PART = frozenset({"AND", "OR", ")", ",", "AS", "FROM", "FOR", "USING"})
_UNITS = frozenset(
    {"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "FRACTION"}
)
_TYPE_WORDS = frozenset({"WITH", "WITHOUT", "TIME", "ZONE", "VARYING", "PRECISION"})


def read_predicate(tokens: list[Token]) -> Node | None:
    """The tree of a condition, or ``None`` where it is not understood whole. Linear."""
    if not tokens or len(tokens) > _MOST_TOKENS:
        return None
    reader = _Reader(tokens)
    try:
        node = reader.disjunction(0)
    except _UnreadableError:
        return None
    known = reader.place == len(tokens) and node.kind != "quoted"
    return node if known else None


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0

    def key(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.tokens[place].key if place < len(self.tokens) else ""

    def take(self) -> Token:
        if self.place >= len(self.tokens):
            raise _UnreadableError
        self.place += 1
        return self.tokens[self.place - 1]

    def accept(self, *keys: str) -> bool:
        if self.key() in keys and self.place < len(self.tokens):
            self.place += 1
            return True
        return False

    def expect(self, key: str) -> None:
        if not self.accept(key):
            raise _UnreadableError

    def disjunction(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise _UnreadableError
        items = [self.conjunction(depth)]
        while self.accept("OR"):
            items.append(self.conjunction(depth))
        return items[0] if len(items) == 1 else Node("or", items=tuple(items))

    def conjunction(self, depth: int) -> Node:
        items = [self.conjunct(depth)]
        while self.accept("AND"):
            items.append(self.conjunct(depth))
        return items[0] if len(items) == 1 else Node("and", items=tuple(items))

    def conjunct(self, depth: int) -> Node:
        """One part, quoted where it is not understood."""
        start = self.place
        try:
            node = self.negation(depth)
            if self.place == len(self.tokens) or self.key() in _AFTER_PART:
                return node
        except _UnreadableError:
            pass
        self.place = self.end_of_part(start)
        return Node("quoted", quote_tokens(self.tokens[start : self.place]))

    def end_of_part(self, start: int) -> int:
        """The place of the AND, OR, comma or parenthesis that ends the part."""
        depth = betweens = cases = 0
        for place in range(start, len(self.tokens)):
            key = self.tokens[place].key
            if depth == cases == betweens == 0 and key in _AFTER_PART and place > start:
                return place
            depth += (key in {"(", "["}) - (key in {")", "]"})
            cases += (key == "CASE") - (key == "END")
            betweens += (key == "BETWEEN") - (key == "AND" and betweens > 0 and depth == 0)
        if depth or cases or start >= len(self.tokens) - 1:
            raise _UnreadableError
        return len(self.tokens)

    def negation(self, depth: int) -> Node:
        negations = 0
        while self.accept("NOT"):
            negations += 1
        node = self.predicate(depth)
        return Node("not", items=(node,)) if negations % 2 else node

    def predicate(self, depth: int) -> Node:
        left = self.sum(depth)
        while True:
            negated = self.key() == "NOT" and self.key(1) in {"IN", "BETWEEN", *_PATTERNS}
            self.place += negated
            found = self.suffix(left, negated, depth)
            if found is None:
                return left
            left = found

    def suffix(self, left: Node, negated: bool, depth: int) -> Node | None:
        key = self.key()
        if key in _COMPARISONS:
            self.place += 1
            return self.comparison(left, _COMPARISONS[key], depth)
        if key == "IS":
            self.place += 1
            return self.is_something(left, depth)
        if key in {"ISNULL", "NOTNULL"}:
            self.place += 1
            return Node("null", items=(left,), negated=key == "NOTNULL")
        if key == "BETWEEN":
            self.place += 1
            low = self.sum(depth)
            self.expect("AND")
            return Node("between", items=(left, low, self.sum(depth)), negated=negated)
        if key == "IN":
            self.place += 1
            return Node("in", items=(left, *self.listed(depth)), negated=negated)
        return self.pattern(left, negated, depth) if key in _PATTERNS else None

    def pattern(self, left: Node, negated: bool, depth: int) -> Node:
        kind, inverted = _PATTERNS[self.take().key]
        self.accept("TO", "WITH")
        right = self.sum(depth)
        if self.accept("ESCAPE"):
            self.take()
        return Node(kind, items=(left, right), negated=negated != inverted)

    def comparison(self, left: Node, operator: str, depth: int) -> Node:
        """A plain comparison, or PostgreSQL's ``= ANY (ARRAY[...])`` for IN."""
        if self.key() in {"ANY", "ALL", "SOME"} and self.key(1) == "(":
            quantifier = self.take().key
            place = self.place
            items = self.array_items(depth)
            if items is not None and (operator, quantifier) in {("=", "ANY"), ("=", "SOME")}:
                return Node("in", items=(left, *items))
            if items is not None and (operator, quantifier) == ("<>", "ALL"):
                return Node("in", items=(left, *items), negated=True)
            self.place = place
            raise _UnreadableError
        right = self.sum(depth)
        return Node("compare", operator, (left, right))

    def array_items(self, depth: int) -> tuple[Node, ...] | None:
        """The elements of ``(ARRAY[...])`` with any parentheses and casts around."""
        node = self.primary(depth + 1)
        return node.items if node.kind == "array" else None

    def is_something(self, left: Node, depth: int) -> Node:
        negated = self.accept("NOT")
        key = self.take().key
        if key in {"NULL", "UNKNOWN"}:
            return Node("null", items=(left,), negated=negated)
        if key in {"TRUE", "FALSE"}:
            return Node("truth", key, (left,), negated)
        if key == "JSON":
            valid = Node("call", "ISJSON", (left,))
            return Node("not", items=(valid,)) if negated else valid
        if key == "DISTINCT":
            self.expect("FROM")
            return Node("compare", "=" if negated else "<>", (left, self.sum(depth)))
        raise _UnreadableError

    def listed(self, depth: int) -> tuple[Node, ...]:
        self.expect("(")
        if self.key() in {"SELECT", "WITH"}:
            return (Node("raw", self.skip_to_close()),)
        items = [self.disjunction(depth + 1)]
        while self.accept(","):
            items.append(self.disjunction(depth + 1))
        self.expect(")")
        return tuple(items)

    def skip_to_close(self) -> str:
        """The text up to the parenthesis that closes the open one."""
        start, depth = self.place, 1
        while True:
            token = self.take()
            depth += (token.key == "(") - (token.key == ")")
            if not depth:
                return quote_tokens(self.tokens[start : self.place - 1])

    def sum(self, depth: int) -> Node:
        left = self.product(depth)
        while self.key() in {"+", "-", "||", "&", "|"}:
            operator = self.take().text
            left = Node("math", operator, (left, self.product(depth)))
        return left

    def product(self, depth: int) -> Node:
        left = self.factor(depth)
        while self.key() in {"*", "/", "%", "MOD", "^"}:
            operator = self.take().text
            left = Node("math", operator, (left, self.factor(depth)))
        return left

    def factor(self, depth: int) -> Node:
        sign = self.take().text if self.key() in {"-", "+"} else ""
        node = self.primary(depth)
        while self.postfix():
            pass
        if node.kind == "number" and self.accept("UNITS"):  # Informix: 90 UNITS DAY
            node = Node("number", f"{node.value} {self.take().text.lower()}s")
        if sign == "-":
            literal = node.kind == "number"
            return Node("number", f"-{node.value}") if literal else Node("math", "-", (node,))
        return node

    def postfix(self) -> bool:
        """Casts, collations, array subscripts and Oracle's outer join mark change no meaning."""
        if self.accept("::"):
            self.type_name()
            return True
        if self.accept("COLLATE", "(+)"):
            if self.tokens[self.place - 1].key == "COLLATE":
                self.take()
            return True
        return False

    def type_name(self) -> None:
        self.take()
        while self.accept("."):
            self.take()
        while self.key() in _TYPE_WORDS:
            self.place += 1
        if self.accept("("):
            self.skip_to_close()
        while self.key() in _TYPE_WORDS:
            self.place += 1
        while self.accept("["):
            self.expect("]")

    def primary(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise _UnreadableError
        token = self.take()
        if token.key == "INTERVAL":
            return self.interval()
        introduced = token.key in _LITERAL_PREFIX or token.key.startswith("_")
        if introduced and self.kind() == "string":
            token = self.take()
        if token.key == "(":
            return self.parenthesis(depth)
        if token.kind in {"string", "number"}:
            return Node(token.kind, token.text)
        return self.word(token, depth)

    def word(self, token: Token, depth: int) -> Node:
        if token.key == "CURRENT":
            return self.current()
        if token.key == "EXISTS" and self.key() == "(":
            self.place += 1
            return Node("exists", self.skip_to_close())
        if token.key == "ARRAY" and self.accept("["):
            return self.array(depth)
        if token.key == "CASE" or token.key in _STOP or token.kind == "operator":
            raise _UnreadableError
        return self.name_or_call(token, depth)

    def interval(self) -> Node:
        """``INTERVAL '1' DAY``; Informix writes ``INTERVAL (1) DAY(3) TO DAY``."""
        amount = self.skip_to_close() if self.accept("(") else self.take().text
        if self.key() not in _UNITS:
            return Node("number", amount)
        unit = self.take().text.lower()
        for _ in range(2):
            if self.accept("("):
                self.skip_to_close()
            if self.accept("TO"):
                self.take()
        return Node("number", f"{amount} {unit}" + ("" if amount == "1" else "s"))

    def current(self) -> Node:
        """DB2 writes CURRENT DATE; Informix CURRENT YEAR TO FRACTION(3)."""
        if self.key() in {"DATE", "TIME", "TIMESTAMP"}:
            return Node("name", f"CURRENT_{self.take().key}")
        if self.key(1) == "TO":
            self.place += 3
            if self.accept("("):
                self.skip_to_close()
        return Node("name", "CURRENT_TIMESTAMP")

    def kind(self) -> str:
        return self.tokens[self.place].kind if self.place < len(self.tokens) else ""

    def array(self, depth: int) -> Node:
        items = [self.sum(depth + 1)]
        while self.accept(","):
            items.append(self.sum(depth + 1))
        self.expect("]")
        return Node("array", items=tuple(items))

    def parenthesis(self, depth: int) -> Node:
        if self.key() in {"SELECT", "WITH"}:
            return Node("raw", self.skip_to_close())
        node = self.disjunction(depth + 1)
        self.expect(")")
        while self.postfix():
            pass
        return node

    def name_or_call(self, token: Token, depth: int) -> Node:
        parts = [token.text]
        while self.key() == "." and self.place + 1 < len(self.tokens):
            self.place += 1
            parts.append(self.take().text)
        if self.key() != "(":
            return Node("name", ".".join(parts))
        self.place += 1
        return self.call(parts[-1].upper(), depth)

    def call(self, name: str, depth: int) -> Node:
        """A call; CAST is its argument and EXTRACT(YEAR FROM x) has the field in its name."""
        if name == "EXTRACT":
            name = f"EXTRACT {self.take().text.upper()}"
            self.expect("FROM")
        if self.accept(")"):
            return Node("call", name)
        if self.accept("*"):
            self.expect(")")
            return Node("call", name, (Node("name", "rows"),))
        self.accept("DISTINCT")
        if name == "POSITION":
            part = self.sum(depth + 1)
            self.expect("IN")
            items = [self.sum(depth + 1), part]
            self.expect(")")
            return Node("call", "INSTR", tuple(items))
        items = [self.disjunction(depth + 1)]
        while self.accept(",", "FROM", "FOR", "USING"):
            items.append(self.disjunction(depth + 1))
        if name in {"CAST", "TRY_CAST"} and self.accept("AS"):
            self.type_name()
        self.expect(")")
        if name in {"CAST", "TRY_CAST"}:
            return items[0]
        if name == "CONVERT" and len(items) > 1:
            return items[1]
        return Node("call", name, tuple(items))
