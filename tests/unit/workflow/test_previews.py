"""What stands for a large output in a report."""

import hashlib
import json

import pytest

from stageline.errors import InputError
from stageline.workflow.previews import LIMIT, MAX_PREVIEW, preview

LARGE = [
    "x" * 200_000,
    ["y" * 1000] * 100,
    {"rows": [{"a": n, "b": "z" * 50} for n in range(5_000)], "count": 5_000},
    {f"name {n}": n for n in range(20_000)},
    {"n" * 100_000: 1},
    [[[[[["deep" * 20_000]]]]]],
    [["w" * 499] * 10] * 1000,
    "\ud800" * 20_000,
]


@pytest.mark.parametrize("value", [None, 1, "text", [1, 2], {"a": [None]}, "x" * (LIMIT - 2)])
def test_small_values_are_shown_as_they_are(value):
    assert preview(value) is value


@pytest.mark.parametrize("value", LARGE, ids=range(len(LARGE)))
def test_large_values_are_cut_and_named_by_digest(value):
    found = preview(value)
    data = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    assert found["truncated"] is True
    assert found["size"] == len(data) > LIMIT
    assert found["sha256"] == hashlib.sha256(data).hexdigest()
    assert 0 < len(json.dumps(found["preview"])) <= MAX_PREVIEW + 100


def test_the_preview_shows_the_beginning():
    found = preview({"rows": list(range(50_000)), "name": "n"})["preview"]
    assert found["rows"][:3] == [0, 1, 2]
    assert found["rows"][-1] == "… 49,990 more"
    assert found["name"] == "n"


def test_the_limit_is_in_bytes_of_json():
    assert preview("a" * 8, limit=10) == "a" * 8
    assert preview("a" * 9, limit=10)["size"] == 11
    assert preview("é" * 2, limit=10)["size"] == 14


@pytest.mark.parametrize("value", [float("nan"), object(), {1, 2}, b"x"])
def test_no_json_data(value):
    with pytest.raises(InputError):
        preview(value)
