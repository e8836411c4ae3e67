"""Measure a text."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

MAX_TEXT = 5_000_000
SHORTEST_KEYWORD = 4
LONG_WORD = 6
# Characters of scripts that put no blank between words: each counts as a word of its own.
_ALONE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+(?:['’\-][^\W_{_ALONE}]+)*")
_END = re.compile(r"[.!?…]++[\"'”’»)\]]*+|[。！？]++|\n[^\S\n]*+\n\s*+")
_PARAGRAPH = re.compile(r"\n[^\S\n]*+\n\s*+")


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is. ``letters`` are letters and digits inside words, ``long_words`` words of
    more than six of them, ``unique_words`` different words whatever their case."""

    characters: int
    letters: int
    words: int
    unique_words: int
    long_words: int
    sentences: int
    paragraphs: int
    lines: int


@dataclass(frozen=True, slots=True)
class Readability:
    """Measures of difficulty, higher is harder, two decimals; null for a text without words."""

    lix: float | None
    rix: float | None
    ari: float | None
    coleman_liau: float | None


@dataclass(frozen=True, slots=True)
class Keyword:
    """``word`` (lower case), how often it stands there, and its ``score``."""

    word: str
    count: int
    score: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was measured; ``sentences`` are the first ``max_sentences`` of them."""

    counts: Counts
    keywords: list[Keyword]
    readability: Readability
    sentences: list[str]


def text_analyzer(
    text: Annotated[str, Field(max_length=MAX_TEXT)],
    *,
    keywords: Annotated[int, Field(ge=0, le=1_000)] = 10,
    max_sentences: Annotated[int, Field(ge=0, le=10_000)] = 100,
) -> Analysis:
    """Count words and sentences, find keywords, and measure readability, in any language.

    A word is a run of letters and digits, also with an apostrophe or hyphen inside; each Chinese
    or Japanese character is one. A sentence ends at ``. ! ? …`` before a blank, at ``。！？`` or
    at an empty line, and has at least one word; abbreviations end one too.

    With W words, L letters, S sentences and G words of more than six letters:

    - LIX = W/S + 100 G/W (C.-H. Björnsson, Läsbarhet, 1968); RIX = G/S (J. Anderson, 1983)
    - ARI = 4.71 L/W + 0.5 W/S - 21.43 (E. A. Smith and R. J. Senter, 1967; English)
    - Coleman-Liau = 5.88 L/W - 29.6 S/W - 15.8 (M. Coleman and T. L. Liau, 1975; English)

    Keywords need no list of stop words: score = n log2(l) (1 - s/(S+1)), for a word of at least
    four letters that stands n times, in s sentences, and has l letters. Words that stand in most
    sentences, and short ones, are mostly grammar. Equal scores are in alphabetical order.

    Errors: ``InputError`` above 5,000,000 characters.
    """
    sentences = _sentences(text)
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    lengths = [sum(map(str.isalnum, word)) for word in words]
    counts = Counts(
        characters=len(text),
        letters=sum(lengths),
        words=len(words),
        unique_words=len({word.casefold() for word in words}),
        long_words=sum(length > LONG_WORD for length in lengths),
        sentences=len(sentences),
        paragraphs=sum(bool(part.strip()) for part in _PARAGRAPH.split(text)),
        lines=len(text.splitlines()),
    )
    shown = [" ".join(sentence.split()) for sentence in sentences[:max_sentences]]
    return Analysis(counts, _keywords(sentences)[:keywords], _readability(counts), shown)


def _sentences(text: str) -> list[str]:
    """The parts between ends of sentences that have a word."""
    parts, start = [], 0
    for match in _END.finditer(text):
        follows = text[match.end() : match.end() + 1]
        if match[0][0] not in ".!?…" or not follows or follows.isspace():
            parts.append(text[start : match.end()])
            start = match.end()
    parts.append(text[start:])
    return [part.strip() for part in parts if _WORD.search(part)]


def _keywords(sentences: Sequence[str]) -> list[Keyword]:
    total: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    for sentence in sentences:
        found = [w.casefold() for w in _WORD.findall(sentence) if _may_be_keyword(w)]
        total.update(found)
        spread.update(set(found))
    scored = [
        Keyword(word, n, round(n * math.log2(len(word)) * (1 - spread[word] / (len(sentences) + 1)),
                               4))
        for word, n in total.items()
    ]  # fmt: skip
    return sorted(scored, key=lambda keyword: (-keyword.score, keyword.word))


def _may_be_keyword(word: str) -> bool:
    return len(word) >= SHORTEST_KEYWORD and not word.isnumeric()


def _readability(counts: Counts) -> Readability:
    words, sentences = counts.words, counts.sentences
    if not words:
        return Readability(None, None, None, None)
    letters, length = counts.letters / words, words / sentences
    return Readability(
        lix=round(length + 100 * counts.long_words / words, 2),
        rix=round(counts.long_words / sentences, 2),
        ari=round(4.71 * letters + 0.5 * length - 21.43, 2),
        coleman_liau=round(5.88 * letters - 29.6 * sentences / words - 15.8, 2),
    )
