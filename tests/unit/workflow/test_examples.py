"""The example documents: right in themselves, and the seed job the same as its document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from stageline.workflow import canonical, check, import_document

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
DOCUMENTS = sorted(EXAMPLES.glob("*.yaml"))


@pytest.mark.parametrize("place", DOCUMENTS, ids=lambda place: place.stem)
def test_a_document_has_no_problem_and_the_name_of_its_file(place: Path) -> None:
    checked = check(place.read_bytes())
    assert checked.problems == ()
    assert checked.require().id == place.stem


def graph(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [{n: v for n, v in node.items() if n not in {"ui", "title"}} for node in data["nodes"]]


def test_the_seed_job_imports_to_the_document() -> None:
    imported = import_document((EXAMPLES / "document_analysis.seed.json").read_text())
    assert (imported.format, imported.problems) == ("seed", ())
    found = json.loads(canonical(imported.workflow))
    given = json.loads(canonical((EXAMPLES / "document_analysis.yaml").read_bytes()))
    assert graph(found) == graph(given)
    assert found["outputs"] == given["outputs"]
    given["inputs"]["document"].pop("mime")  # which the seed format does not say
    assert (found["id"], found["inputs"]) == (given["id"], given["inputs"])


def test_the_pdf_holds_text_and_nothing_that_runs() -> None:
    place = EXAMPLES / "harbour_register.pdf"
    reader = PdfReader(place)
    assert len(reader.pages) == 2 and "harbour" in reader.pages[0].extract_text()
    assert place.stat().st_size < 10_000
    names = {str(key) for part in (reader.root_object, *reader.pages) for key in part}
    assert not names & {"/OpenAction", "/AA", "/Names", "/AcroForm", "/Annots"}
    assert b"/JavaScript" not in place.read_bytes() and b"/JS" not in place.read_bytes()
