"""Send a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from stageline.ports import Notifier, Traits

TRAITS = Traits(outside=True)
# Without whatever some reader of headers takes for the end of a line.
ONE_LINE = r"^[^\x00-\x1f\x7f\u0085\u2028\u2029]*$"


@dataclass(frozen=True, slots=True)
class Sent:
    """``block``: through which the message went."""

    block: str


def send_message(
    body: Annotated[str, Field(min_length=1, max_length=100_000)],
    subject: Annotated[str, Field(max_length=1_000, pattern=ONE_LINE)] = "",
    *,
    block: Annotated[str, Field(max_length=200, pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")],
    notifier: Notifier,
) -> Sent:
    """Send a message to people through a saved notification block, such as ``slack-webhook/ops``.

    The block holds the address and its secrets; a document only names it.

    Errors: ``ConfigError`` if there is no such block, ``DependencyError`` if the service behind
    it does not take the message, or Prefect does not answer. Caps: 100,000 characters, a subject
    of one line and 1,000 characters.
    """
    notifier.notify(block, subject, body)
    return Sent(block)
