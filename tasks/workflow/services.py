"""What tools are handed in while they run: files by URI, and messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.core import Block

from blocks.places import local_input
from stageline.errors import ConfigError, DependencyError
from stageline.keys import shown
from stageline.ports import Files, LocalFile
from stageline.redaction import Redactor, secrets_of
from stageline.store import Store
from stageline.workflow.mime import HEAD_BYTES, mime_of
from tasks.request import open_source

MAX_SAID = 500


class OpenFiles:
    """The ``Files`` service of one job. Copies of what lies elsewhere last until the job ends."""

    def __init__(self, store: Store, stack: ExitStack) -> None:
        self._store, self._stack = store, stack
        self._found: dict[str, LocalFile] = {}

    def open(self, uri: str) -> LocalFile:
        """The file at a path or ``s3://`` URI, opened once in a job."""
        if uri not in self._found:
            path = self._stack.enter_context(local_input(uri, self._store))
            self._found[uri] = describe_file(path, uri)
        return self._found[uri]


@contextmanager
def open_files(store: Store) -> Iterator[OpenFiles]:
    """Files for the time of one job."""
    with ExitStack() as stack:
        yield OpenFiles(store, stack)


def describe_file(path: Path, uri: str) -> LocalFile:
    """A file with its digest, size and type, told from its content."""
    source = open_source(path, uri)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return LocalFile(path.absolute(), uri, source.digest, source.size, mime_of(head, path.name))


class Notifications:
    """The ``Notifier`` service: Prefect's notification blocks, named ``type/name``."""

    def notify(self, block: str, subject: str, body: str) -> None:
        found: Any = _load(block)
        redactor = Redactor(secrets_of(found))
        try:
            with found.raise_on_failure():  # else blocks say nothing of what did not arrive
                found.notify(body, subject)
        except Exception as error:  # noqa: BLE001 - each service has errors of its own
            raise DependencyError(_failure(block, error, redactor)) from None


def _failure(name: str, error: Exception, redactor: Redactor) -> str:
    """What a service said, without the secrets of the block: many name the whole address."""
    said = redactor.redact(f"{type(error).__name__}: {getattr(error, 'log', error)}")
    return f"The block {shown(name)} did not send: {' '.join(said.split())[:MAX_SAID]}"


def _load(name: str) -> NotificationBlock:
    try:
        block: Any = Block.load(name)
    except ValueError as error:
        raise ConfigError(
            f"There is no notification block {shown(name)} on this Prefect server. Save one, and "
            "name it as type/name, for example slack-webhook/team."
        ) from error
    except Exception as error:
        raise DependencyError(
            f"The block {shown(name)} cannot be loaded from Prefect ({type(error).__name__})."
        ) from error
    if not isinstance(block, NotificationBlock):
        raise ConfigError(f"The block {shown(name)} sends no notifications.")
    return block


def services(store: Store, files: Files) -> Mapping[str, Any]:
    """The services that are the same for all nodes of a job, by the name of their protocol."""
    return {"Store": store, "Files": files, "Notifier": Notifications()}
