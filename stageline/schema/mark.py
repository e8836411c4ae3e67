"""One word or construct that hardly any dialect but one has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


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

    def found(self, text: str) -> bool:
        if self.needle not in text:
            return False
        pattern = self.pattern or rf"(?<![\w$]){re.escape(self.needle)}(?![\w$])"
        return _compiled(pattern).search(text) is not None
