"""The drawing: what stands where, what it says, and that it is the same every time."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from stageline.errors import InputError
from stageline.workflow.document import Workflow
from stageline.workflow.drawing import Drawing, draw
from stageline.workflow.picture.marks import STATES, marks_of
from stageline.workflow.picture.scene import Scene, compose
from stageline.workflow.picture.wording import fit, width
from tests.unit.workflow.page_samples import document, every_kind, large_job, small_job, task

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror="window.hacked=1">',
    "]]></style><script>window.hacked=1</script>",
    "<!--",
    "&lt;b&gt; &amp;",
    "a\x00b\x1bc\u202ed\u2028e\ufffe",
)


def boxes(scene: Scene) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, right and bottom of each figure of one level."""
    return {
        s.figure.id: (s.x, s.y, s.x + s.figure.width, s.y + s.figure.height) for s in scene.spots
    }


def overlaps(scene: Scene) -> list[tuple[str, str]]:
    pairs = combinations(boxes(scene).items(), 2)
    return [
        (first, second)
        for (first, a), (second, b) in pairs
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def inner(scene: Scene, name: str) -> Scene:
    found = next(spot.figure.inner for spot in scene.spots if spot.figure.id == name)
    assert found is not None
    return found


def texts(svg: str) -> list[str]:
    return ["".join(e.itertext()) for e in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314


# --- where things stand ----------------------------------------------------------------------


def test_no_two_nodes_overlap_and_all_lie_on_the_canvas() -> None:
    subject, record, _ = large_job(300)
    for workflow, states in ((every_kind(), None), (subject.workflow, record)):
        scene = compose(workflow.nodes, marks_of(workflow, states))
        assert overlaps(scene) == []
        for left, top, right, bottom in boxes(scene).values():
            assert left >= 0 and top >= 0
            assert right <= scene.width + 0.1 and bottom <= scene.height + 0.1


@pytest.mark.parametrize("count", [2, 12, 80])
def test_what_comes_after_stands_further_along(count: int) -> None:
    chain = document([task(f"n{k}", *([f"n{k - 1}"] if k else [])) for k in range(count)])
    at = boxes(compose(chain.nodes, {}))
    for k in range(1, count):
        before, after = at[f"n{k - 1}"], at[f"n{k}"]
        assert after[0] >= before[2] or after[1] >= before[3]


def test_a_long_chain_goes_down_and_many_at_once_stay_in_sight() -> None:
    chain = document([task(f"n{k}", *([f"n{k - 1}"] if k else [])) for k in range(60)])
    fan = document([task("a"), *(task(f"n{k}", "a") for k in range(300))])
    alone = document([task(f"n{k}") for k in range(300)])
    tall = compose(chain.nodes, {})
    assert tall.width < 300 < tall.height
    for workflow in (fan, alone):
        scene = compose(workflow.nodes, {})
        assert max(scene.width, scene.height) < 4_000


def test_the_body_of_a_loop_lies_inside_its_frame() -> None:
    scene = compose(every_kind().nodes, {})
    body = inner(scene, "each")
    left, top, right, bottom = boxes(scene)["each"]
    assert {spot.figure.id for spot in body.spots} == {"inner", "second"}
    assert body.width < right - left and body.height < bottom - top
    assert [line.link.pair for line in body.lines] == [("inner", "second")]


def test_loops_inside_loops_nest() -> None:
    nodes = [task("leaf")]
    for depth in range(8):
        nodes = [{"id": f"loop{depth}", "kind": "loop", "over": [1], "nodes": nodes}]
    scene = compose(document(nodes).nodes, {})
    for depth in reversed(range(8)):
        scene = inner(scene, f"loop{depth}")
    assert [spot.figure.id for spot in scene.spots] == ["leaf"]


def test_given_places_are_kept_and_moved_apart_only_as_far_as_boxes_need() -> None:
    given = {"a": (-400, 10), "b": (-200, 10), "c": (0, 90)}
    nodes = [task(name, ui={"x": x, "y": y}) for name, (x, y) in given.items()]
    scene = compose(document(nodes).nodes, {})
    at = boxes(scene)
    assert (at["a"][0], at["a"][1]) == (0, 0)
    assert at["b"][0] == pytest.approx(200) and at["c"][0] == pytest.approx(400)
    near = [task(name, ui={"x": x / 2, "y": y / 2}) for name, (x, y) in given.items()]
    scene = compose(document(near).nodes, {})
    at = boxes(scene)
    assert overlaps(scene) == []
    assert at["a"][0] < at["b"][0] < at["c"][0]
    assert at["a"][1] == at["b"][1] < at["c"][1]


def test_a_note_stays_behind_what_lies_on_it() -> None:
    note = {"id": "n", "kind": "note", "text": "Both", "ui": {"x": -20, "y": -40, "width": 240,
                                                            "height": 160}}  # fmt: skip
    nodes = [note, task("a", ui={"x": 0, "y": 0}), task("b", "a", ui={"x": 60, "y": 60})]
    for times in (1, 2):
        for node in nodes:
            node["ui"] = {name: value * times for name, value in node["ui"].items()}
        scene = compose(document(nodes).nodes, {})
        at = boxes(scene)
        assert overlaps(scene) == [("n", "a"), ("n", "b")]
        assert at["a"][0] > at["n"][0] and at["a"][1] > at["n"][1]
        assert at["b"][3] < at["n"][3]


@pytest.mark.parametrize("ui", [{"x": 0, "y": 0}, {"x": True, "y": 1}, {"x": "3", "y": 4}, {}])
def test_places_that_are_none_are_not_used(ui: dict[str, object]) -> None:
    scene = compose(document([task("a", ui=ui), task("b", "a", ui=ui)]).nodes, {})
    assert overlaps(scene) == []


def test_states_do_not_turn_the_picture_round() -> None:
    workflow, record, _ = small_job()[0].workflow, *small_job()[1:]
    plain, marked = (compose(workflow.nodes, m) for m in ({}, marks_of(workflow, record)))
    assert (plain.width > plain.height) == (marked.width > marked.height)


def test_cycles_and_what_cannot_be_read_are_drawn_as_far_as_they_go() -> None:
    broken = document([task("a", "b"), task("b", "a"), task("c", "c"),
                       task("d", when="a ++"), task("e", "nowhere")])  # fmt: skip
    scene = compose(broken.nodes, {})
    assert {spot.figure.id for spot in scene.spots} == {"a", "b", "c", "d", "e"}
    assert {line.link.pair for line in scene.lines} == {("a", "b"), ("b", "a")}


def test_an_empty_document_and_an_empty_loop_are_drawn() -> None:
    empty = document([{"id": "each", "kind": "loop", "over": [], "nodes": []}])
    for workflow in (document([]), empty):
        assert ElementTree.fromstring(draw(workflow)).tag == f"{SVG}svg"  # noqa: S314


# --- what it says ----------------------------------------------------------------------------


def test_every_kind_of_node_and_line_is_told_apart() -> None:
    svg = draw(every_kind())
    for kind in ("task", "branch", "loop", "subflow", "wait", "note"):
        assert f'<g class="{kind}"' in svg
    for kind in ("data", "done", "failed-line", "case"):
        assert re.search(rf'<g class="{kind}"[^>]*><title>', svg), kind
    assert {"large", "small", "failed"} <= set(texts(svg))
    assert "for each item of fetch.items, 4 at a time" in texts(svg)


def test_a_line_names_the_ports_that_it_carries_once() -> None:
    both = {"a": {"ref": "x.one"}, "b": "${x.two} ${x.one}"}
    nodes = [task("x"), {**task("y"), "parameters": {"values": both}, "after": [{"node": "x"}]}]
    (line,) = compose(document(nodes).nodes, {}).lines
    assert line.link.kind == "data"
    assert line.link.hint == "x → y: one, two"


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_a_word_and_a_sign_of_its_own(state: str) -> None:
    def sign(name: str) -> str:
        found = re.search(r'<g class="sign".*?</g>', draw(document([task("a")]), {"a": name}))
        assert found
        return found[0]

    assert f"render_text · {state}" in texts(draw(document([task("a")]), {"a": state}))
    assert [other for other in STATES if sign(other) == sign(state)] == [state]


def test_rounds_are_summed_up_by_the_worst_of_them() -> None:
    workflow = every_kind()
    marks = marks_of(workflow, small_job()[1])
    assert (marks["second"].state, marks["second"].words) == ("failed", "1 of 3 failed")
    assert (marks["inner"].state, marks["inner"].words) == ("completed", "2 of 3 completed")
    all_cached = marks_of(workflow, {"inner[0]": "cached", "inner[1]": "cached"})["inner"]
    assert (all_cached.state, all_cached.words) == ("cached", "2 × cached")


def test_a_body_without_rounds_is_pending_or_had_none() -> None:
    workflow = every_kind()
    assert marks_of(workflow, {"each": "running"})["inner"].words == "pending"
    assert marks_of(workflow, {"each": "skipped"})["inner"].words == "no round"
    assert marks_of(workflow, {})["fetch"].words == "pending"


def test_steps_inside_subflows_are_not_nodes_of_the_document() -> None:
    marks = marks_of(every_kind(), {"sub": "completed", "sub.fetch": "failed"})
    assert marks["fetch"].state == "pending" and marks["sub"].state == "completed"


def test_an_unknown_state_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="'done' is not the state of a node"):
        draw(every_kind(), {"fetch": "done"})


def test_lines_of_skipped_nodes_are_fainter() -> None:
    svg = draw(every_kind(), small_job()[1])
    dim = re.findall(r'<g class="[\w-]+ dim"[^>]*><title>([^<]*)', svg)
    assert "size → ask: small" in dim and "ask → last: done" in dim
    assert "size → each: large" not in dim


# --- what it must not do ---------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_names_never_become_markup(text: str) -> None:
    hostile, calm = draw(every_kind(text)), draw(every_kind("calm"))
    root = ElementTree.fromstring(hostile)  # noqa: S314
    known = ElementTree.fromstring(calm)  # noqa: S314
    assert {e.tag for e in root.iter()} == {e.tag for e in known.iter()}
    assert {n for e in root.iter() for n in e.attrib} <= {n for e in known.iter() for n in e.attrib}
    hostile.encode("utf-8")


def test_long_texts_are_cut_and_told_in_full_when_pointed_at() -> None:
    name = "word " * 300
    workflow = document([task("a", title=name), {"id": "n", "kind": "note", "text": name * 20}])
    scene = compose(workflow.nodes, {})
    assert scene.width < 1_200 and scene.height < 600
    assert name.strip()[:500] in draw(workflow)


@pytest.mark.parametrize("text", ["iiiiiiiiii", "MMMMMMMMMM", "漢字漢字漢字漢字", "a" * 400, ""])
def test_text_fits_the_room_that_it_is_given(text: str) -> None:
    assert width(fit(text, 13, 60), 13) <= 60
    assert fit(text, 13, 1e6) == text


def test_equal_arguments_give_equal_bytes() -> None:
    subject, record, _ = large_job(200)
    again = Workflow.model_validate(subject.workflow.model_dump(by_alias=True, exclude_unset=True))
    assert draw(subject.workflow, record) == draw(again, record)


def test_only_given_nodes_are_links() -> None:
    svg = draw(every_kind(), None, {"fetch", "inner"})
    assert re.findall(r'<a href="([^"]*)"', svg) == ["#node-fetch", "#node-inner"]
    assert "<a " not in draw(every_kind())


def test_a_drawing_shows_itself_and_is_saved(tmp_path: Path) -> None:
    drawing = Drawing(every_kind(), {"fetch": "running"})
    assert drawing._repr_svg_() == draw(every_kind(), {"fetch": "running"})
    assert drawing.save(tmp_path / "a.svg").read_text(encoding="utf-8") == str(drawing)
    assert every_kind()._repr_svg_() == draw(every_kind())
