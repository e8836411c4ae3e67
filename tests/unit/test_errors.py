import errno

import pytest

from stageline.errors import (
    ADVICE,
    CATEGORIES,
    RETRYABLE,
    InputError,
    ResourceError,
    StepTimeoutError,
    as_stageline_error,
    category_of,
)


def test_every_category_has_advice():
    assert set(ADVICE) == set(CATEGORIES)
    assert set(CATEGORIES) >= RETRYABLE


@pytest.mark.parametrize(
    ("error", "category"),
    [
        (InputError("x"), "invalid_input"),
        (MemoryError(), "resource"),
        (OSError(errno.ENOSPC, "full"), "resource"),
        (TimeoutError(), "timeout"),
        (PermissionError(), "access"),
        (ConnectionResetError(), "dependency"),
        (ZeroDivisionError(), "bug"),
        (OSError("odd"), "bug"),
    ],
)
def test_any_error_has_a_category(error, category):
    assert category_of(error) == category
    assert as_stageline_error(error, "Step x").category == category


def test_ours_stays_and_foreign_ones_become_ours_with_their_cause():
    ours, full = InputError("x"), OSError(errno.ENOSPC, "No space left")
    assert as_stageline_error(ours, "Step x") is ours
    made = as_stageline_error(full, "Step x")
    assert isinstance(made, ResourceError)
    assert made.__cause__ is full
    assert "Step x: OSError: [Errno 28] No space left" in str(made)
    assert isinstance(as_stageline_error(TimeoutError(), "x"), StepTimeoutError)
