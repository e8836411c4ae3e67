"""One word or construct that hardly any dialect but one has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

_WORD = re.compile(r"\w+")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mark:
    """``needle`` must occur in the upper-case text, and ``pattern`` match where one is given
    (else the needle as a whole word). ``weight``: 1 a hint, 2 likely, 4 hardly anything else;
    negative if it speaks against the dialect."""

    needle: str
    weight: float
    words: str
    pattern: str = ""
    _word: str = field(init=False, repr=False, compare=False)  # a part that is quickly looked up

    def __post_init__(self) -> None:
        object.__setattr__(self, "_word", max(_WORD.findall(self.needle), key=len, default=""))

    def found(self, text: str, words: str) -> bool:
        """Whether it is in ``text``; ``words`` are all words of the text, each at least once."""
        if self._word not in words or self.needle not in text:
            return False
        needle = re.escape(self.needle)  # first, for that is found at the speed of memory
        pattern = self.pattern or rf"{needle}(?<![\w$]{needle})(?![\w$])"
        return _compiled(pattern).search(text) is not None
