"""Regular expressions made from a ``Lexis``: the splitter's eyes.

Every loop is possessive, so matching is linear. A token that is opened and not closed is not
consumed: the expression stops in front of it, and the splitter decides what that means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from stageline.schema.lexical import Body, Lexis

Pattern = re.Pattern[bytes]


def _firsts(expressions: Iterable[str]) -> str:
    """One character out of those that the expressions start with."""
    firsts = "".join(sorted({expression[0] for expression in expressions}))
    return f"(?-i:[{re.escape(firsts + firsts.lower())}])"


def _led(*alternatives: str) -> str:
    """One of the alternatives, none of which is tried where no first letter of them stands."""
    return f"(?={_firsts(alternatives)})(?:{'|'.join(alternatives)})"


# A line that starts like this starts a statement, whatever the text before it looks like.
_TABLE = (
    r"(?:(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|EXTERNAL|COLUMN|ROW|RAW|STANDARD|CACHED|MEMORY"
    r"|SET|MULTISET|VOLATILE|TRANSIENT|DYNAMIC)\s+){0,2}TABLE\s"
)
_STRONG = (
    rf"CREATE\s+(?:OR\s+REPLACE\s+)?{_TABLE}",
    r"ALTER\s+TABLE\s",
    r"DROP\s+(?:TABLE|VIEW)\s",
    r"INSERT\s+(?:IGNORE\s+)?INTO\s",
    r"CREATE\s+(?:UNIQUE\s+)?(?:(?:NON)?CLUSTERED\s+)?INDEX\s",
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:FORCE|MATERIALIZED)\s+)?(?:VIEW|SEQUENCE|SYNONYM)\s",
    r"COMMENT\s+ON\s+(?:TABLE|COLUMN)\s",
    r"ALTER\s+SEQUENCE\s",
    r"SET\s+(?:DATABASE|FILES)\s+[A-Z]",
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\s+[\w.\"$]+\s*\(",
    r"CREATE\s+(?:OR\s+REPLACE\s+)?TRIGGER\s+[\w.\"$]+\s+(?:BEFORE|AFTER|INSTEAD)\s",
)
STRONG = _led(*_STRONG)
_MODULE = (
    r"CREATE\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:DEFINER\s*=\s*\S+\s+|(?:NON)?EDITIONABLE\s+|DBA\s+)?"
    r"(?:PROCEDURE|PROC|FUNCTION|TRIGGER|PACKAGE|VIEW)\s"
)
# What a statement without terminator may be followed by; its column may be any.
_STARTERS = (
    "CREATE", r"ALTER\s+(?!COLUMN\b)\w+\s", r"DROP\s+(?!COLUMN\b|CONSTRAINT\b)\w+\s",
    r"INSERT\s+(?!\()", r"EXEC(?:UTE)?\s+(?!AS\b)", r"DECLARE\s+@",
    r"SET\s+(?:\w+\s+(?:ON|OFF)\b|IDENTITY_INSERT\b|DATEFORMAT\b)", r"PRINT\b", r"RAISERROR\b",
    r"USE\s", r"GRANT\s", r"DENY\s", r"REVOKE\s", r"TRUNCATE\s+TABLE", r"DELETE\s+FROM\s",
    r"UPDATE\s+(?:STATISTICS\b|\S+\s+SET\b)", r"BEGIN\b", r"END\b", r"COMMIT\b", r"ROLLBACK\b",
    r"IF\s", r"ELSE\b", r"WHILE\s", r"SAVE\s+TRAN", r"CHECKPOINT\b", r"DBCC\b", r"BACKUP\b",
    r"RESTORE\b", r"BULK\s+INSERT\b", r"RETURN\b", r"WAITFOR\b",
)  # fmt: skip
_STARTER = _led(*_STARTERS)
_MODIFIER = r"(?:OR\s+(?:REPLACE|ALTER)\s+|(?!AS\b)[A-Z]\w*\s+){0,5}?"
_PLAIN = (
    rf"CREATE\s+{_MODIFIER}(?:TABLE|INDEX|VIEW|SEQUENCE|SYNONYM|TYPE|DOMAIN|GENERATOR|DATABASE"
    r"|USER|ROLE|EXTENSION|TABLESPACE|EXCEPTION)\b"
    r"|(?:ALTER|DROP|COMMENT|GRANT|REVOKE|SET|USE|PRAGMA|ANALYZE|TRUNCATE)\b"
    # Without what the schema holds, for its objects have lines of their own (HSQLDB).
    r"|CREATE\s+SCHEMA\s+\S+\s+AUTHORIZATION\s+\S+\s*\n\s*"
    r"(?:SET|CREATE\s+(?:MEMORY|CACHED|TEXT))\b"
)
_DATA = r"INSERT\b|REPLACE\s+(?:INTO\b|LOW_PRIORITY\b|DELAYED\b)|COPY\s|LOAD\s+(?:DATA\b|FROM\b)"
# Statements whose strings may well hold lines of SQL; text that starts otherwise is no statement.
_WHOLE = (
    r"(?:CREATE|SELECT|WITH|UPDATE|DELETE|MERGE|CALL|DO|EXEC|EXECUTE|BEGIN|DECLARE|EXPLAIN|VALUES"
    r"|PREPARE|UPSERT|SECURITY|RECREATE|IMPORT|EXPORT|PUT|CREATE)\b"
)
_END_OF = r"(?:IF|LOOP|WHILE|REPEAT|FOR|FOREACH)\b"
_CODE = r"/\*M?!(?!999999)[0-9]*+"  # what follows is code for a server of that version
_VERB = (
    r"(?:CREATE|ALTER|DROP|GRANT|REVOKE|COMMENT|INSERT|UPDATE|DELETE|MERGE|COMMIT|ROLLBACK|SET|SHOW"
    r"|EXEC|EXECUTE|CALL|PROMPT|REM|SPOOL|WHENEVER|QUIT|EXIT|ANALYZE|TRUNCATE|RENAME|AUDIT)\b"
)


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the splitter asks of the text at a position, for one lexis and terminator.

    ``blank``, ``simple``, ``open``, ``raw``, ``guarded`` and ``block`` consume as much as they
    can and always match. ``simple`` stops at a line that starts a statement, ``open`` does not;
    ``guarded`` does so inside strings too. ``raw`` stops at nothing but a line that ends
    statements. ``block`` stops at the words of ``word``.
    ``common`` is a whole plain statement with the blanks before it and its terminator (group 1
    is its text), or a line that ends statements or is for a client (group 2). ``batch`` is a run
    of INSERTs that begin with the same words (group 1) and have a row each, where lines end
    statements; group 2 is the blanks behind it up to a line, and group 3 that line, if it ends
    the batch.
    """

    lexis: Lexis
    ending: str
    custom: bool
    blank: Pattern
    blank_token: Pattern
    simple: Pattern
    open: Pattern
    raw: Pattern
    guarded: Pattern
    block: Pattern
    word: Pattern
    dollar: Pattern
    q_quote: Pattern
    closer: Pattern
    closer_word: Pattern
    terminator: Pattern
    empty: Pattern
    line_end: Pattern
    client: Pattern
    set_terminator: Pattern
    bodies: Pattern
    plain: Pattern
    data: Pattern
    whole: Pattern
    opaque: Pattern
    resync: Pattern
    strong: Pattern
    starter: Pattern
    module: Pattern
    verb: Pattern
    sequel: Pattern
    common: Pattern
    batch: Pattern

    def body(self, head: bytes) -> Body | None:
        """The rule for a statement that starts with ``head``, if it has inner semicolons."""
        found = self.bodies.match(head)
        return self.lexis.bodies[found.lastindex - 1] if found and found.lastindex else None

    def empty_rest(self, data: bytes, start: int, stop: int) -> bool:
        """Whether ``data[start:stop]`` holds nothing but blanks and comments."""
        found = self.blank.match(data, start, stop)
        return found is not None and found.end() >= stop


def _string(quote: str, escaped: bool, guard: str = "", unless: str = "") -> str:
    free = ("\\n" if guard else "") + (r"\\" if escaped else "")
    others = [r"\\[\s\S]"] * escaped + [rf"\n(?!{guard})"] * bool(guard)
    plain = f"[^{quote}{free}]*+"
    more = f"(?:(?:{'|'.join(others)}){plain})*+" if others else ""
    return f"{quote}{unless}{plain}{more}{quote}"


def _guessed_string(guard: str) -> str:
    """A string in which a backslash escapes a quote if that cannot be the end of it."""
    free, line = ("\\n", rf"|\n(?!{guard})") if guard else ("", "")
    return rf"'(?:[^'\\{free}]++|\\(?:'(?=\w|'(?!')))?{line})*+'"


def _escape_string() -> str:
    return r"'(?<=[^\w][eE]')(?:[^'\\]++|\\[\s\S]|'')*+'"


_Q_OPENING = r"(?:(?<=[^\w][qQ])|(?<=[^\w][nN][qQ]))'(?=\S)"


def _comments(lexis: Lexis) -> list[str]:
    lines = [re.sub(r"^--$", r"--(?!#SET[ \\t]+TERM)", mark) for mark in lexis.line_comments]
    opening = r"/\*(?!M?!)" if lexis.conditional_comments else r"/\*"
    flat = rf"{opening}[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
    if lexis.nested_comments:
        flat = r"/\*[^*/]*+(?:(?:\*(?!/)|/(?!\*))[^*/]*+)*+\*/"
        for _ in range(4):  # expressions cannot nest for ever; a deeper comment counts as broken
            flat = rf"/\*(?:[^*/]++|\*(?!/)|/(?!\*)|{flat})*+\*/"
    found = [rf"(?:{'|'.join(lines)})[^\n\r]*+", flat]
    if lexis.conditional_comments:
        found.append(_CODE)
    if lexis.brace_comments:
        found.append(r"\{[^}]*+\}")
    return found


def _strings(lexis: Lexis, guard: str) -> list[str]:
    found = []
    if lexis.triple_quotes:
        found += [rf"{q * 3}(?:[^{q}\\]++|\\[\s\S]|{q}(?!{q * 2}))*+{q * 3}" for q in "'\""]
    special = []
    if lexis.escape_strings:
        found.append(_escape_string())
        special.append(r"(?<![^\w][eE]')")
    if lexis.q_quotes:
        special += [r"(?<![^\w][qQ]')", r"(?<![^\w][nN][qQ]')"]
    for quote in lexis.quotes:
        unless = "".join(special) if quote == "'" else ""
        if quote == "'" and lexis.guessed_backslash:
            found.append(_guessed_string(guard))
        else:
            found.append(_string(quote, quote in lexis.backslash, guard, unless))
    return found


def _dollar_opening(lexis: Lexis, terminator: str) -> str:
    if lexis.dollar_quotes == "none" or "$" in terminator:
        return r"(?!)"
    if lexis.dollar_quotes == "plain":
        return r"\$\$"
    return r"(?<!\w)\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*+)?\$"


def _tokens(lexis: Lexis, terminator: str, guard: str = "") -> list[str]:
    """Alternatives for one token that starts with a character that could mean something, the
    most frequent ones first."""
    tokens = _strings(lexis, guard) + _comments(lexis)
    tokens.append(rf"(?!{_dollar_opening(lexis, terminator)})\$")
    if lexis.brackets:
        tokens = [r"\[[^\]\n]{0,128}+\](?!\])", *tokens, r"\[(?:[^\]\n]|\]\]){0,128}+\]", r"\["]
    return [*tokens, r"/(?!\*)"]


def _ending(lexis: Lexis, terminator: str) -> str:
    ending = re.escape(terminator)
    if lexis.line_tail and terminator == ";":
        ending += rf"|{re.escape(lexis.line_tail)}(?=[ \t]*+(?:\r?\n|\Z))"
    return f"(?:{ending})"


def _batch(lexis: Lexis, terminator: str, stops: str) -> str:
    """No line of a row but those in its strings may look like one that starts a statement."""
    if not lexis.semicolon_free or terminator != ";":
        return r"(?!)"
    text, newline = r"(?-i:[^()'\"\[\]/;\nxX-]*+)", rf"\n(?:[ \t]*+(?=['0-9$,.)+-])|(?!{stops}))"
    # All bytes but one, and those of words, are matched at the speed of memory, choices are not:
    # so strings and long hexadecimal numbers have expressions of their own.
    other = rf"'[^']*+'|x\w*+|-(?!-)|/(?!\*)|{newline}"
    row = rf"[ \t]*+\({text}(?:(?:{other}){text})*+\)[ \t]*+;?+"
    name = r"(?:\"[^\"\n]*+\"|\[[^\]\n]*+\]|[\w#$.]++)++"
    rest = rf"(\s*\n|)((?![ \t]){_line_end(lexis)}|)"
    words = rf"INSERT\s++(?:INTO\s++)?{name}(?:\s*+\([\w\s,.\"#$\[\]]*+\))?\s*+VALUES\b"
    return rf"\s*+({words}){row}(?:[ \t\r]*+\n(?:[ \t\r]*+\n)*+(?-i:\1){row})*+{rest}"


def _line_end(lexis: Lexis) -> str:
    if not lexis.line_ends:
        return r"(?!)"
    return rf"[ \t]*+(?:{'|'.join(lexis.line_ends)})[ \t]*+(?:\r*(?=\n)|\Z)"


class _Builder:
    """The parts that the expressions of one grammar share."""

    def __init__(self, lexis: Lexis, terminator: str) -> None:
        self.lexis = lexis
        self.first = terminator[0]
        self.end = _ending(lexis, terminator)
        self.terminator = terminator
        braces = "{" if lexis.brace_comments else ""
        brackets = "[" if lexis.brackets else ""
        marks = f"-/#$@{lexis.quotes}{brackets}{braces}\n{self.first}"
        self.marks = "".join(re.escape(mark) for mark in dict.fromkeys(marks))
        ends = [*lexis.line_ends, *lexis.set_terminator]
        self.starts = _firsts([*_STRONG, *ends, *(_STARTERS * lexis.semicolon_free)])

    def skip(self, line: str, guard: str = "", words: str = "") -> str:
        """Consume tokens up to the terminator, a line like ``line`` or one of ``words``."""
        # By its first character it is cheaper to see that a line starts no statement.
        newline = rf"\n(?:[ \t]*+(?!{self.starts})|(?!{line}))"
        special = self.first in "-/#$@'\"`[{\n"
        others = rf"(?!{self.end})[-#@{'' if special else re.escape(self.first)}]"
        tokens = [newline, *_tokens(self.lexis, self.terminator, guard), others]
        token = f"{rf'(?!{self.end})' if special else ''}(?:{'|'.join(tokens)})"
        plain = f"[^{self.marks}]*+"
        if words:
            plain = rf"[^\w{self.marks}]++|(?!(?<![.@:#$\w])(?:{words})\b)\w++"
            return rf"(?:{plain}|{token})*+"
        return rf"{plain}(?:{token}{plain})*+"

    def common(self, guarded: str) -> str:
        """Blanks, then a statement that nothing but its terminator or a line can end, or a command
        that has a line of its own."""
        lexis, line_end = self.lexis, _line_end(self.lexis)
        if self.terminator != lexis.terminator:
            return r"(?!)"
        setters = [_without_groups(command) for command in lexis.set_terminator]
        clients = [_without_groups(command) for command in lexis.client]
        others = [*setters, *clients, *(_without_groups(body.head) for body in lexis.bodies)]
        stops = [line_end] + [rf"[ \t]*+{STRONG}"] * lexis.semicolon_free
        return (
            rf"{_gap(lexis)}(?:((?=(?:{_PLAIN})\s+[\w\"`'\[])(?!{_choice(others)})"
            rf"{guarded})(?:{self.end}|(?=\n(?:{_choice(stops)})))"
            rf"|(?<=\n)((?!{_choice(setters)})(?:{_choice([line_end, *clients])})))"
        )


def _compile(expression: str) -> Pattern:
    return re.compile(expression.encode("latin-1"), re.IGNORECASE)


def _remarks(lexis: Lexis) -> str:
    return "|".join(comment for comment in _comments(lexis) if comment != _CODE)


def _gap(lexis: Lexis) -> str:
    """Blanks and comments, or nothing."""
    return rf"[\s\x1a]*+(?:(?:{_remarks(lexis)})[\s\x1a]*+)*+"


def _without_groups(expression: str) -> str:
    """Groups inside possessive loops confuse the re module of Python 3.11."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", expression)


def _choice(expressions: Iterable[str], each: str = "(?:{})") -> str:
    return "|".join(each.format(expression) for expression in expressions) or r"(?!)"


@cache
def grammar(lexis: Lexis, terminator: str | None = None) -> Grammar:
    """The expressions for a lexis while ``terminator`` (default: the dialect's) is in force."""
    ending = terminator or lexis.terminator
    build = _Builder(lexis, ending)
    line = _choice([_line_end(lexis), *map(_without_groups, lexis.set_terminator)])
    begin = _choice(dict.fromkeys(body.begin for body in lexis.bodies))
    closer = _choice(body.closer for body in lexis.bodies if body.closer)
    free = rf"|[ \t]*+{_STARTER}" if lexis.semicolon_free else ""
    module = rf"{line}|{_MODULE}"
    stops = rf"(?:{line}|[ \t]*+{STRONG}{free})"
    guarded = build.skip(stops, guard=STRONG)
    return Grammar(
        lexis=lexis,
        ending=ending,
        custom=ending != lexis.terminator,
        blank=_compile(_gap(lexis)),
        blank_token=_compile(rf"[\s\x1a]++|{_remarks(lexis)}"),
        simple=_compile(build.skip(stops)),
        open=_compile(build.skip(rf"(?:{line})")),
        raw=_compile(rf"(?:[^\n]++|\n(?!{_line_end(lexis)}))*+"),
        guarded=_compile(guarded),
        block=_compile(build.skip(rf"(?:{module})", words=rf"{begin}|END")),
        word=_compile(rf"(?P<begin>(?:{begin})\b)|END\b(?P<inner>\s+{_END_OF})?(?:\s+CASE\b)?"),
        dollar=_compile(_dollar_opening(lexis, ending)),
        q_quote=_compile(_Q_OPENING if lexis.q_quotes else r"(?!)"),
        closer=_compile(build.skip(rf"(?:{module})", words=closer)),
        closer_word=_compile(closer),
        terminator=_compile(build.end),
        empty=_compile(rf"(?:{build.end}\s*+)++"),
        line_end=_compile(_line_end(lexis)),
        client=_compile(_choice(lexis.client)),
        set_terminator=_compile(_choice(lexis.set_terminator)),
        bodies=_compile(_choice((body.head for body in lexis.bodies), "({})")),
        plain=_compile(_PLAIN),
        data=_compile(_DATA),
        whole=_compile(_WHOLE),
        opaque=_compile("|".join(_tokens(lexis, ending)[:-1])),
        resync=_compile(rf"\n(?=(?:{line}|{STRONG}|{_MODULE}))"),
        strong=_compile(rf"[ \t]*+{STRONG}"),
        starter=_compile(rf"[ \t]*+{_STARTER}"),
        module=_compile(_MODULE),
        verb=_compile(_VERB),
        sequel=_compile(r"(?:END|ELSE|ELSEIF|ELSIF)\b"),
        common=_compile(build.common(guarded)),
        batch=_compile(_batch(lexis, ending, stops)),
    )
