"""Secrets taken out of what people and programs read: logs, reports, records, messages.

Two ways, used together: values known to be secret (``secrets_of`` a block) in every spelling
that text usually gives them, and patterns of what is secret whoever handed it in.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from pydantic import BaseModel

MASK = "[redacted]"
SHORTEST = 4  # a shorter known value would take innocent text with it
_LONG_LINE = 16

_SECRET_NAME = re.compile(
    r"(?i)pass(word|wd|phrase)|pwd|secret|token|api_?key|access_?key|private_?key"
)
_URL_PASSWORD = re.compile(r"\b([a-zA-Z][a-zA-Z0-9+.-]{0,30}://[^\s/?#:@'\"<>]*:)([^\s/?#'\"<>]+)@")


class _Pattern(NamedTuple):
    """What to look for; looked for only in text that has one of ``needles`` (lower case)."""

    needles: tuple[str, ...]
    regex: re.Pattern[str]
    replacement: str


# What is secret by its form alone, so that data about schemas stays as it is.
_STRICT = (
    _Pattern(("://",), _URL_PASSWORD, rf"\1{MASK}@"),
    _Pattern(
        ("://",),
        re.compile(r"\b([a-zA-Z][a-zA-Z0-9+.-]{0,30}://)[^\s/?#:@'\"<>]{16,}@"),
        rf"\1{MASK}@",
    ),
    _Pattern(
        ("akia", "asia", "abia", "acca"),
        re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b"),
        MASK,
    ),
    _Pattern(  # a digit or a sign tells a token from the next word of a sentence
        ("bearer",),
        re.compile(r"(?i)\b(bearer)\s+(?=[A-Z+/._~-]*[0-9=])[A-Z0-9+/=._~-]{8,}"),
        rf"\1 {MASK}",
    ),
    _Pattern(
        ("basic",),
        re.compile(r"(?i)\b(basic)\s+(?=[A-Z+/]*[0-9=])[A-Z0-9+/]{8,}={0,2}"),
        rf"\1 {MASK}",
    ),
    _Pattern(
        ("x-amz-",),
        re.compile(r"(?i)\b(x-amz-(?:signature|credential|security-token)=)[^&\s'\"]+"),
        rf"\1{MASK}",
    ),
    _Pattern(
        ("private key",),
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\s*[A-Za-z-]+: [^\s<\"]+)*"
            r"[A-Za-z0-9+/=\s\\]*(?:-----END [A-Z ]*KEY-----)?"
        ),
        MASK,
    ),
    _Pattern(
        ("identified",),
        re.compile(r"(?i)\b(identified\s+(?:with\s+\S+\s+)?(?:by|as)\s+)'[^']*'"),
        rf"\1'{MASK}'",
    ),
)
_STRICT_NEEDLES = tuple(needle.encode() for pattern in _STRICT for needle in pattern.needles)
# What looks like "name = value"; too eager for SQL, where a column may be called password.
_LOOSE = (
    _Pattern(
        ("pass", "pwd", "secret", "token", "key"),
        re.compile(
            r"(?i)((?:password|passwd|pwd|passphrase|secret|token|(?:api|access|private)[_-]?key)"
            r"[\"']?\s*[=:]\s*)"
            r"(\"[^\"]*\"|'[^']*'|[^\s,;&)}\]\"']+)"
        ),
        rf"\1{MASK}",
    ),
    _Pattern(
        ("authorization",),
        re.compile(r"(?i)(authorization[\"']?\s*[=:]\s*)[^\r\n]+"),
        rf"\1{MASK}",
    ),
)


class Redactor:
    """Takes the known ``secrets``, and what looks like one, out of text and data."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = (secret for secret in secrets if len(secret.strip()) >= SHORTEST)
        forms = {form for secret in known for form in _forms(secret)}
        self._known = sorted(forms, key=lambda form: (-len(form), form))

    def __repr__(self) -> str:
        return "Redactor(...)"

    def redact(self, text: str) -> str:
        """``text`` for a log, a message or a traceback: known secrets and every pattern. Half a
        pair of surrogates, which nothing could write, becomes a question mark."""
        return _substitute(_LOOSE, self._redact_strictly(writable(text)))

    def redact_data(self, value: object) -> object:
        """JSON data for a report or a record, names included: known secrets and what is secret
        by its form. A column called ``password`` keeps its type and its rules."""
        if isinstance(value, str):
            return self._redact_strictly(value)
        if isinstance(value, Mapping):
            return {self._redact_strictly(str(k)): self.redact_data(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self.redact_data(item) for item in value]
        return value

    def redact_bytes(self, data: bytes) -> bytes:
        """UTF-8 text (a page) as ``redact_data`` treats text."""
        if not self._may_hold_secrets(data):
            return data
        return self._redact_strictly(data.decode("utf-8", "surrogateescape")).encode(
            "utf-8", "surrogateescape"
        )

    def _may_hold_secrets(self, data: bytes) -> bool:
        """Whether it is worth decoding ``data``; all needles are ASCII."""
        if any(form.encode("utf-8", "surrogatepass") in data for form in self._known):
            return True
        lowered = data.lower()
        return any(needle in lowered for needle in _STRICT_NEEDLES)

    def _redact_strictly(self, text: str) -> str:
        for form in self._known:
            text = text.replace(form, MASK)
        return _substitute(_STRICT, text)


def writable(text: str) -> str:
    """``text`` as UTF-8 can hold it."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _substitute(patterns: tuple[_Pattern, ...], text: str) -> str:
    lowered = text.lower()
    for pattern in patterns:
        if any(needle in lowered for needle in pattern.needles):
            text = pattern.regex.sub(pattern.replacement, text)
    return text


def secrets_of(*places: object) -> frozenset[str]:
    """The secret values in blocks, settings models, mappings and URLs, at any depth.

    Secret is: what pydantic keeps in a ``Secret`` type (all text inside one), text under a
    name such as ``aws_session_token`` or ``password``, and the password of any URL.
    """
    return frozenset(
        found for place in places for found in _walk(place, False) if len(found) >= SHORTEST
    )


def _walk(value: object, secret: bool) -> Iterator[str]:
    if isinstance(value, str | bytes):
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        yield from [text] if secret else [m[2] for m in _URL_PASSWORD.finditer(text)]
    elif hasattr(value, "get_secret_value"):
        yield from _walk(value.get_secret_value(), True)
    elif isinstance(value, BaseModel):
        yield from _walk({**value.__dict__, **(value.__pydantic_extra__ or {})}, False)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _walk(item, secret or bool(_SECRET_NAME.search(str(name))))
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _walk(item, secret)


def _forms(secret: str) -> set[str]:
    """The spellings of a secret: as it is, escaped for URLs, JSON, Python, HTML, in base64, hex."""
    whole = secret.strip()
    pieces = {secret, whole, *(line for line in whole.split("\n") if len(line) >= _LONG_LINE)}
    forms = set(pieces)
    for piece in pieces:
        raw = piece.encode("utf-8", "surrogatepass")
        forms |= {quote(raw, safe=""), quote(raw), quote_plus(raw), raw.hex(), raw.hex().upper()}
        forms |= {json.dumps(piece)[1:-1], json.dumps(piece, ensure_ascii=False)[1:-1]}
        forms |= {repr(piece)[1:-1], ascii(piece)[1:-1]}
        escaped = html.escape(piece)
        forms |= {escaped, escaped.replace("&quot;", "&#34;").replace("&#x27;", "&#39;")}
        forms |= {cut for shift in range(3) for cut in _base64_cores(raw, shift)}
    forms |= {quote(form, safe="") for form in list(forms)}
    return {form for form in forms if len(form) >= SHORTEST}


def _base64_cores(raw: bytes, shift: int) -> list[str]:
    """What base64 of any text holding ``raw`` has in common, when ``raw`` begins ``shift``
    bytes behind a multiple of three; too short a core would take innocent text with it."""
    coded = base64.b64encode(b"\0" * shift + raw).decode()
    core = coded[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
    return [core, core.replace("+", "-").replace("/", "_")] if len(core) >= SHORTEST + 2 else []
