"""The reading of PDF files, bounded, with pypdf."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from stageline.errors import ConfigError, InputError, StagelineError, StepTimeoutError
from stageline.keys import shown
from stageline.ports import LocalFile, Stop

try:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError as MissingDecoder
    from pypdf.errors import PyPdfError
except ModuleNotFoundError as error:
    raise ConfigError("PDF files need pypdf: install Stageline's extra `workflow`.") from error

MAX_METADATA = 1_000
NOTE_EVERY = 100
_PLAIN = (str, int, float)  # what refers to other objects has no text that stays the same

logger = logging.getLogger(__name__)


def read_pdf(
    file: LocalFile, max_pages: int, max_characters: int, seconds: float, stop: Stop
) -> tuple[list[str], int, dict[str, str], bool]:
    """The texts of the pages, the number of all pages, the metadata, and whether text was cut.

    ``InputError`` for whatever is broken or encrypted; ``StepTimeoutError`` if a page begins
    after ``seconds``.
    """
    deadline = time.monotonic() + seconds
    with _explained(file):
        reader = PdfReader(file.path, strict=False)
        if reader.is_encrypted and not _opens(reader):
            raise InputError(f"{shown(file.uri)} is encrypted; save it without a password.")
        count = len(reader.pages)
        if not count:
            raise InputError(f"{shown(file.uri)} has no pages that can be found.")
        pages, cut = _pages(reader, min(count, max_pages), max_characters, deadline, stop)
        return pages, count, _metadata(reader), cut


@contextmanager
def _explained(file: LocalFile) -> Iterator[None]:
    """Whatever a broken file makes pypdf raise means one thing: it is broken."""
    try:
        yield
    except (StagelineError, MemoryError):
        raise
    except MissingDecoder as error:
        raise InputError(
            f"{shown(file.uri)} is encrypted or packed by a method unknown here: {error}"
        ) from error
    except Exception as error:
        said = f"{type(error).__name__}: {error}"[:300]
        raise InputError(f"{shown(file.uri)} is a broken PDF file ({said}).") from error


def _opens(reader: PdfReader) -> bool:
    return bool(reader.decrypt(""))


def _pages(
    reader: PdfReader, count: int, max_characters: int, deadline: float, stop: Stop
) -> tuple[list[str], bool]:
    """The text of the first pages, and whether the last one was cut."""
    pages: list[str] = []
    left = max_characters
    for number in range(count):
        if time.monotonic() > deadline:
            raise StepTimeoutError(
                f"The time was up after {number:,} of {count:,} pages. Raise `timeout`, or lower "
                "`max_pages`."
            )
        text = _text(reader, number)
        pages.append(text[:left])
        left -= len(text)
        if (number + 1) % NOTE_EVERY == 0:
            stop.note(f"{number + 1} of {count} pages")
        if left <= 0:
            return pages, left < 0
    return pages, False


def _text(reader: PdfReader, number: int) -> str:
    try:
        return _clean(reader.pages[number].extract_text())
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
            RecursionError, NotImplementedError) as error:  # fmt: skip
        logger.warning("Page %d cannot be read: %s: %s", number + 1, type(error).__name__, error)
        return ""


def _clean(text: str) -> str:
    """Text that can be stored: no half surrogate pairs, no NUL."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


def _metadata(reader: PdfReader) -> dict[str, str]:
    try:
        found: Mapping[str, Any] = reader.metadata or {}
        plain = {name: value for name, value in found.items() if isinstance(value, _PLAIN)}
    except (
        PyPdfError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        logger.warning("The metadata cannot be read: %s: %s", type(error).__name__, error)
        return {}
    texts = {str(name).lstrip("/"): _clean(str(value)) for name, value in plain.items()}
    return {name: texts[name][:MAX_METADATA] for name in sorted(texts)[:100]}
