import logging
from dataclasses import replace

import pytest

from stageline import keys
from stageline.capture import Capture
from stageline.codec import encode
from stageline.errors import InputError, InternalError, ResourceError
from stageline.execution import Call, execute, failed
from stageline.redaction import Redactor
from stageline.step import Findings, Outcome, Source, describe
from stageline.store import FolderStore

log = logging.getLogger("stageline.test")
RAN = []


def parse(source: Source, *, upper: bool = False) -> Outcome[str]:
    """Parse."""
    RAN.append("parse")
    log.info("parsing")
    text = source.path.read_text()
    found = Findings(len(text), {"n": 1}, ("long",), (), ("odd line",))
    return Outcome(text.upper() if upper else text, found)


def parse_too(source: Source, *, upper: bool = False) -> Outcome[str]:
    return parse(source, upper=upper)


def measure(text: str) -> Outcome[int]:
    RAN.append("measure")
    return Outcome(len(text), Findings())


def fail(text: str) -> Outcome[int]:
    log.info("about to fail")
    raise InputError(f"no, and hunter-canary: {text}")


def burst(text: str) -> Outcome[int]:
    raise KeyError(text)


def mumble(text: str) -> Outcome[int]:
    raise InputError("half \udfff")


@pytest.fixture(autouse=True)
def fresh():
    RAN.clear()


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "store")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.txt"
    path.write_text("abc")
    return Source(path, keys.digest_file(path), 3, "in.txt")


@pytest.fixture
def call(store):
    def make(function, given, *, values=None, redactor=None, **options):
        step = describe(function)
        capture = Capture(step.step_id, "stage", "JOB-001-20250101000000")
        if redactor:
            capture.redactor = redactor
        refresh = options.pop("refresh", False)
        return Call(
            step=step, inputs={step.inputs[0]: given}, options=options,
            kinds={step.inputs[0]: str}, store=store, capture=capture,
            values={} if values is None else values, refresh=refresh,
        )  # fmt: skip

    return make


def test_a_step_is_computed_stored_and_reported(call, source, store):
    result = execute(call(parse, source))
    summary = result.report.execution_summary
    assert (summary.status, summary.cached, summary.items_processed) == ("completed", False, 3)
    assert [entry.message for entry in result.log.entries] == ["parsing", "odd line"]
    assert (summary.logs, summary.warnings) == (2, 1)
    assert result.report.insights == ("long",)
    assert store.exists(result.report.result_key)


def test_the_second_time_it_is_a_hit_that_says_so_and_keeps_the_report(call, source):
    first, again = execute(call(parse, source)), execute(call(parse, source))
    assert again.report.execution_summary.cached
    assert again.report.insights == first.report.insights
    assert again.value == first.value
    assert RAN == ["parse"]


def test_a_hit_says_briefly_what_served_it(call, source):
    first, again = call(parse, source), call(parse, source)
    execute(first)
    message = execute(again).log.entries[0].message
    assert message == f"Served from the cache: results/{first.content_key[:12]}..."


def test_what_is_kept_of_a_value_does_not_depend_on_the_job(call, source, store):
    kept = []
    for job in ("JOB-1", "JOB-2"):
        one = call(parse, source)
        one.capture, one.refresh = Capture("parse", "stage", job), True
        execute(one)
        kept.append(store.get(keys.result_key(one.content_key)))
    assert kept[0] == kept[1]


def test_parameters_inputs_steps_and_code_are_told_apart(call, source, tmp_path):
    key = call(parse, source).content_key
    assert call(parse, source, upper=True).content_key != key
    assert call(parse_too, source).content_key != key
    changed = replace(source, digest="0" * 64)
    assert call(parse, changed).content_key != key
    edited = call(parse, source)
    edited.step = replace(edited.step, version="1" * 64)
    assert edited.content_key != key
    assert call(parse, replace(source, path=tmp_path / "renamed.txt")).content_key != key


def test_a_refresh_computes_anew(call, source):
    execute(call(parse, source))
    assert not execute(call(parse, source, refresh=True)).report.execution_summary.cached
    assert RAN == ["parse", "parse"]


def test_a_damaged_or_missing_value_is_computed_anew(call, source, store):
    key = execute(call(parse, source)).report.result_key
    store.put(key, store.get(key)[:-2])
    assert not execute(call(parse, source)).report.execution_summary.cached
    store.delete(key)
    assert not execute(call(parse, source)).report.execution_summary.cached
    assert RAN == ["parse"] * 3


def test_values_are_handed_over_in_memory_or_read_back(call, source, store):
    values = {}
    ref = execute(call(parse, source, values=values)).value
    store.delete(f"results/{ref.content_key}")
    assert execute(call(measure, ref, values=values)).value
    execute(call(parse, source, refresh=True))
    assert execute(call(measure, ref, refresh=True)).value


def test_a_failure_leaves_log_category_traceback_and_advice_without_secrets(call, source):
    ref = execute(call(parse, source)).value
    failing = call(fail, ref, redactor=Redactor(["hunter-canary"]))
    with pytest.raises(InputError) as caught:
        execute(failing)
    result = failed(failing, caught.value)
    error = result.report.error
    assert (error.category, result.report.execution_summary.status) == ("invalid_input", "failed")
    assert "Correct the input" in error.advice
    assert "raise InputError" in error.traceback
    assert [entry.level for entry in result.log.entries] == ["INFO", "ERROR"]
    assert "hunter-canary" not in str(result) + str(caught.value)
    assert caught.value.__cause__ is None


def test_a_foreign_error_becomes_ours(call, source):
    ref = execute(call(parse, source)).value
    with pytest.raises(InternalError, match="Step burst: KeyError") as caught:
        execute(call(burst, ref))
    assert isinstance(caught.value.__cause__, KeyError)


class FullStore(FolderStore):
    def put(self, key, data, content_type=None):
        raise ResourceError("No space left on the disk.")


def test_a_value_that_cannot_be_written_is_no_completed_step(call, source, tmp_path):
    full = call(parse, source)
    full.store = FullStore(tmp_path / "full")
    with pytest.raises(ResourceError):
        execute(full)
    assert failed(full, full.error).report.error.category == "resource"
    full.store = FolderStore(tmp_path / "roomy")
    result = execute(full)
    assert result.report.execution_summary.tries == 2, "log and times of all tries are kept"
    assert result.report.error is None


def test_text_that_nothing_can_write_is_told_with_question_marks(call, source):
    ref = execute(call(parse, source)).value
    failing = call(mumble, ref)
    failing.capture.add(logging.WARNING, "half \ud800")  # not by logging: pytest could not tell it
    with pytest.raises(InputError, match=r"half \?") as caught:
        execute(failing)
    result = failed(failing, caught.value)
    assert [entry.message for entry in result.log.entries] == ["half ?", "invalid_input: half ?"]
    assert encode(result.report) and encode(result.log)
