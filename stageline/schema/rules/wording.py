"""Names of tables and columns as words that a business analyst reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+|[^\W\d_]+\d*")
_SPELLED = {
    "dt": "date", "amt": "amount", "qty": "quantity", "nbr": "number", "addr": "address",
    "cust": "customer", "acct": "account", "emp": "employee", "dept": "department",
    "prod": "product", "descr": "description", "pct": "percent", "tbl": "table", "flg": "flag",
    "cd": "code", "stat": "status", "mth": "month", "mths": "months", "ver": "version",
    "rsn": "reason", "seq": "sequence", "val": "value", "lvl": "level", "nm": "name",
    "txt": "text", "msg": "message", "usr": "user", "pwd": "password", "yr": "year",
    "cnt": "count", "eff": "effective", "dflt": "default", "bal": "balance", "pfx": "prefix",
    "lang": "language", "svc": "service", "prd": "period", "prio": "priority",
}  # fmt: skip
_PLURALS = (
    ("trans", "trans"), ("subs", "subs"), ("series", "series"),
    ("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("ss", "ss"),
    ("us", "us"), ("is", "is"), ("ews", "ews"), ("ries", "ry"), ("s", ""),
)  # fmt: skip
_VARIABLE_MARKS = frozenset({"p", "v", "l", "i", "in", "par", "var", "prm", "ls", "ll", "lv", "pi"})
_CONSONANT_SOUNDS = ("user", "uni", "use", "usage", "util", "euro", "one")
_LONGEST = 80


@lru_cache(maxsize=65_536)
def spell(name: str) -> str:
    """``cust_order_dt`` reads ``customer order date``."""
    last = name.rpartition(".")[2]
    words = [_SPELLED.get(word.casefold(), word.casefold()) for word in _WORD.findall(last[:500])]
    if len(words) > 1 and words[-1] == "no":
        words[-1] = "number"
    return " ".join(words)[:_LONGEST] or last[:_LONGEST]


def spell_variable(name: str) -> str:
    """A parameter or variable without the letters that mark it as one: ``p_amount``, ``@total``."""
    words = spell(name.lstrip("@:#")).split(" ")
    marked = len(words) > 1 and words[0] in _VARIABLE_MARKS
    spoken = " ".join(words[1:] if marked else words)
    return f"{spoken} value" if spoken in {"new", "old"} else spoken


@lru_cache(maxsize=65_536)
def singular(table: str) -> str:
    """One row of a table: ``order_lines`` reads ``order line``."""
    words = spell(table)
    for ending, instead in _PLURALS:
        if words.endswith(ending) and len(words) > len(ending) + 2:
            return words[: len(words) - len(ending)] + instead
    return words


def plural(table: str) -> str:
    one = singular(table)
    if one.endswith("y") and one[-2:-1] not in "aeiou":
        return one[:-1] + "ies"
    return one + ("es" if one.endswith(("s", "x", "ch", "sh")) else "s")


def article(words: str) -> str:
    vowel = words[:1] in "aeiou" and not words.startswith(_CONSONANT_SOUNDS)
    return f"{'an' if vowel else 'a'} {words}"


def join_words(words: Sequence[str], last: str = "and", most: int = 12) -> str:
    """``a, b and c``; the middle of long lists is counted, not shown."""
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def sentence(text: str) -> str:
    """Upper case at the start and a full stop at the end."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"
