"""One word or construct that hardly any dialect but one has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from stageline.schema import search

_WORD = re.compile(r"\w+")
_BREAKS = bytes(b if b > 127 or chr(b).isalnum() or b == 95 else 32 for b in range(256))
_LEAD = re.compile(r"\\b(?:([A-Z_]{2,})|\(\?:([A-Z_ |]+)\))(?![?*+{])")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, so that it begins with a letter or line break that is searched for at speed."""
    if pattern.startswith("^"):
        pattern = r"\n" + pattern[1:]
    if lead := _LEAD.match(pattern):
        words = [rf"{word}(?<=\b{word})" for word in (lead[1] or lead[2]).split("|")]
        pattern = f"(?:{'|'.join(words)}){pattern[lead.end() :]}"
    return re.compile(pattern, re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Text:
    """Upper-case text that marks are looked for in: a line break first, then what it says; the same
    as UTF-8; and all of its words, each at least once."""

    code: str
    encoded: bytes
    words: bytes

    @classmethod
    def of(cls, said: str) -> Text:
        code = "\n" + said.upper()
        encoded = code.encode()
        return cls(code, encoded, b" ".join(set(encoded.translate(_BREAKS).split())))


@dataclass(frozen=True, slots=True)
class Mark:
    """``needle`` must occur in the upper-case text, and ``pattern`` match where one is given
    (else the needle as a whole word). ``weight``: 1 a hint, 2 likely, 4 hardly anything else;
    negative if it speaks against the dialect."""

    needle: str
    weight: float
    words: str
    pattern: str = ""
    _needle: bytes = field(init=False, repr=False, compare=False)
    _word: bytes = field(init=False, repr=False, compare=False)  # a part that is quickly looked up

    def __post_init__(self) -> None:
        word = max(_WORD.findall(self.needle), key=len, default="")
        object.__setattr__(self, "_needle", self.needle.encode())
        object.__setattr__(self, "_word", word.encode())

    def found(self, text: Text) -> bool:
        if self._word and not search.holds(text.words, self._word):
            return False
        if not search.holds(text.encoded, self._needle):
            return False
        needle = re.escape(self.needle)  # first, for that is found at the speed of memory
        pattern = self.pattern or rf"{needle}(?<![\w$]{needle})(?![\w$])"
        return _compiled(pattern).search(text.code, pattern[0] != "^") is not None
