"""Keys and ids: what is let in, and that every builder looks again."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from stageline import keys
from stageline.errors import InputError

JOB = "JOB-001-20250131235959"
RUN = "0198f2a4-8c1e-7d5b-9a3f-2b1c4d5e6f70"
CONTENT = "a" * 64

BAD_IDS = [
    "", "1a", "_a", "-a", "a.b", "a/b", "../a", "a\\b", "a b", "a\n", "\na", "a\0", "a\r\n",
    "a\u202eb", "a\u200bb", "\u00e9", "\u0430bc", "a\uff11", "\u212a", "\ud800", "a" * 65,
    "a" * 5000, "JRN-1/../../x", "%2e%2e",
]  # fmt: skip

# Every builder, with one id left open; builders not listed here fail test_every_builder_is_listed.
BUILDERS: dict[str, list[Callable[[str], str]]] = {
    "journey_prefix": [keys.journey_prefix],
    "journey_key": [keys.journey_key],
    "stages_prefix": [keys.stages_prefix],
    "stage_prefix": [lambda i: keys.stage_prefix(i, "s"), lambda i: keys.stage_prefix("j", i)],
    "claims_prefix": [lambda i: keys.claims_prefix(i, "s"), lambda i: keys.claims_prefix("j", i)],
    "claim_key": [lambda i: keys.claim_key(i, "s", 1), lambda i: keys.claim_key("j", i, 1)],
    "run_claim_key": [
        lambda i: keys.run_claim_key(i, "s", RUN, 1),
        lambda i: keys.run_claim_key("j", i, RUN, 1),
        lambda i: keys.run_claim_key("j", "s", i if i != "a" else RUN, 1),
    ],
    "executions_prefix": [
        lambda i: keys.executions_prefix(i, "s"),
        lambda i: keys.executions_prefix("j", i),
    ],
    "job_prefix": [
        lambda i: keys.job_prefix(i, "s", JOB),
        lambda i: keys.job_prefix("j", i, JOB),
        lambda i: keys.job_prefix("j", "s", i if i != "a" else JOB),
    ],
    "job_key": [
        lambda i: keys.job_key(i, "s", JOB),
        lambda i: keys.job_key("j", i, JOB),
        lambda i: keys.job_key("j", "s", i if i != "a" else JOB),
    ],
    "log_key": [
        lambda i: keys.log_key(i, "s", JOB, "x"),
        lambda i: keys.log_key("j", i, JOB, "x"),
        lambda i: keys.log_key("j", "s", i if i != "a" else JOB, "x"),
        lambda i: keys.log_key("j", "s", JOB, i),
    ],
    "report_key": [
        lambda i: keys.report_key(i, "s", JOB, "x"),
        lambda i: keys.report_key("j", i, JOB, "x"),
        lambda i: keys.report_key("j", "s", i if i != "a" else JOB, "x"),
        lambda i: keys.report_key("j", "s", JOB, i),
    ],
    "page_key": [
        lambda i: keys.page_key(i, "s", JOB),
        lambda i: keys.page_key("j", i, JOB),
        lambda i: keys.page_key("j", "s", i if i != "a" else JOB),
    ],
    "artifact_key": [
        lambda i: keys.artifact_key(i, "s", JOB, "x", "n"),
        lambda i: keys.artifact_key("j", i, JOB, "x", "n"),
        lambda i: keys.artifact_key("j", "s", i if i != "a" else JOB, "x", "n"),
        lambda i: keys.artifact_key("j", "s", JOB, i, "n"),
        lambda i: keys.artifact_key("j", "s", JOB, "x", i),
    ],
    "outputs_key": [
        lambda i: keys.outputs_key(i, "s", JOB),
        lambda i: keys.outputs_key("j", i, JOB),
        lambda i: keys.outputs_key("j", "s", i if i != "a" else JOB),
    ],
    "inputs_key": [lambda i: keys.inputs_key(i if i != "a" else CONTENT)],
    "snapshot_key": [lambda i: keys.snapshot_key(i if i != "a" else CONTENT)],
    "result_key": [lambda i: keys.result_key(i if i != "a" else CONTENT)],
}
ALL = [(name, build) for name, builds in BUILDERS.items() for build in builds]


def test_every_builder_is_listed() -> None:
    named = {n for n in vars(keys) if re.search(r"^[a-z].*_(key|prefix)$", n)}
    # The name of an object is a path of its own: see the tests of write_object.
    assert named - {"check_key", "content_key", "object_key"} == set(BUILDERS)


@pytest.mark.parametrize(("name", "build"), ALL)
def test_a_good_id_makes_a_key_that_stores_accept(name: str, build: Callable[[str], str]) -> None:
    key = build("a")
    assert keys.check_key(key.rstrip("/")) == key.rstrip("/")
    assert key.endswith("/") == name.endswith("_prefix")


@pytest.mark.parametrize("bad", BAD_IDS)
def test_a_bad_id_is_refused_by_every_builder(bad: str) -> None:
    for name, build in ALL:
        if bad == "a.b" and name in {"log_key", "report_key"}:
            continue  # a step inside a document: see the tests of paths
        with pytest.raises(InputError) as error:
            build(bad)
        message = str(error.value)
        assert message.isascii()
        assert message.isprintable()
        assert len(message) < 300


PATH = re.compile(r"[A-Z][\w-]*(\[\d+\]|\.[A-Z][\w-]*)+", re.ASCII | re.IGNORECASE)


@settings(deadline=None)
@given(st.text(max_size=70))
@example("A.A")
@example("A" * 64)
@example("A" * 65)
@example("JOB-001-20250131235959\n")
def test_only_the_pattern_passes(text: str) -> None:
    good = (
        1 <= len(text) <= 64
        and text[0] in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        and all(c.isascii() and (c.isalnum() or c in "_-") for c in text)
    )
    if good:
        assert keys.check_id("step", text) == text
        return
    assume(not PATH.fullmatch(text))  # of a step inside a document, which is one
    for _, build in ALL:
        with pytest.raises(InputError):
            build(text)


@pytest.mark.parametrize("bad", [None, 1, b"abc", ["a"], True])
def test_what_is_not_text_is_refused(bad: object) -> None:
    with pytest.raises(InputError, match="cannot be a step id"):
        keys.check_id("step", bad)  # type: ignore[arg-type]


def test_messages_show_the_value_cut_and_escaped() -> None:
    with pytest.raises(InputError, match=r"a+\.\.\. \(5,000 characters\) cannot be a journey id"):
        keys.check_id("journey", "a" * 5000)
    with pytest.raises(InputError, match=r"'a\\u202eb'"):
        keys.check_id("journey", "a\u202eb")


def test_job_ids_name_number_and_utc_start() -> None:
    at = datetime(2025, 1, 31, 23, 59, 59, 999999, tzinfo=UTC)
    assert keys.job_id(1, at) == "JOB-001-20250131235959"
    assert keys.job_id(1234, at) == "JOB-1234-20250131235959"
    east = at.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert keys.job_id(1, east) == "JOB-001-20250131235959"


@settings(deadline=None)
@given(
    st.integers(1, 999_999_999),
    st.datetimes(datetime(1000, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC)),
)
def test_job_ids_parse_back(number: int, at: datetime) -> None:
    job = keys.job_id(number, at)
    assert keys.parse_job_id(job) == (number, at.replace(microsecond=0))
    assert keys.check_id("job", job) == job


@pytest.mark.parametrize(
    "bad",
    [
        "JOB-01-20250131235959", "JOB-0001-20250131235959", "JOB-000-20250131235959",
        "JOB-001-20250231235959", "JOB-001-2025013123595", "JOB-001-20250131236059",
        "job-001-20250131235959", "JOB-001-20250131235959\n", "JOB-٠٠١-20250131235959",
        "JOB-1234567890-20250131235959", "../JOB-001-20250131235959", "", 7,
    ],
)  # fmt: skip
def test_other_spellings_are_no_job_ids(bad: str) -> None:
    with pytest.raises(InputError, match="is not a job id"):
        keys.parse_job_id(bad)


@pytest.mark.parametrize("bad", [0, -1, 10**9, True, 1.0, "1"])
def test_execution_numbers_start_at_one(bad: int) -> None:
    with pytest.raises(InputError, match="is not an execution number"):
        keys.claim_key("j", "s", bad)


def test_a_job_id_needs_a_time_zone() -> None:
    with pytest.raises(InputError, match="time zone"):
        keys.job_id(1, datetime(2025, 1, 1))


def test_the_layout() -> None:
    base = f"journeys/JRN-1/stages/raw/executions/{JOB}"
    assert keys.journey_key("JRN-1") == "journeys/JRN-1/journey.json"
    assert keys.job_key("JRN-1", "raw", JOB) == f"{base}/job.json"
    assert keys.log_key("JRN-1", "raw", JOB, "parse") == f"{base}/logs/parse.json"
    assert keys.report_key("JRN-1", "raw", JOB, "parse") == f"{base}/reports/parse.json"
    assert keys.page_key("JRN-1", "raw", JOB) == f"{base}/report.html"
    assert keys.artifact_key("JRN-1", "raw", JOB, "parse", "er") == f"{base}/artifacts/parse/er"
    assert keys.claim_key("JRN-1", "raw", 7) == "journeys/JRN-1/stages/raw/claims/000007.json"
    assert (
        keys.run_claim_key("j", "s", RUN.upper(), 2) == f"journeys/j/stages/s/runs/{RUN}/002.json"
    )
    assert keys.result_key(CONTENT) == f"results/{CONTENT}"


@pytest.mark.parametrize(("name", "build"), ALL)
def test_only_what_a_job_tells_may_be_lost_with_the_machine(
    name: str, build: Callable[[str], str]
) -> None:
    assert keys.must_survive(build("a")) is (name not in {"log_key", "report_key", "page_key"})


@pytest.mark.parametrize(
    "bad", ["", "/", "/a", "a/", "a//b", "a/../b", "..", ".", "a/.b", "a\0", "a\n", "ä", "a" * 129]
)
def test_keys_never_lead_out_of_a_store(bad: str) -> None:
    with pytest.raises(InputError, match="cannot be the key"):
        keys.check_key(bad)


# --- content keys ----------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def test_a_content_key_depends_on_every_part() -> None:
    made = {
        keys.content_key("parse", "1", {"dialect": "auto"}, {"dump": "x"}),
        keys.content_key("score", "1", {"dialect": "auto"}, {"dump": "x"}),
        keys.content_key("parse", "2", {"dialect": "auto"}, {"dump": "x"}),
        keys.content_key("parse", "1", {"dialect": None}, {"dump": "x"}),
        keys.content_key("parse", "1", {"dialect": "auto"}, {"dump": "y"}),
        keys.content_key("parse", "1", {"dialect": "auto"}, {"file": "x"}),
        keys.content_key("parse", "1", {}, {"dialect": "auto", "dump": "x"}),
    }
    assert len(made) == 7
    assert all(keys.result_key(key) for key in made)


def test_a_content_key_ignores_the_order_of_names() -> None:
    one = keys.content_key("s", "1", {"a": 1, "b": {"c": 2, "d": 3}}, {"x": "1", "y": "2"})
    other = keys.content_key("s", "1", {"b": {"d": 3, "c": 2}, "a": 1}, {"y": "2", "x": "1"})
    assert one == other


@pytest.mark.parametrize(
    ("one", "other"), [(1, "1"), (1, 1.0), (1, True), (None, "null"), ([], {})]
)
def test_values_that_differ_do_not_meet(one: object, other: object) -> None:
    assert keys.content_key("s", "1", {"a": one}, {}) != keys.content_key(
        "s", "1", {"a": other}, {}
    )


@settings(deadline=None)
@given(JSON, JSON)
def test_only_equal_data_has_equal_json(one: object, other: object) -> None:
    same = keys.canonical_json(one) == keys.canonical_json(other)
    assert same == (repr(_sorted(one)) == repr(_sorted(other)))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "bad", [float("nan"), float("inf"), {1: "a"}, [{None: 1}], object(), {1, 2}, b"x"]
)
def test_what_json_cannot_hold_is_refused(bad: object) -> None:
    with pytest.raises(InputError, match="A content key needs"):
        keys.content_key("s", "1", {"a": bad}, {})


def test_digest_file_reads_what_digest_reads(tmp_path) -> None:  # type: ignore[no-untyped-def]
    data = b"x" * 3_000_000
    (tmp_path / "f").write_bytes(data)
    assert keys.digest_file(tmp_path / "f") == keys.digest(data)


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("each[3]", "each.3"),
        ("each[3][12]", "each.3.12"),
        ("sub.node", "sub.node"),
        ("sub[2].node[0]", "sub.2.node.0"),
    ],
)
def test_the_path_of_a_step_inside_a_document_is_a_step_id(path: str, file: str) -> None:
    assert keys.check_step(path) == path
    assert keys.report_key("j", "s", JOB, path).endswith(f"/reports/{file}.json")


@pytest.mark.parametrize(
    "path", ["each[", "each[x]", "each[-1]", "each[1].", ".each", "a..b", "a.1", "a/b", "a[1]b",
             "each[1234567]", "a" + ".b" * 60, "each[１]"],
)  # fmt: skip
def test_what_is_no_path_of_a_step_is_refused(path: str) -> None:
    with pytest.raises(InputError):
        keys.report_key("j", "s", JOB, path)
