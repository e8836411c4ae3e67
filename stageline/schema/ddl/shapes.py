"""Regular expressions for the plainest statements, which make up most of every dump.

They match whole statements without comments and odd quotes; anything else does not match and
takes the way over the tokens. Both ways end in the same functions on the catalogue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stageline.schema.ddl.typename import NO_TYPE
from stageline.schema.lexical import Lexis

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Shapes:
    """The expressions of one lexis; see ``shapes``."""

    part: Pattern
    table_head: Pattern
    element: Pattern
    column: Pattern
    inside: Pattern
    key: Pattern
    table_tail: Pattern
    owner: Pattern
    constraint: Pattern
    trailing: Pattern
    drop_table: Pattern
    defaults: Pattern
    default: Pattern
    set_default: Pattern
    index: Pattern
    comment: Pattern
    sequence: Pattern
    synonym: Pattern


def _part(lexis: Lexis) -> str:
    quoted = [r'"[^"\\\n]++"', r"`[^`\\\n]++`"]
    if lexis.brackets:
        quoted.append(r"\[[^\]\n]++\]")
    if lexis.brace_comments:  # Informix quotes owners like strings
        quoted.append(r"'[^'\n]++'")
    return rf"(?:[A-Za-z_]\w*+|{'|'.join(quoted)})(?![\"`'$#@])"


def _string(lexis: Lexis, quote: str) -> str:
    if quote in lexis.backslash:
        text = rf"[^{quote}\\]*+"
        return rf"{quote}{text}(?:(?:\\[\s\S]|{quote}{quote}){text})*+{quote}"
    return rf"{quote}[^{quote}\\]*+(?:{quote}{quote}[^{quote}\\]*+)*+{quote}"


def _comment(lexis: Lexis) -> str:
    lines = "|".join(rf"(?:{start})[^\n]*+" for start in lexis.line_comments)
    return rf"{lines}|/\*(?!M?!)[^*/]*+\*/"


def _body(lexis: Lexis) -> tuple[str, str]:
    """What an element of a table may hold (no comma, no comment, closed parentheses), and what may
    stand in parentheses, with them.

    Each is plain text, then any number of other things with plain text behind them: matched so,
    it takes half the steps of a choice between the two.
    """
    special = r"\-/#$;" + ("{" if lexis.brace_comments else "") + (r"\[" if lexis.brackets else "")
    others = ["-(?!-)", r"/(?!\*)", *(_string(lexis, quote) for quote in "'\"`")]
    if lexis.brackets:
        others.append(r"\[[^\]\n]*+\]")
    rest = "|".join(others)
    plain = rf"[^()'\"`{special}]*+"
    group = rf"\({plain}(?:(?:{rest}){plain})*+\)"
    for _ in range(4):
        group = rf"\({plain}(?:(?:{group}|{rest}){plain})*+\)"
    element = rf"[^,<()'\"`{special}]*+"
    return rf"{element}(?:(?:{group}|{rest}){element})*+", group


def _column(lexis: Lexis, part: str) -> str:
    """What follows the name of a plain column: the type, identity, NOT, NULL, default, NOT, NULL,
    identity, key, and what it refers to."""
    word = r"[A-Za-z]\w*+" + (r"|\[\w++\]" if lexis.brackets else "")
    type_ = (
        rf"((?!(?:{'|'.join(sorted(NO_TYPE))})\b)(?:{word})(?:\s+(?:VARYING|PRECISION|UNSIGNED))?+"
        r"(?:\s*\(\s*(?:\d++|max)(?:\s+(?:char|byte))?(?:\s*,\s*\d++)?\s*\))?+"
        r"(?:\s+UNSIGNED|\s+WITH(?:OUT)?\s+TIME\s+ZONE)?+)"
    )
    sets = r"(?:\s+CHARACTER\s+SET\s+\w++)?(?:\s+COLLATE\s+\w++)?"
    early = rf"{sets}(?:\s+(IDENTITY)(?:\s*\(\s*\d++\s*,\s*\d++\s*\))?)?(?:\s+(UNIQUE))?"
    # A name before NOT NULL says nothing; where names trail, it belongs to what is before it.
    label = r"(?!)" if lexis.brace_comments else rf"CONSTRAINT\s+{part}\s+"
    null = rf"(?:\s+((?:{label})?NOT\s+)?(NULL))?"
    key = rf"(?:\s+(?:(?={label})CONSTRAINT\s+({part})\s+)?(PRIMARY\s+KEY|UNIQUE))?"
    value = (
        r"-?\d++(?:\.\d++)?|'[^'\\]*+'(?:::\w++(?:\s+varying)?)?|NULL|TRUE|FALSE|SYSDATE"
        r"|CURRENT_(?:TIMESTAMP|DATE|TIME|USER)|\w++\((?:[\w\s,.]++|'[^'\\]*+')*+\)"
        r"|\(+(?:-?\d++|'[^'\\]*+'|\w++\(\))\)+"
        r"|nextval\('[^'\\]++'(?:::\w++)?\)"
    )
    late = (
        rf"(?:\s+DEFAULT(?:\s++|(?=['(]))({value}))?{null}(?:\s+(AUTO_INCREMENT))?{key}"
        rf"(?:\s+REFERENCES\s+({part}(?:\.{part})?)(?:\s*\(\s*({part})\s*\))?"
        r"((?:\s+ON\s+(?:DELETE|UPDATE)\s+(?:SET\s+|NO\s+)?\w++)*+)(\s+NOT\s+NULL)?)?\s*"
    )
    # Most columns have neither the early nor the late clauses: that is seen by one look each.
    return rf"\s*{type_}(?:(?!\s+[CIU])|(?=\s+[CIU]){early}){null}(?:\s*+\Z|{late})"


_PRIMARY = r"PRIMARY\s+KEY(?:\s+(?:NON)?CLUSTERED)?"
_KNOWN: dict[tuple[str, bool], Shapes] = {}


def shapes(lexis: Lexis, *, plain: bool) -> Shapes:
    """The expressions for a lexis, compiled once; for texts that are ASCII (``plain``), of which
    most are, they are faster by a fifth."""
    known = _KNOWN.get((lexis.name, plain))
    if known is None:
        letters = re.ASCII if plain else re.UNICODE
        known = _KNOWN[lexis.name, plain] = _compile_shapes(lexis, letters)
    return known


def _changes(part: str, name: str, columns: str, group: str, references: str) -> dict[str, str]:
    """What changes a table, or drops it."""
    alter = rf"ALTER\s+TABLE\s+(?:ONLY\s+)?({name})\s+"
    default = rf"(?:CONSTRAINT\s+{part}\s+)?DEFAULT\s*{group}\s*FOR\s+{part}"
    return {
        "owner": rf"{alter}OWNER\s+TO\s+{part}",
        "constraint": rf"{alter}(?:WITH\s+(?:NO)?CHECK\s+)?ADD\s+(?:CONSTRAINT\s+({part})\s+)?"
        rf"(?:({_PRIMARY}|UNIQUE)\s*{columns}|{references})\s*",
        "trailing": rf"{alter}ADD\s+CONSTRAINT\s*(\(\s*)?(?:(PRIMARY\s+KEY|UNIQUE)\s*{columns}|"
        rf"FOREIGN\s+KEY\s*{columns}\s*REFERENCES\s+({name})\s*(?:{columns})?)"
        rf"\s*CONSTRAINT\s+({name})\s*(?(2)\)\s*)",
        "drop_table": rf"DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?({name})\s*",
        "defaults": rf"{alter}(?:WITH\s+(?:NO)?CHECK\s+)?ADD\s+"
        rf"({default}(?:\s*,\s*{default})*+)\s*",
        "default": rf"DEFAULT\s*+({group})\s*FOR\s+({part})",
        "set_default": rf"{alter}ALTER\s+COLUMN\s+({part})\s+SET\s+DEFAULT\s+"
        r"(nextval\('[^']*+'::regclass\))",
    }


def _compile_shapes(lexis: Lexis, letters: re.RegexFlag) -> Shapes:
    part = _part(lexis)
    body, group = _body(lexis)
    dot = r"\s*\.\s*" if lexis.brace_comments else r"\."  # dbschema breaks lines anywhere
    name = rf"{part}(?:{dot}{part})?(?![\w.:])"
    columns = rf"\(\s*({part}(?:\s*,\s*{part})*+)\s*\)"
    entry = rf"(?:[A-Za-z_]\w*+\([A-Za-z_]\w*+\)|{part}(?:\s*\(\d++\))?(?:\s+(?:ASC|DESC))?)"
    order = r"(?:(?:NON)?CLUSTERED|CLUSTER|ASC(?:ENDING)?|DESC(?:ENDING)?)"
    place = rf"(?:\s*ON\s+{part})?" if lexis.brackets else ""  # a filegroup
    dollars = r"|\$\$([^$]*+)\$\$" if lexis.dollar_quotes != "none" else "|((?!))"
    blanks = rf"\s*+(?:(?:{_comment(lexis)})\s*+)*+"
    references = rf"FOREIGN\s+KEY\s*{columns}\s*REFERENCES\s+({name})\s*(?:{columns})?([\w\s]*+)"
    tail = r"[^'\"`()/#{-]*+"
    database = rf"(?:{part}\s*:\s*)?" if lexis.brace_comments else ""
    # The name behind the constraint, where names trail.
    trailing = rf"(?:CONSTRAINT\s+({name})\s*)?" if lexis.brace_comments else "((?!))?"
    expressions = {
        "part": rf"{part}",
        "table_head": rf"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?({name})\s*\(",
        "element": rf"(?<=[(,])({blanks})({part})((?:\s++|(?<=[\"`])(?=\w)){body}{blanks})[,)]"
        r"|([\s\S]++)",
        "column": _column(lexis, part),
        "inside": rf"(?:CONSTRAINT\s+({part})\s+)?(?:({_PRIMARY}|UNIQUE)\s*{columns}"
        rf"|{references}|CHECK\s*({group}))\s*{trailing}",
        "key": rf"(?:(UNIQUE)(?:\s+(?:KEY|INDEX))?|KEY|INDEX)\s+({part})\s*"
        rf"\(\s*({entry}(?:\s*,\s*{entry})*+)\s*\)\s*",
        "table_tail": rf"{tail}(?:(?:-(?!-)|'[^'\\]*+'|\([^()'\"]*+\)){tail})*+",
        **_changes(part, name, columns, group, references),
        "index": rf"CREATE\s+(UNIQUE\s+)?(?:{order}\s+)?INDEX\s+"
        rf"({name})\s+ON\s+({name})\s*(?:USING\s+(\w++)\s*)?"
        rf"\(\s*({entry}(?:\s*,\s*{entry})*+)\s*\)"
        rf"(?:\s*USING\s+(\w++)(?:\s+IN\s+\w++)?)?{place}",
        "comment": rf"COMMENT\s+ON\s+(TABLE|COLUMN)\s+({part}(?:\.{part}){{0,2}})(?![\w.])\s+IS\s+"
        rf"(?:'((?:[^'\\]++|'')*+)'{dollars})",
        "sequence": rf"CREATE\s+SEQUENCE\s+({name})((?:\s+[\w-]++)*+)\s*",
        "synonym": rf"CREATE\s+SYNONYM\s+({name})\s+FOR\s+{database}({name})\s*",
    }
    flags = re.IGNORECASE | letters
    return Shapes(**{name: re.compile(text, flags) for name, text in expressions.items()})
