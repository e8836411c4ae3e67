import os
import pickle

import pytest

from stageline import results
from stageline.errors import DependencyError
from stageline.keys import result_key
from stageline.step import Findings
from stageline.store import FolderStore

KEY = "ab" * 32
FINDINGS = Findings(3, {"counts": {"x": 1}}, ("an insight",), ("do it",), ("careful",))


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path)


@pytest.fixture
def ref(store):
    return results.save(store, KEY, "step", b'["a"]', FINDINGS)


def test_a_saved_value_is_found_with_its_findings(store, ref):
    found = results.lookup(store, KEY, "step")
    assert (found.ref, found.payload) == (ref, b'["a"]')
    assert found.findings.insights == ("an insight",)
    assert results.load(store, ref, tuple[str, ...]) == ("a",)


def test_a_missing_value_and_another_steps_value_are_misses(store, ref):
    assert results.lookup(store, "cd" * 32, "step") is None
    assert results.lookup(store, KEY, "other") is None
    store.put(result_key("cd" * 32), store.get(result_key(KEY)))
    assert results.lookup(store, "cd" * 32, "step") is None, "it was written under another key"


@pytest.mark.parametrize("change", [
    lambda data: data[:-1],
    lambda data: data[: len(data) // 2],
    lambda data: b"",
    lambda data: data.replace(b'["a"]', b'["b"]'),
    lambda data: data.replace(b"an insight", b"an outcome"),
    lambda data: data + b" ",
    lambda data: b"null\n" + data,
    lambda data: data.replace(KEY.encode(), b"cd" * 32),
])  # fmt: skip
def test_a_changed_object_is_a_miss_with_a_warning_and_never_a_value(store, ref, change, caplog):
    key = result_key(KEY)
    store.put(key, change(store.get(key)))
    assert results.lookup(store, KEY, "step") is None
    assert [(line.levelname, key in line.message) for line in caplog.records] == [("WARNING", True)]
    with pytest.raises(DependencyError, match="gone or was changed"):
        results.load(store, ref, tuple[str, ...])


class Bomb:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_a_planted_pickle_is_never_executed(store, tmp_path):
    trap = tmp_path / "executed"
    for payload in (pickle.dumps(Bomb(str(trap))), pickle.dumps(Bomb(str(trap)), protocol=0)):
        store.put(result_key(KEY), payload)
        assert results.lookup(store, KEY, "step") is None
    assert not trap.exists()


def test_equal_values_are_stored_as_equal_bytes(store, ref):
    before = store.get(result_key(KEY))
    results.save(store, KEY, "step", b'["a"]', FINDINGS)
    assert store.get(result_key(KEY)) == before
