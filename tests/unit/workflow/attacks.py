"""What expressions, templates, paths and values must withstand: one table, for tests and timing.

Each attack must end in an ``ExpressionError`` (refused before anything runs) or in an
``EvaluationError`` (stopped while it runs), or give exactly the harmless value that is written
beside it. ``benchmarks.attacks`` measures how long each takes.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from stageline.workflow.expressions import evaluate, infer
from stageline.workflow.values import evaluate_value, parse_path, references

STOPPED = object()
"""In the place of a harmless value: there is none, an error must come."""


def _doubled(times: int) -> list[Any]:
    """A list that takes no memory and stands for 2 ** times items."""
    made: list[Any] = [1]
    for _ in range(times):
        made = [made, made]
    return made


def _nested(depth: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(depth):
        made = [made]
    return made


class Spy:
    """An object that tells when somebody runs code of it, as no JSON data would."""

    touched: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"attribute {name} was read")

    def __getitem__(self, name: object) -> Any:
        raise AssertionError(f"item {name} was read")

    def __call__(self, *_: object) -> Any:
        raise AssertionError("was called")


SCOPE: dict[str, Any] = {
    "inputs": {
        "text": "a" * 100_000,
        "odd": "ab" * 50_000,
        "umlauts": "\u0390" * 100_000,
        "numbers": [float((n * 7919) % 100_003) for n in range(100_000)],
        "words": [f"{'prefix' * 20}{(n * 7919) % 10_007}" for n in range(10_000)],
        "mixed": [1, "a", None, [1], {"a": 1}, 2.5, True],
        "colliding": [n << 61 for n in range(20_000)],
        "rows": [{"id": n, "name": f"n{n}"} for n in range(20_000)],
        "doubled": _doubled(60),
        "again": _doubled(60),
        "nested": _nested(5_000),
        "huge": 10**5_000,
        "vast": 2**1_000_000,
        "nan": float("nan"),
        "inf": float("inf"),
        "surrogate": "\ud800",
        "nul": "a\0b",
        "pattern": "(x+x+)+y",
        "json": "[" * 50_000,
        "numbers_json": "[" + "1," * 49_990 + "1]",
        "os": os,
        "function": subprocess.run,
        "class": Spy,
        "spy": Spy(),
        "a": 1,
        "keys": {f"k{n}": n for n in range(100_000)},
        "empty": [[] for _ in range(25_000)],
        "tiny": [1.2345678901234567e-300 * (1 + n / 7) for n in range(4_000)],
    },
    "node": {"port": {"x": 1}, "error": None},
    "item": {"name": "x"},
    "index": 3,
    "state": {"s": "x" * 60_000, "n": 10**18},
}


@dataclass(frozen=True)
class Attack:
    """One attack: how it is run (``expression``, ``template``, ``path``, ``value``) on what."""

    family: str
    name: str
    payload: Any
    kind: str = "expression"
    harmless: Any = STOPPED

    @property
    def id(self) -> str:
        return f"{self.family}-{self.name}"

    def run(self) -> Any:
        return _RUNS[self.kind](self.payload)


def _run_value(value: Any) -> Any:
    references(value)
    return evaluate_value(value, SCOPE)


def _run_rounds(value: Any) -> Any:
    """What a loop does: the state of a round is made of the state of the last."""
    state: Any = {"s": "x"}
    for _ in range(200):
        state = evaluate_value(value, SCOPE | {"state": state})
    return state


def _run_infer(text: str) -> str:
    return infer(text, lambda reference: "string" if reference.root == "inputs" else None)


_RUNS: dict[str, Callable[[Any], Any]] = {
    "expression": lambda text: evaluate(text, SCOPE),
    "infer": _run_infer,
    "path": parse_path,
    "template": _run_value,
    "value": _run_value,
    "rounds": _run_rounds,
}


def _expressions(family: str, texts: dict[str, Any]) -> Iterator[Attack]:
    for name, text in texts.items():
        yield Attack(family, name, text)


def _all() -> Iterator[Attack]:
    yield from _expressions("escape", ESCAPES)
    yield from _expressions("syntax", SYNTAX)
    yield from _expressions("format", FORMATS)
    yield from _expressions("unicode", UNICODE)
    yield from _expressions("parser", PARSER)
    yield from _expressions("memory", MEMORY)
    yield from _expressions("number", NUMBERS)
    yield from _expressions("time", TIME)
    yield from _expressions("recursion", RECURSION)
    yield from _expressions("type", TYPES)
    for name, (text, harmless) in PATTERNS.items():
        yield Attack("pattern", name, text, harmless=harmless)
    for name, (text, harmless) in HARMLESS.items():
        yield Attack("harmless", name, text, harmless=harmless)
    for kind, table in (("path", PATHS), ("template", TEMPLATES), ("value", VALUES),
                        ("rounds", ROUNDS), ("infer", INFERENCE)):  # fmt: skip
        for name, payload in table.items():
            yield Attack(kind, name, payload, kind)


ESCAPES = {
    "import": "__import__('os').system('id')",
    "import-of-builtins": "__builtins__",
    "class-of-string": "''.__class__.__mro__[1].__subclasses__()",
    "class-of-tuple": "().__class__.__base__.__subclasses__()",
    "class-of-input": "inputs.text.__class__",
    "class-by-subscript": "inputs.text['__class__']",
    "class-by-get": "get(inputs.text, '__class__')",
    "class-by-computed-name": "inputs['__cl' + 'ass__']",
    "class-of-result": "upper('a').__class__",
    "dict-of-scope": "nodes.__dict__",
    "globals-of-function": "inputs.function.__globals__",
    "globals-without-dunder": "inputs.function.func_globals",
    "attribute-of-module": "inputs.os.environ",
    "attribute-of-module-by-name": "inputs.os['environ']",
    "call-of-module": "inputs.os.system('id')",
    "call-of-input": "inputs.function('id')",
    "call-of-subscript": "inputs['function']('id')",
    "call-of-choice": "(len if true else max)('a')",
    "call-of-call": "get(inputs, 'function')('id')",
    "call-of-class": "inputs.class()",
    "object-attribute": "inputs.spy.x",
    "object-item": "inputs.spy['x']",
    "object-length": "len(inputs.spy)",
    "object-text": "str(inputs.spy)",
    "object-json": "to_json([inputs.spy])",
    "object-unique": "unique([inputs.spy])",
    "getattr": "getattr(inputs, 'text')",
    "setattr": "setattr(inputs, 'text', 1)",
    "vars": "vars()",
    "globals": "globals()",
    "locals": "locals()",
    "dir": "dir(inputs)",
    "eval": "eval('1')",
    "exec": "exec('1')",
    "compile": "compile('1', '', 'eval')",
    "open": "open('/etc/passwd')",
    "input": "input()",
    "breakpoint": "breakpoint()",
    "type-of-three": "type('X', (), {})",
    "method": "'a'.upper()",
    "method-of-list": "inputs.numbers.clear()",
    "mapping-method": "inputs.pop('text')",
    "keyword-argument": "sorted(inputs.numbers, key=open)",
    "star-argument": "max(*inputs.numbers)",
    "star-mapping": "max(**inputs)",
    "mapping-display-star": "{**inputs}",
    "list-display-star": "[*inputs.numbers]",
    "nodes-alone": "nodes",
    "nodes-computed": "nodes[inputs.pattern]",
    "nodes-odd-id": "nodes['../x'].port",
    "generator-frame": "(x for x in [1]).gi_frame",
    "code-of-lambda": "(lambda: 0).__code__",
}

SYNTAX = {
    "lambda": "lambda: 1",
    "lambda-called": "(lambda f: f(f))(lambda f: f(f))",
    "list-comprehension": "[x for x in inputs.numbers]",
    "set-comprehension": "{x for x in inputs.numbers}",
    "mapping-comprehension": "{x: x for x in inputs.words}",
    "generator": "sum(x for x in inputs.numbers)",
    "walrus": "(a := 1)",
    "f-string": "f'{inputs.text}'",
    "f-string-nested": "f\"{f'{1}'}\"",
    "await": "await inputs.a",
    "async-comprehension": "[x async for x in inputs.a]",
    "yield": "(yield 1)",
    "yield-from": "(yield from inputs.numbers)",
    "starred": "*inputs.numbers, 1",
    "assignment": "a = 1",
    "statement": "import os",
    "two-statements": "1; import os",
    "two-lines": "1\nimport os",
    "delete": "del inputs",
    "assert": "assert 0",
    "decorator": "@inputs",
    "set-display": "{1, 2}",
    "bytes": "b'a'",
    "bytes-raw": "rb'a'",
    "unicode-prefix": "u'a'",
    "complex": "1j",
    "complex-sum": "1 + 2j",
    "ellipsis": "...",
    "matrix-product": "inputs.a @ inputs.a",
    "bit-or": "1 | 2",
    "invert": "~1",
    "hexadecimal": "0xFFFFFFFFFFFFFFFFFFFF",
    "underscores": "1_000",
    "comment": "1 # + inputs.a",
    "continuation": "1 + \\\n2",
    "triple-quotes": "'''a\nb'''",
    "strings-side-by-side": "'a' 'b'",
    "empty": "",
    "blank": " \t\n ",
    "nul": "1\0+1",
    "escape": "'\x1b[2J'",
    "form-feed": "1\f+1",
    "octal-escape": "'\\101'",
    "named-escape": "'\\N{BULLET}'",
    "odd-escape": "'\\d'",
    "slice-step": "inputs.numbers[::2]",
    "slice-computed": "inputs.numbers[inputs.a:]",
    "slice-tuple": "inputs.numbers[1, 2]",
    "slices": "inputs.numbers[1:2, 3:4]",
    "is-not-null": "inputs.a is 1",
    "backtick": "`1`",
    "dollar": "${inputs.a}",
    "number-and-name": "1if 1else 2",
}

FORMATS = {
    "percent": "'%s' % inputs.os",
    "percent-width": "'%1000000000d' % 1",
    "percent-mapping": "'%(text)s' % inputs",
    "percent-star": "'%*d' % (1000000000, 1)",
    "format-method": "'{0.__class__}'.format(inputs)",
    "format-function": "format(1, '1000000000d')",
    "format-map": "'{text}'.format_map(inputs)",
    "text-times": "'a' * 1000000000",
    "times-text": "1000000000 * 'a'",
    "list-times": "[0] * 1000000000",
    "tuple-times": "(0,) * 1000000000",
    "true-times": "true * 'a'",
    "center": "center('a', 1000000000)",
    "ljust": "ljust('a', 1000000000)",
    "zfill": "zfill('a', 1000000000)",
    "expandtabs": "expandtabs('\t', 1000000000)",
}

UNICODE = {
    "full-width-name": "\uff49nputs.text",
    "full-width-dunder": "''.\uff3f\uff3fclass\uff3f\uff3f",
    "full-width-call": "\uff45val('1')",
    "ligature": "ﬁrst(inputs.numbers)",
    "mathematical": "𝐞𝐯𝐚𝐥('1')",
    "long-s": "\u017forted(inputs.numbers)",
    "cyrillic": "inp\u0443ts.text",
    "feminine-ordinal": "\u00aa",
    "combining": "a\u0301",
    "zero-width-joiner": "inputs\u200d.text",
    "right-to-left": "'a' + \u202e'b'",
    "no-break-space": "1\u00a0+ 1",
    "ideographic-space": "1\u3000+ 1",
    "line-separator": "1\u2028+ 1",
    "byte-order-mark": "\ufeff1",
    "arabic-digit": "\u0661",
    "superscript": "2\u00b2",
    "curly-quotes": "\u2018a\u2019",
    "lone-surrogate": "'\ud800'",
    "lone-surrogate-name": "\udc80",
    "surrogate-escape": "'\\ud800'",
    "surrogate-pair-of-escapes": "'\\ud83d\\ude00'",
    "surrogate-in-step": "inputs['\\udfff']",
    "too-high-escape": "'\\U00110000'",
}

PARSER = {
    "parentheses": "(" * 1_000 + "1" + ")" * 1_000,
    "parentheses-open": "(" * 2_000,
    "parentheses-99": "(" * 99 + "1" + ")" * 99,
    "brackets": "[" * 1_000 + "]" * 1_000,
    "brackets-open": "[" * 2_000,
    "mappings-open": "{1:" * 600,
    "mappings": "{'a':" * 300 + "1" + "}" * 300,
    "mixed-brackets": "([{" * 600,
    "bad-in-brackets": "(" * 29 + "1 1" + ")" * 29,
    "bad-in-calls": "f(" * 29 + "1 1" + ")" * 29,
    "bad-in-mappings": "{1:" * 29 + "1 1" + "}" * 29,
    "bad-in-slices": "a[1:" * 29 + "1 1" + "]" * 29,
    "bad-walrus": "(a:=" * 29 + "1 1" + ")" * 29,
    "bad-lambdas": "(lambda x=" * 29 + "1 1" + ":1)" * 29,
    "bad-comprehensions": "[x for x in " * 29 + "1 1" + "]" * 29,
    "closing": ")" * 2_000,
    "wrong-closing": "(]" * 1_000,
    "minus": "-" * 1_999 + "1",
    "minus-open": "-" * 2_000,
    "not": "not " * 499 + "1",
    "not-open": "not " * 500,
    "plus": "+".join("1" * 1_000),
    "and": " and ".join("1" * 300) + " and",
    "power": "**".join("9" * 600),
    "choices": "1 if 1 else " * 160 + "1",
    "choices-open": "1 if " * 400,
    "lambdas": "lambda:" * 280 + "1",
    "awaits": "await " * 330 + "1",
    "stars": "f(" + "*" * 1_990 + "a)",
    "attributes": "inputs" + ".a" * 990,
    "subscripts": "inputs" + "[0]" * 660,
    "calls": "len" + "()" * 990,
    "comparisons": "<".join("1" * 1_000),
    "list": "[" + "1," * 990 + "]",
    "list-open": "[" + "1," * 990,
    "keywords": "max(" + "a=1," * 450 + "1)",
    "dots": "." * 2_000,
    "colons": "[" + ":" * 1_990 + "]",
    "name": "a" * 2_000 + '"',
    "quotes": "'" * 2_000,
    "escapes": "'" + "\\x41" * 499,
    "digits": "9" * 2_000,
    "zeros": "0" * 2_000,
    "exponent": "1e" + "9" * 1_990,
    "too-long": "1" + " " * 2_000,
    "very-long": "1+" * 10_000_000,
    "blanks": " " * 1_999 + "(",
}

MEMORY = {
    "join": "join(split(inputs.text, 'a'), inputs.text)",
    "join-of-joins": "join(split(join(split(inputs.odd, 'a'), inputs.text), 'b'), inputs.text)",
    "replace": "replace(inputs.text, 'a', inputs.text)",
    "replace-empty": "replace(inputs.text, '', inputs.text)",
    "replace-nested": "replace(" * 12 + "'a'" + ", 'a', 'aaaaaaaaaa')" * 12,
    "add-texts": "inputs.text + inputs.text",
    "add-many-texts": " + ".join(["inputs.text"] * 25),
    "add-lists": "inputs.numbers + inputs.numbers",
    "add-many-lists": " + ".join(["inputs.numbers"] * 25),
    "split": "split(inputs.text + ',', '')",
    "split-items": "split(inputs.text, 'a') + split(inputs.text, 'a')",
    "upper": "upper(inputs.umlauts)",
    "json-of-doubled": "to_json(inputs.doubled)",
    "text-of-doubled": "str(inputs.doubled)",
    "json-of-numbers": "to_json(inputs.numbers)",
    "json-of-json": "to_json(to_json(inputs.text))",
    "json-escapes": "to_json(inputs.nul + replace(inputs.text, 'a', '\\n'))",
    "display-of-doubled": "[inputs.doubled, inputs.doubled]",
    "unique-of-doubled": "unique(inputs.doubled)",
    "range": "range(1000000000)",
    "list-of-text": "list(inputs.text)",
    "many-lists": "[" + "[[[[]]]]," * 200 + "]",
}

NUMBERS = {
    "power": "9 ** 9 ** 9",
    "power-function": "pow(9, 999999999)",
    "shift": "1 << 1000000000",
    "shift-right": "1 >> 1",
    "product": "*".join(["999999999999999999"] * 25),
    "product-of-state": "state.n * state.n",
    "huge-literal": "9999999999999999999999",
    "huge-sum": "state.n + 1",
    "huge-negative": "-state.n - 1",
    "huge-input": "inputs.huge + 1",
    "huge-product": "inputs.vast * inputs.vast",
    "huge-modulo": "inputs.vast % 7",
    "huge-text": "str(inputs.huge)",
    "huge-json": "to_json([inputs.vast])",
    "huge-float": "float(inputs.huge)",
    "huge-round": "round(inputs.huge, -5000)",
    "huge-sum-of-list": "sum([inputs.huge, inputs.vast])",
    "huge-unique": "unique([inputs.huge, 1])",
    "huge-index": "inputs.numbers[inputs.vast]",
    "huge-digits": "round(1.5, 999999999)",
    "huge-int-of-text": "int(inputs.text)",
    "huge-int-of-float": "int(1e300)",
    "infinite-literal": "1e999",
    "infinite-product": "1e308 * 10",
    "infinite-sum": "sum([1e308, 1e308])",
    "infinite-input": "inputs.inf + 1",
    "infinite-float": "float('inf')",
    "infinite-int": "int(inputs.inf)",
    "infinite-difference": "inputs.inf - inputs.inf",
    "nan-float": "float('nan')",
    "nan-input": "inputs.nan * 1",
    "nan-sum": "sum([inputs.nan, 1])",
    "nan-round": "round(inputs.nan)",
    "nan-json": "to_json(inputs.nan)",
    "nan-parsed": "parse_json('NaN')",
    "infinite-parsed": "parse_json('[1e999]')",
    "huge-parsed": "parse_json('1000000000000000000000')",
    "huge-digits-parsed": "parse_json('" + "9" * 1_900 + "')",
    "zero-division": "1 / 0",
    "zero-floor": "1 // 0",
    "zero-modulo": "1 % 0",
    "zero-float": "1.0 % 0.0",
    "true-as-number": "true + true",
    "octal": "0o777",
}

TIME = {
    "sort-again": "sorted(" * 25 + "inputs.numbers" + ")" * 25,
    "sort-many": "[" + ",".join(["sorted(inputs.numbers)"] * 80) + "]",
    "sort-words": "[" + ",".join(["sorted(inputs.words)"] * 80) + "]",
    "sum-many": "+".join(["sum(inputs.numbers)"] * 28),
    "sum-many-list": "[" + ",".join(["sum(inputs.numbers)"] * 90) + "]",
    "max-many": "[" + ",".join(["max(inputs.numbers)"] * 90) + "]",
    "any-many": "[" + ",".join(["all(inputs.numbers)"] * 90) + "]",
    "in-many": "[" + ",".join(["-1 in inputs.numbers"] * 90) + "]",
    "in-words-many": "[" + ",".join(["'x' in inputs.words"] * 90) + "]",
    "in-text-many": "[" + ",".join(["'aab' in inputs.text"] * 90) + "]",
    "in-text-long-many": "[" + ",".join(["('b' + inputs.text[:999]) in inputs.text"] * 45) + "]",
    "in-text-periodic": "[" + ",".join(["('b' + inputs.odd[:99]) in inputs.odd"] * 48) + "]",
    "replace-many": "[" + ",".join(["replace(inputs.text, 'a', 'b')"] * 60) + "]",
    "replace-long": "[" + ",".join(["replace(inputs.odd, 'b' + inputs.odd[:99], '')"] * 40) + "]",
    "lower-many": "[" + ",".join(["lower(inputs.umlauts)"] * 85) + "]",
    "strip-many": "[" + ",".join(["strip(inputs.text, inputs.text)"] * 60) + "]",
    "strip-odd": "[" + ",".join(["strip(inputs.odd, inputs.umlauts + 'ab')"] * 45) + "]",
    "split-many": "[" + ",".join(["split(inputs.odd, 'b')"] * 80) + "]",
    "join-many": "[" + ",".join(["len(join(split(inputs.odd, 'b'), 'b'))"] * 45) + "]",
    "slice-many": "[" + ",".join(["inputs.numbers[1:]"] * 100) + "]",
    "equal-many": " and ".join(["inputs.numbers == inputs.numbers[0:]"] * 45),
    "equal-doubled": "inputs.doubled == inputs.again",
    "equal-rows": " and ".join(["inputs.rows == inputs.rows[0:]"] * 45),
    "equal-texts": "[" + ",".join(["inputs.text == state.s"] * 85) + ", inputs.doubled == 1, 1/0]",
    "chain-of-lists": " == ".join(["inputs.numbers[0:]"] * 90),
    "chain-of-displays": " == ".join(["[inputs.numbers, inputs.words]"] * 60),
    "unique-numbers": "unique(inputs.numbers)",
    "unique-colliding": "unique(inputs.colliding + inputs.colliding)",
    "unique-rows": "unique(inputs.rows)",
    "flatten-rows": "[" + ",".join(["flatten(inputs.rows)"] * 90) + "]",
    "flatten-doubled": "flatten([flatten([inputs.numbers, inputs.numbers])] + inputs.rows)",
    "unique-keys": "unique([inputs.keys])",
    "unique-decimals-inside": "[" + ",".join(["unique([inputs.tiny])"] * 80) + "]",
    "unique-decimals": "[" + ",".join(["unique(inputs.tiny)"] * 90) + "]",
    "json-of-empty-lists": "to_json(inputs.empty)",
    "text-of-rows-many": "[" + ",".join(["str(inputs.rows[:2000])"] * 70) + "]",
    "text-of-decimals-many": "[" + ",".join(["str(inputs.tiny)"] * 90) + "]",
    "keys-many": "[" + ",".join(["keys(inputs.keys)"] * 90) + "]",
    "values-many": "[" + ",".join(["values(inputs.keys)"] * 90) + "]",
    "parse-many": "[" + ",".join(["parse_json(inputs.numbers_json)"] * 50) + "]",
    "json-many": "[" + ",".join(["to_json(inputs.rows[:1500])"] * 50) + "]",
    "matches-many": "[" + ",".join(["matches(inputs.text, '(a|aa)+b')"] * 50) + "]",
    "regular-names": "[" + ",".join(["missing.x.y"] * 160) + ", 1/0]",
    "exists-nested": "exists(" * 28 + "inputs.nothing.x" + ")" * 28 + " / 0",
}

RECURSION = {
    "json-of-nested": "to_json(inputs.nested)",
    "text-of-nested": "str(inputs.nested)",
    "equal-nested": "inputs.nested == [inputs.nested]",
    "display-of-nested": "[inputs.nested]",
    "parse-nested": "parse_json(inputs.json)",
    "parse-nested-closed": "parse_json('" + "[" * 900 + "]" * 900 + "')",
    "parse-nested-mappings": "parse_json('" + '{"a":' * 300 + "1" + "}" * 300 + "')",
    "parse-deeper-than-values": "parse_json('" + "[" * 101 + "]" * 101 + "')",
    "unique-nested": "unique([inputs.nested])",
    "nested-calls": "len(" * 31 + "inputs.text" + ")" * 31,
    "nested-lists": "[" * 31 + "]" * 31,
    "nested-not": "not " * 31 + "1",
    "nested-choices": "1 if 1 else " * 31 + "1",
    "nested-sums": "+".join("1" * 32),
}

TYPES = {
    "sort-mixed": "sorted(inputs.mixed)",
    "max-mixed": "max(1, 'a')",
    "min-of-nothing": "min([])",
    "max-of-text": "max('abc')",
    "sum-of-texts": "sum(['a', 'b'])",
    "sum-of-lists": "sum([[1], [2]])",
    "join-of-numbers": "join([1, 2], ',')",
    "compare-lists": "[1] < [2]",
    "compare-null": "null < 1",
    "compare-mixed": "1 < 'a'",
    "compare-true": "true < 2",
    "key-list": "{[1]: 2}",
    "key-mapping": "{{'a': 1}: 2}",
    "key-number": "{1: 2}",
    "key-null": "{null: 2}",
    "key-computed": "{inputs.numbers: 1}",
    "step-list": "inputs[[1]]",
    "step-mapping": "inputs[{'a': 1}]",
    "step-true": "inputs.numbers[true]",
    "step-float": "inputs.numbers[1.0]",
    "step-beyond": "inputs.numbers[100000]",
    "step-below": "inputs.numbers[-100001]",
    "step-of-number": "inputs.a.b",
    "in-number": "1 in 1",
    "number-in-text": "1 in 'a'",
    "minus-text": "-'a'",
    "plus-null": "+null",
    "text-minus-text": "'a' - 'b'",
    "list-minus-list": "[1] - [1]",
    "mapping-plus-mapping": "{} + {}",
    "length-of-number": "len(1)",
    "too-few": "len()",
    "too-many": "len('a', 'b')",
    "unknown-function": "frobnicate(1)",
    "int-of-list": "int([1])",
    "int-of-word": "int('one')",
    "float-of-null": "float(null)",
    "split-by-nothing": "split('a', '')",
    "parts-of-true": "true.real",
    "cut-of-number": "(1)[0:1]",
    "bad-json": "parse_json('{')",
    "surrogate-json": "parse_json('\"\\\\ud800\"')",
    "surrogate-matched": "matches(inputs.surrogate, '.')",
}

PATTERNS: dict[str, tuple[str, Any]] = {
    "nested-plus": ("matches(inputs.text, '^(a+)+$') and matches('aaab', '^(a+)+$')", False),
    "nested-plus-input": ("matches('" + "x" * 500 + "', inputs.pattern)", False),
    "alternatives": ("matches('" + "a" * 500 + "', '^(a|a|aa)*b')", False),
    "dots": ("matches('" + "a" * 500 + "', '(.*)*(.*)*(.*)*b')", False),
    "evil-mail": ("matches('" + "a" * 500 + "', '^([a-zA-Z0-9])(([.-]|[_]+)?([a-zA-Z0-9]+))*@')",
                  False),
    "large-repetition": ("matches('a', '((a{1,1000}){1,1000}){1,1000}')", STOPPED),
    "repetitions": ("matches('a', '((((a{1,30}){1,30}){1,30}){1,30})')", STOPPED),
    "state-blow-up": ("matches(inputs.odd, '(a|b)*a(a|b){300}c')", STOPPED),
    "state-blow-up-small": ("matches(inputs.odd, '[ab]*a[ab]{12}c')", False),
    "back-reference": (r"matches('aa', r'(a)\1')", STOPPED),
    "look-ahead": ("matches('aa', '(?=a)a')", STOPPED),
    "look-behind": ("matches('aa', '(?<=a)a')", STOPPED),
    "recursion": ("matches('aa', '(?R)')", STOPPED),
    "unbalanced": ("matches('a', '(')", STOPPED),
    "deep": ("matches('a', '" + "(" * 240 + "a" + ")" * 240 + "')", True),
    "deep-repeated": ("matches('a', '" + "(" * 150 + "a" + ")+" * 150 + "')", True),
    "many-large": ("[" + ",".join(rf"matches('a', r'\pL{{{n}}}')" for n in range(10, 70)) + "]",
                   STOPPED),
    "too-long": ("matches('a', '" + "a" * 501 + "')", STOPPED),
    "pattern-from-input": ("matches('a', inputs.text)", STOPPED),
    "classes": ("matches(inputs.umlauts, '" + r"\\pL" * 120 + "')", STOPPED),
    "unicode-classes": ("matches('a', '" + r"[^\\pL\\pN]{1,40}" * 25 + "')", STOPPED),
}  # fmt: skip

HARMLESS: dict[str, tuple[str, Any]] = {
    "braces-stay-text": ("'{0.__class__}' + '%s'", "{0.__class__}%s"),
    "template-in-expression": ("'${inputs.text}'", "${inputs.text}"),
    "expression-in-text": ("str('__import__(\"os\")')", '__import__("os")'),
    "null-below-skipped": ("skipped.port[0].x[1:2]", None),
    "case-folding": ("lower('\u0130')", "i\u0307"),
    "nan-differs": ("inputs.nan == inputs.nan + 0 if false else 1", 1),
    "hash-collision": ("unique([0, -1, -2])", [0, -1, -2]),
    "nested-in-nested": ("[] in inputs.nested", False),
    "is-null": ("inputs.a is not null", True),
    "text-long-in-text": ("(inputs.text[:50000] + 'b') in inputs.text", False),
}

PATHS = {
    "empty": "",
    "dunder": "__class__.x",
    "inputs-alone": "inputs",
    "state-alone": "state",
    "nodes": "nodes.x",
    "dots": "a..b",
    "dot-at-end": "a.",
    "dot-at-start": ".a",
    "slash": "../../etc/passwd",
    "call": "a.b()",
    "expression": "a.b + 1",
    "negative": "a[-1]",
    "quoted": "a['b']",
    "huge-index": "a[99999999999999999999]",
    "leading-zero": "a[01]",
    "arabic-digit": "a[\u0661]",
    "full-width": "\uff41.b",
    "blank": "a .b",
    "newline": "a.b\n",
    "nul": "a.b\0",
    "surrogate": "a.\ud800",
    "steps": "a" + ".b" * 200,
    "long": "a." + "b" * 10_000_000,
    "brackets": "a" + "[" * 400,
    "number": 5,
    "list": ["a"] * 1_000_000,
    "null": None,
}

TEMPLATES = {
    "not-ended": "${inputs.text",
    "nested": "${${inputs.a}}",
    "expression": "${1 + 1}",
    "call": "${inputs.os.system('id')}",
    "dunder": "${inputs.text.__class__}",
    "attribute-of-module": "${inputs.os.environ}",
    "jinja": "${ {{ 7*7 }} }",
    "empty": "${}",
    "newline": "${inputs\n.text}",
    "many-not-ended": "${" * 100_000,
    "many": "${inputs.text}" * 1_000,
    "many-of-nothing": "${skipped.x}" * 100_000,
    "doubled": "${inputs.doubled}",
    "nested-value": "${inputs.nested}",
    "object": "${inputs.spy}",
    "huge": "${inputs.huge}",
    "vast": "${inputs.vast}",
    "nan": "${inputs.nan}",
    "large-list": "${inputs.rows}${inputs.rows}${inputs.rows}",
    "numbers": "${inputs.numbers}${inputs.numbers}",
    "missing": "${inputs.nothing}",
    "closing-far": "${" + "a" * 1_000_000 + "}",
}


def _deep_value(depth: int) -> Any:
    value: Any = {"ref": "inputs.a"}
    for _ in range(depth):
        value = {"a": [value]}
    return value


VALUES = {
    "ref-number": {"ref": 5},
    "ref-list": {"ref": ["inputs", "a"]},
    "ref-mapping": {"ref": {"ref": "inputs.a"}},
    "ref-null": {"ref": None},
    "expr-number": {"expr": 1},
    "expr-list": {"expr": ["1"] * 1_000_000},
    "expr-nested": {"expr": {"expr": "1"}},
    "expr-empty": {"expr": ""},
    "ref-of-module": {"ref": "inputs.os.environ"},
    "deep": _deep_value(2_000),
    "deep-list": _nested(10_000),
    "doubled": [{"ref": "inputs.doubled"}],
    "nested": [{"ref": "inputs.nested"}],
    "missing": {"a": [{"ref": "node.port.y"}]},
    "below-null": {"ref": "node.error.message"},
    "below-text": {"ref": "inputs.text.x"},
    "index-of-mapping": {"ref": "node.port[0]"},
    "key-of-list": {"ref": "inputs.numbers.first"},
}

ROUNDS = {
    "doubled-list": {"s": [{"ref": "state.s"}, {"ref": "state.s"}]},
    "doubled-mapping": {"s": {"a": {"ref": "state.s"}, "b": {"ref": "state.s"}}},
    "doubled-expression": {"s": {"expr": "[state.s, state.s]"}},
    "doubled-text": {"s": "${state.s}${state.s}"},
    "doubled-sum": {"s": {"expr": "state.s + state.s"}},
    "doubled-join": {"s": {"expr": "join([state.s, state.s], state.s)"}},
    "doubled-json": {"s": {"expr": "to_json([state.s])"}},
    "deeper": {"s": [{"ref": "state.s"}]},
    "deeper-mapping": {"s": {"s": {"ref": "state.s"}}},
    "deeper-expression": {"s": {"expr": "[state.s]"}},
    "deeper-whole": {"s": {"ref": "state"}},
}

INFERENCE = {
    "unknown": "nothing.x",
    "clash": "inputs.a + 1",
    "clash-deep": "(" * 25 + "inputs.a" + ")" * 25 + " + 1",
    "call": "inputs.a()",
    "wide": "+".join(["'a'"] * 28) + " + 1",
    "length": "len(1)",
    "order": "1 < 'a'",
}

ATTACKS = tuple(_all())
