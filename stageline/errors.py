"""Every error that Stageline raises on purpose.

StagelineError                       category
├── InputError                       invalid_input     the thing handed in is wrong
│   └── DocumentError                invalid_document  a workflow document is wrong
├── ConfigError                      config            a block, setting or parameter is wrong
├── ToolError                        tool              a step's own code said no
├── StepTimeoutError                 timeout
├── ResourceError                    resource          memory, disk, quota
├── AccessError                      access            credentials or permissions
├── DependencyError                  dependency        a service did not answer as it should
├── CrashedError                     crashed           the process ended under the job
├── CancelledError                   cancelled
└── InternalError                    bug               please report

A message says what is wrong, where, and what to do. The category decides whether a retry
helps (``RETRYABLE``) and which advice a report gives (``ADVICE``).
"""

from __future__ import annotations

import errno
from typing import ClassVar, Literal, get_args

Category = Literal[
    "invalid_document", "invalid_input", "config", "tool", "timeout", "resource",
    "access", "dependency", "crashed", "cancelled", "bug",
]  # fmt: skip
CATEGORIES: tuple[Category, ...] = get_args(Category)


class StagelineError(Exception):
    """The root of the tree."""

    category: ClassVar[Category] = "bug"


class InputError(StagelineError, ValueError):
    category: ClassVar[Category] = "invalid_input"


class DocumentError(InputError):
    category: ClassVar[Category] = "invalid_document"


class ConfigError(StagelineError, ValueError):
    category: ClassVar[Category] = "config"


class ToolError(StagelineError):
    category: ClassVar[Category] = "tool"


class StepTimeoutError(StagelineError, TimeoutError):
    category: ClassVar[Category] = "timeout"


class ResourceError(StagelineError, OSError):
    category: ClassVar[Category] = "resource"


class AccessError(StagelineError, PermissionError):
    category: ClassVar[Category] = "access"


class DependencyError(StagelineError, ConnectionError):
    category: ClassVar[Category] = "dependency"


class CrashedError(StagelineError):
    category: ClassVar[Category] = "crashed"


class CancelledError(StagelineError):
    category: ClassVar[Category] = "cancelled"


class InternalError(StagelineError):
    category: ClassVar[Category] = "bug"


RETRYABLE: frozenset[Category] = frozenset({"timeout", "resource", "dependency"})
"""Categories where the same call may well succeed a moment later."""

ADVICE: dict[Category, str] = {
    "invalid_document": "Correct the document at the place that the message names.",
    "invalid_input": "Correct the input that the message names, then run again.",
    "config": "Correct the block, setting or parameter that the message names, then run again.",
    "tool": "The step could not do what it was asked; read its log, correct what it was given, "
    "then run again.",
    "timeout": "Run again; finished steps are kept. Raise the step's timeout if it happens again.",
    "resource": "Free memory or disk space, then run again; finished steps are kept.",
    "access": "Check the credentials and permissions of the place named, then run again.",
    "dependency": "Check that the service named can be reached, then run again; "
    "finished steps are kept.",
    "crashed": "The process ended under the job. Run again; finished steps are kept.",
    "cancelled": "Run again to continue; finished steps are kept.",
    "bug": "This is a defect of the step. Please report it with the traceback.",
}


# Ordered from special to general: the first class that fits gives the category.
_FOREIGN: tuple[tuple[type[BaseException], Category], ...] = (
    (MemoryError, "resource"),
    (TimeoutError, "timeout"),
    (PermissionError, "access"),
    (ConnectionError, "dependency"),
    (RecursionError, "bug"),
)
_OURS: dict[Category, type[StagelineError]] = {
    kind.category: kind
    for kind in (
        InputError, DocumentError, ConfigError, ToolError, StepTimeoutError, ResourceError,
        AccessError, DependencyError, CrashedError, CancelledError, InternalError,
    )
}  # fmt: skip
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM})


def error_of(category: Category, message: str) -> StagelineError:
    """The error of ours that has this category."""
    return _OURS[category](message)


def category_of(error: BaseException) -> Category:
    """The category of any exception; what Stageline did not raise on purpose is mostly a bug."""
    if isinstance(error, StagelineError):
        return error.category
    if isinstance(error, OSError) and error.errno in _FULL:
        return "resource"
    return next((category for kind, category in _FOREIGN if isinstance(error, kind)), "bug")


def as_stageline_error(error: Exception, where: str) -> StagelineError:
    """``error`` itself if it is one of ours, else ours of the same category, caused by it."""
    if isinstance(error, StagelineError):
        return error
    category = category_of(error)
    ours = _OURS[category](f"{where}: {type(error).__name__}: {error}")
    ours.__cause__ = error
    return ours
