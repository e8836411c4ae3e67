"""PDF files made by hand, for tests."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter


def make_pdf(pages: Sequence[str], title: str = "A title", packed: bytes | None = None) -> bytes:
    """A PDF with one line of text on each page; ``packed`` is put in place of each content."""
    parts = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont "
             "/Helvetica >>", f"<< /Title ({title}) /Author (Somebody) >>"]  # fmt: skip
    objects = [part.encode("latin-1") for part in parts]
    kids = []
    for text in pages:
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        content = f"BT /F1 12 Tf 72 720 Td ({escaped}) Tj ET".encode("latin-1")
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        page = ("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 "
                f"3 0 R >> >> /Contents {number + 1} 0 R >>")  # fmt: skip
        objects += [page.encode(), _stream(content, packed)]
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>".encode()
    return _file(objects)


def _stream(content: bytes, packed: bytes | None) -> bytes:
    data = content if packed is None else packed
    kind = b"" if packed is None else b" /Filter /FlateDecode"
    head = b"<< /Length %d%s >>\nstream\n" % (len(data), kind)
    return head + data + b"\nendstream"


def _file(objects: Sequence[bytes]) -> bytes:
    out = BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def encrypted(data: bytes, password: str, algorithm: str = "AES-256") -> bytes:
    """The same file, which only opens with this password (or for anyone, if it is empty)."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm=algorithm)  # noqa: S106
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb(size: int) -> bytes:
    """A small file with a page whose content unfolds to ``size`` bytes of text operators."""
    line = b"BT /F1 12 Tf 72 720 Td (bomb) Tj ET\n"
    packer = zlib.compressobj(9)
    pieces = [packer.compress(line * 10_000) for _ in range(size // (len(line) * 10_000) + 1)]
    return make_pdf(["x"], packed=b"".join(pieces) + packer.flush())
