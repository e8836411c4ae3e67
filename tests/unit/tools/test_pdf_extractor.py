"""PDF files, good ones and bad ones, read in a process of their own."""

import random
import zlib
from contextlib import suppress

import pytest

from stageline.errors import InputError, StepTimeoutError
from stageline.plugins import find_tool
from stageline.tools.pdf_extractor import pdf_extractor
from stageline.workflow.isolation import run_isolated
from tests.unit.tools.pdf_samples import bomb, encrypted, make_pdf
from tests.unit.tools.samples import Told, local


@pytest.fixture
def extract(tmp_path):
    def run(data: bytes, **options):
        path = tmp_path / "sample.pdf"
        path.write_bytes(data)
        return pdf_extractor(local(path), **{"stop": Told(), **options})

    return run


def isolated(path, told=None, timeout=60.0, **options):
    tool = find_tool("pdf_extractor")
    assert tool is not None
    return run_isolated(tool, {"file": local(path), **options}, told or Told(), timeout)


def test_text_pages_and_metadata(tmp_path):
    (tmp_path / "a.pdf").write_bytes(make_pdf(["Hello (world)", "", "Third page"]))
    assert isolated(tmp_path / "a.pdf") == {
        "text": "Hello (world)\n\n\n\nThird page",
        "pages": ["Hello (world)", "", "Third page"],
        "page_count": 3,
        "metadata": {"Author": "Somebody", "Title": "A title"},
        "truncated": False,
    }


def test_caps(extract):
    data = make_pdf(["first", "second", "third"])
    found = extract(data, max_pages=2)
    assert (found.pages, found.page_count, found.truncated) == (["first", "second"], 3, True)
    found = extract(data, max_characters=7)
    assert (found.pages, found.truncated) == (["first", "se"], True)
    found = extract(data, max_characters=11)
    assert (found.pages, found.truncated) == (["first", "second"], True)
    assert not extract(data, max_characters=16).truncated


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_encrypted(extract, algorithm):
    data = make_pdf(["secret text"])
    with pytest.raises(InputError, match=r"sample\.pdf.*is encrypted.*password"):
        extract(encrypted(data, "password", algorithm))
    assert extract(encrypted(data, "", algorithm)).pages == ["secret text"]


GOOD = make_pdf(["some text on a page"] * 3)


@pytest.mark.parametrize(
    "data",
    [b"", b"no pdf", b"PK\x03\x04 a zip", b"%PDF-", b"%PDF-1.7\n", b"%PDF-1.4" + bytes(5000),
     GOOD[: len(GOOD) // 5], b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R >>\nendobj\n"
     b"trailer\n<< /Root 1 0 R >>\n%%EOF", b"%PDF-1.4\ntrailer << /Root 9 0 R >>\n%%EOF",
     b"%PDF-1.4\n" + b"[" * 100_000, b"%PDF-1.4\n" + b"<<" * 50_000 + b"%%EOF"],
    ids=lambda data: str(data[:12]),
)  # fmt: skip
def test_what_is_no_whole_pdf(extract, data):
    with pytest.raises(InputError, match=r"sample\.pdf"):
        extract(data)


def test_a_broken_table_of_places_is_repaired(extract):
    broken = GOOD.replace(b"startxref\n", b"startxref\n99")
    assert extract(broken).pages == ["some text on a page"] * 3


def test_pages_in_a_circle(extract):
    data = GOOD.replace(b"/Kids [5 0 R 7 0 R 9 0 R]", b"/Kids [2 0 R 2 0 R 9 0 R]")
    assert data != GOOD
    with suppress(InputError):  # to refuse it is right too; to go round for ever is not
        assert extract(data).page_count < 10


def test_changed_bytes_never_give_another_error(extract):
    chance = random.Random(20250117)  # noqa: S311
    outcomes = set()
    for _ in range(300):
        data = bytearray(GOOD)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            extract(bytes(data[: chance.randint(len(data) // 2, len(data) * 2)]))
            outcomes.add("read")
        except InputError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


def test_a_stream_that_unfolds_without_measure_is_left_out(tmp_path):
    (tmp_path / "bomb.pdf").write_bytes(bomb(200_000_000))
    assert (tmp_path / "bomb.pdf").stat().st_size < 1_000_000
    assert isolated(tmp_path / "bomb.pdf")["pages"] == [""]


def test_the_time_of_the_whole_is_bounded_unless_the_node_says_so(extract):
    with pytest.raises(StepTimeoutError, match=r"after 0 of 3 pages. Raise `timeout`"):
        extract(GOOD, timeout=1e-9)
    tool = find_tool("pdf_extractor")
    assert tool is not None
    assert tool.model.model_fields["timeout"].default == 300  # after which the process is killed


def test_metadata_that_refer_to_objects_are_left_out(extract):
    data = make_pdf(["text"], title=") /Round [4 0 R] /Deep << /A 4 0 R >> /Pages 3 /Trapped /No (")
    assert b"/Round [4 0 R]" in data
    found = extract(data).metadata
    assert found["Author"] == "Somebody"
    assert not {"Round", "Deep"} & set(found)
    assert "IndirectObject" not in str(found)


def test_metadata_that_cannot_be_read_cost_no_text(extract):
    data = GOOD.replace(b"/Info 4 0 R", b"/Info [1 2]")
    assert data != GOOD
    found = extract(data)
    assert (found.pages, found.metadata) == (["some text on a page"] * 3, {})


def test_a_filter_that_is_not_supported_costs_one_page(extract):
    kind = b"/Filter /Crypt /DecodeParms << /Name /Other >>"
    data = make_pdf(["x"], packed=b"y").replace(b"/Filter /FlateDecode", kind)
    assert extract(data).pages == [""]


def _filters(*names: str) -> bytes:
    return " ".join(["[", *(f"/{name}" for name in names), "]"]).encode()


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"/Kids [5 0 R 7 0 R 9 0 R] /Count 3", b"/Kids [" + b"5 0 R " * 200_000 + b"] /Count 3"),
     (b"/Kids [5 0 R 7 0 R 9 0 R]", b"/Kids []"), (b"/Count 3", b"/Count 999999999999999999"),
     (b"/Root 1 0 R", b"/Root 1 0 R /Prev 9"), (b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 1 0 R"),
     (b"xref\n0 11", b"xref\n0 2000000000"), (b"/Length 60", b"/Length " + b"9" * 5_000),
     (b"/Contents 6 0 R", b"/Contents [" + b"6 0 R " * 300_000 + b"]"),
     (b"/Contents 6 0 R", b"/Contents 5 0 R"), (b"/F1 3 0 R", b"/F1 5 0 R"),
     (b"/Type1", b"/Type1 /FirstChar 0 /LastChar 999999999 /Widths [" + b"1 " * 300_000 + b"]"),
     (b"/Parent 2 0 R", b"/Parent 5 0 R"), (b"12 Tf", b"1" + b"0" * 400 + b" Tf"),
     (b"Tj ET", b"Tj " + b"q " * 500_000 + b"ET"), (b"Tj ET", b"Tj " + b"[" * 100_000 + b"ET"),
     (b"Tj ET", b"Tj BI /W 1 /H 1 ID" + b" EI" * 500_000)],
    ids=lambda value: ascii(value)[:24],
)  # fmt: skip
def test_hostile_structure_ends_soon(tmp_path, old, new):
    """Counts, trees, lengths, fonts and contents that lie or go round: some text, or a refusal."""
    (tmp_path / "bad.pdf").write_bytes(GOOD.replace(old, new))
    with suppress(InputError):
        assert isolated(tmp_path / "bad.pdf", timeout=30)["page_count"] <= 100_000


@pytest.mark.parametrize(
    ("unit", "filters"),
    [(b" " * 1_000, ["FlateDecode"]), (b"\x81 ", ["FlateDecode", "RunLengthDecode"]),
     (b"20", ["FlateDecode", "ASCIIHexDecode"])],
    ids=["spaces", "run lengths", "hexadecimal"],
)  # fmt: skip
def test_filters_that_unfold_without_measure(tmp_path, unit, filters):
    packed = zlib.compress(unit * (90_000_000 // len(unit)), 9)
    data = make_pdf(["x"], packed=packed).replace(b"/FlateDecode", _filters(*filters), 1)
    (tmp_path / "bomb.pdf").write_bytes(data)
    assert isolated(tmp_path / "bomb.pdf")["pages"] == [""]


def test_a_page_that_takes_long_is_killed(tmp_path):
    (tmp_path / "slow.pdf").write_bytes(bomb(70_000_000))
    with pytest.raises(StepTimeoutError):
        isolated(tmp_path / "slow.pdf", timeout=1.5)


def test_ten_thousand_pages_are_bounded(tmp_path):
    (tmp_path / "long.pdf").write_bytes(make_pdf(["page"] * 10_000))
    told = Told()
    found = isolated(tmp_path / "long.pdf", told, timeout=300)
    assert (found["page_count"], len(found["pages"]), found["truncated"]) == (10_000, 2_000, True)
    assert told.lines[0] == "100 of 2000 pages"
