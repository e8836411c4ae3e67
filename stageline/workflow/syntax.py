"""From the text of an expression to its syntax tree, so that no text can do harm on the way.

Python's parser normalises identifiers, warns on odd escapes, and takes long for deep nesting.
So the text is looked at first: one pass of an expression that never goes back tells whether it
consists of known tokens, and brackets are counted. Only then ``ast`` parses it.
"""

from __future__ import annotations

import ast
import re

from stageline.keys import shown
from stageline.workflow.language import MAX_DEPTH, MAX_LENGTH, ExpressionError

_ESCAPE = r"\\(?:[\\'\"nrt]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})"
_NOT = r"\\\x00-\x08\x0a-\x1f\x7f\ud800-\udfff"
_STRING = rf"\"(?:[^\"{_NOT}]|{_ESCAPE})*\"|'(?:[^'{_NOT}]|{_ESCAPE})*'"
_RAW = rf"r(?:\"(?:[^\"{_NOT}]|\\[^{_NOT[2:]}])*\"|'(?:[^'{_NOT}]|\\[^{_NOT[2:]}])*')"
_TOKEN = rf"""[ \t\r\n]+
  | (?:{_RAW}|{_STRING})(?![ \t\r\n]*["'])
  | (?:[0-9]{{1,25}}(?:\.[0-9]*)?|\.[0-9]{{1,25}})(?:[eE][+-]?[0-9]{{1,3}})?(?![\w.])
  | [A-Za-z_][A-Za-z0-9_]*(?![\w"'])
  | [-+*/%<>=!()\[\]{{}},.:]"""
_TOKENS = re.compile(rf"(?:{_TOKEN})*", re.VERBOSE)
_EACH = re.compile(_TOKEN, re.VERBOSE)
_BRACKETS = re.compile(r"[(\[{]")
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_BREAKS = str.maketrans("\r\n", "  ")

_UNKNOWN = {
    "#": "Comments are not part of expressions.",
    "\\": "A backslash may only stand in a string.",
    '"': "This string is not ended, or holds a character or escape that is not allowed; "
    "prefixes (b, f, u), triple quotes and strings side by side are not either.",
    ":": "':' may stand in a slice or a mapping only.",
    ";": "An expression is one expression.",
    "&": "For '&&', write 'and'.",
    "|": "For '||', write 'or'.",
    "$": "'${...}' is for texts; in an expression, a path stands alone, such as inputs.name.",
}
# What other languages write, where Python only says that it is wrong.
_STRINGS = re.compile(_STRING)
_FOREIGN = (
    (re.compile(r"(?<![=!<>])=(?!=)"), " To compare, write '=='."),
    (re.compile(r"==="), " To compare, write '=='."),
    (re.compile(r"!(?!=)"), " For '!', write 'not'."),
    (re.compile(r"<>"), " To compare, write '!='."),
)
_UNKNOWN["'"] = _UNKNOWN['"']


def parse_syntax(text: str) -> tuple[ast.expr, int]:
    """The tree of ``text``, and how many characters were left out at its beginning.

    Raises ``ExpressionError`` with the column of what is wrong.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"An expression has at most {MAX_LENGTH:,} characters, not {len(text):,}.",
            MAX_LENGTH + 1,
        )
    _check_tokens(text)
    source = text.translate(_BREAKS).lstrip(" \t")
    shift = len(text) - len(source)
    if not source:
        raise ExpressionError("An expression is missing.")
    try:
        return ast.parse(source, mode="eval").body, shift
    except SyntaxError as error:
        column = max(min(error.offset or len(source), len(source)), 1)
        reason = f"This is not an expression: {error.msg}.{_meant(source)}"
        raise ExpressionError(reason, column + shift) from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError("This expression is nested too deep.", shift + 1) from None


def _meant(source: str) -> str:
    bare = _STRINGS.sub("''", source)
    return next((hint for sign, hint in _FOREIGN if sign.search(bare)), "")


def _check_tokens(text: str) -> None:
    match = _TOKENS.match(text)
    end = match.end() if match else 0
    if end < len(text):
        raise _unknown(text, end)
    if len(_BRACKETS.findall(text)) > 5:
        _check_brackets(text)


def _unknown(text: str, at: int) -> ExpressionError:
    message = _UNKNOWN.get(text[at], f"{shown(text[at : at + 12])} is not part of expressions.")
    return ExpressionError(message, at + 1)


def _check_brackets(text: str) -> None:
    """Python's parser tries again and again on deep brackets that do not fit."""
    depth = 0
    for match in _EACH.finditer(text):
        depth += (match[0] in _OPEN) - (match[0] in _CLOSE)
        if depth > MAX_DEPTH:
            raise ExpressionError("Brackets are nested too deep.", match.start() + 1)
