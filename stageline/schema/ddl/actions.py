"""What follows the columns of a REFERENCES clause: actions, checking time, enforcement."""

from __future__ import annotations

from dataclasses import dataclass

from stageline.schema.tokens import Tokens

_TWO_WORD_ACTIONS = frozenset({"SET", "NO"})
_FLAGS = {
    "DISABLE": False, "NOCHECK": False, "DISABLED": False,
    "ENABLE": True, "ENABLED": True, "ENFORCED": True,
}  # fmt: skip


@dataclass(slots=True)
class Actions:
    """What follows the columns of a REFERENCES clause."""

    on_delete: str | None = None
    on_update: str | None = None
    enforced: bool = True
    name: str | None = None


def read_actions(tokens: Tokens, index: int, end: int) -> tuple[Actions, int]:
    """Read ON DELETE, MATCH, DEFERRABLE and the like; the index of what is none of these."""
    actions = Actions()
    upper = tokens.upper
    while index < end:
        word = upper[index]
        if word == "ON" and upper[index + 1] in ("DELETE", "UPDATE"):
            index = _read_action(tokens, index, actions)
        elif word == "NOT" and upper[index + 1] in ("ENFORCED", "VALID", "TRUSTED"):
            actions.enforced = actions.enforced and upper[index + 1] != "ENFORCED"
            index += 2
        elif word == "NOT" and upper[index + 1] in ("DEFERRABLE", "FOR"):
            index += 2 if upper[index + 1] == "DEFERRABLE" else 3
        elif word in _FLAGS:
            actions.enforced = _FLAGS[word]
            index += 1
        elif word in ("MATCH", "INITIALLY"):
            index += 2
        elif word in ("DEFERRABLE", "VALIDATE", "NOVALIDATE", "RELY", "NORELY"):
            index += 1
        else:
            break
    return actions, index


def _read_action(tokens: Tokens, index: int, actions: Actions) -> int:
    event, word = tokens.upper[index + 1], tokens.upper[index + 2]
    after = index + 3
    if word in _TWO_WORD_ACTIONS:
        word = f"{word} {tokens.upper[after]}"
        after += 1
    if event == "DELETE":
        actions.on_delete = word or None
    else:
        actions.on_update = word or None
    return tokens.after(after) if tokens.words[after] == "(" else after  # SET NULL (columns)
