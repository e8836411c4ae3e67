"""The Python of README and docs runs as it stands; what they link to exists."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from stageline.workflow import check
from stageline.workflow.functions import FUNCTIONS
from tests.unit.workflow.malformed import read_malformed

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
DOCUMENT = re.compile(r"^```yaml\n(.*?)^```\n\n(?:```(json|text)\n(.*?)^```)?", re.M | re.S)
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
TARGET = re.compile(r"^make (\w+)", re.MULTILINE)


def python_of(page: Path) -> str:
    return "\n".join(BLOCK.findall(page.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "page", [page for page in PAGES if python_of(page)], ids=lambda page: page.name
)
def test_python_blocks_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: str
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    code = compile(python_of(page), str(page), "exec")
    exec(code, {"__name__": "docs"})  # noqa: S102  (our own pages)


@pytest.mark.parametrize("place", NOTEBOOKS, ids=lambda place: place.stem)
def test_notebooks_run_inside_an_event_loop_as_in_jupyter(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: str
) -> None:
    copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path / "examples")  # where Jupyter begins, wherever it was started
    notebook = json.loads(place.read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    names: dict[str, Any] = {"__name__": "notebook"}

    async def run_cells() -> None:
        for cell in cells:
            exec(compile(cell, place.name, "exec"), names)  # noqa: S102

    asyncio.run(run_cells())
    assert names["job"].status == "completed"
    assert "<h" in names["job"]._repr_html_()


def documents_of(page: Path) -> list[tuple[str, str, str]]:
    """The documents of a page, each with what stands below it: ``json``, ``text`` or nothing."""
    return DOCUMENT.findall(page.read_text(encoding="utf-8"))


DOCUMENTS = documents_of(ROOT / "docs" / "documents.md")


@pytest.mark.parametrize("number", range(len(DOCUMENTS)))
def test_documents_give_the_outputs_or_the_problems_below_them(
    number: int, tmp_path: Path, api: str
) -> None:
    from flows.run_workflow import run_workflow  # noqa: PLC0415

    text, kind, below = DOCUMENTS[number]
    checked = check(text)
    said = "".join(f"{problem.code}: {problem}\n" for problem in checked.problems)
    assert said == (below if kind == "text" else "")
    if kind == "json":
        assert run_workflow(text, store=tmp_path).outputs == json.loads(below)


def test_the_page_about_documents_names_every_function_and_every_code() -> None:
    page = (ROOT / "docs" / "documents.md").read_text(encoding="utf-8")
    codes = {problem.code for sample in read_malformed() for problem in sample.expected}
    missing = [
        n for n in (*FUNCTIONS, "exists", "default", *codes) if not re.search(rf"`{n}\b", page)
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_exist(page: Path) -> None:
    declared = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(TARGET.findall(page.read_text(encoding="utf-8"))) <= declared
