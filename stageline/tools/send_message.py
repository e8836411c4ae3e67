"""Send a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from stageline.ports import Notifier, Traits

TRAITS = Traits(outside=True)


@dataclass(frozen=True, slots=True)
class Sent:
    """``block``: through which the message went."""

    block: str


def send_message(
    body: Annotated[str, Field(min_length=1, max_length=100_000)],
    subject: Annotated[str, Field(max_length=1_000, pattern=r"^[^\r\n]*$")] = "",
    *,
    block: Annotated[str, Field(min_length=1, max_length=200)],
    notifier: Notifier,
) -> Sent:
    """Send a message to people through a saved notification block, such as ``slack-webhook/ops``.

    The block holds the address and its secrets; a document only names it.

    Errors: ``ConfigError`` if there is no such block, ``DependencyError`` if the service behind
    it does not answer. Caps: 100,000 characters, a subject of one line and 1,000 characters.
    """
    notifier.notify(block, subject, body)
    return Sent(block)
