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
