"""The plain part of the template languages of other systems: paths, and text with paths in it.

Whatever is more than a path (a call, an operator) is not translated: guessing what a script
means would give a document that looks right and is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from stageline.workflow.canvas.terms import Expr, Path, Ref, Text

_STEP = re.compile(
    r"""\s*(?:\??\.\s*(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
        |(?:\?\.)?\[\s*(?:"(?P<double>[^"\\\]]+)"|'(?P<single>[^'\\\]]+)'|(?P<index>[0-9]{1,9}))\s*\]
        )(?!\s*\()""",
    re.VERBOSE,
)
_MOUSTACHE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


class UntranslatedError(ValueError):
    """A script that is more than a path; the message is the script."""


def steps(text: str) -> Path:
    """``.a["b"][0]`` as a path. Raises ``UntranslatedError`` for anything else."""
    found: list[str | int] = []
    at = 0
    while at < len(text.rstrip()):
        match = _STEP.match(text, at)
        if match is None:
            raise UntranslatedError(text)
        name = match["name"] or match["double"] or match["single"]
        found.append(name if name is not None else int(match["index"]))
        at = match.end()
    if len(found) > 25:
        raise UntranslatedError(text)
    return tuple(found)


def template(text: str, resolve: Callable[[str], Ref | Expr]) -> Any:
    """A text with ``{{ path }}``: the reference alone where nothing stands beside it, so that
    its type is kept. ``resolve`` gives the reference, or raises ``UntranslatedError``."""
    parts = _MOUSTACHE.split(text)
    if len(parts) == 1:
        return text
    found: list[str | Ref | Expr] = [
        resolve(p.strip()) if n % 2 else p for n, p in enumerate(parts)
    ]
    alone = [part for part in found if part != ""]
    if len(alone) == 1 and not isinstance(alone[0], str) and not "".join(parts[::2]).strip():
        return alone[0]
    return Text(tuple(alone))
