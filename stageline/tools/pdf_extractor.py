"""Take the text out of a PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from stageline.errors import InputError, ResourceError
from stageline.keys import shown
from stageline.ports import File, Stop, Traits

TRAITS = Traits(isolated=True, memory_mb=2048)
MAX_FILE = 256 * 1024 * 1024
MAX_PAGES = 10_000
MAX_CHARACTERS = 20_000_000


@dataclass(frozen=True, slots=True)
class PdfText:
    """``text`` is that of all ``pages`` with an empty line between them. ``page_count`` is the
    whole document's; ``truncated`` says that not all of it was taken. ``metadata`` has names such
    as ``Title`` and ``Author``."""

    text: str
    pages: list[str]
    page_count: int
    metadata: dict[str, str]
    truncated: bool


def pdf_extractor(
    file: File,
    *,
    max_pages: Annotated[int, Field(ge=1, le=MAX_PAGES)] = 2_000,
    max_characters: Annotated[int, Field(ge=1, le=MAX_CHARACTERS)] = 5_000_000,
    timeout: Annotated[float, Field(gt=0, le=3_600)] = 300.0,
    stop: Stop,
) -> PdfText:
    """Read the text, page by page, and the metadata of a PDF file.

    Text comes in the order in which the file draws it; a scanned page has none. A page that
    cannot be read is empty, and a warning in the log says which. Files that anyone may open
    (encrypted without a password) are read. Of the metadata, text, numbers and names are.

    Errors: ``InputError`` for a file that is no PDF, is broken beyond repair or needs a
    password; ``ResourceError`` above 256 MiB, or when it unfolds beyond 2 GiB of memory;
    ``StepTimeoutError`` after ``timeout`` seconds. It stops after ``max_pages`` pages or
    ``max_characters`` characters (``truncated``).
    """
    _check(file)
    from stageline.tools._pdf import read_pdf  # noqa: PLC0415 - pypdf loads slowly

    pages, count, metadata, cut = read_pdf(file, max_pages, max_characters, timeout, stop)
    return PdfText("\n\n".join(pages), pages, count, metadata, cut or len(pages) < count)


def _check(file: File) -> None:
    if file.path.stat().st_size > MAX_FILE:
        raise ResourceError(f"{shown(file.uri)} is larger than {MAX_FILE:,} bytes.")
    with file.path.open("rb") as opened:
        if b"%PDF-" not in opened.read(1024):
            raise InputError(f"{shown(file.uri)} is not a PDF file.")
