"""Where objects are kept: the ``Store`` protocol, and ``FolderStore`` for a local folder.

A key is checked by ``stageline.keys.check_key``. Nothing here holds or shows a secret.
"""

# Paths are text here: pathlib would cost more than the system calls do.
# ruff: noqa: PTH108, PTH116, PTH118

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from stageline.errors import ConfigError, DependencyError, InputError
from stageline.keys import check_key, digest, must_survive, shown
from stageline.store_files import (
    create_exclusively,
    fault,
    leads_through_link,
    read_file,
    replace_file,
    visible_entries,
)

DEFAULT_FOLDER = "results"

# A path stands in records, on pages and in lines of logs; what is no text cannot be written there.
_UNTELLABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]")


class MissingObjectError(InputError, LookupError):
    """No object has this key."""


class CorruptObjectError(DependencyError):
    """The stored bytes are not the ones that were written."""


@dataclass(frozen=True, slots=True)
class Stat:
    """What a store knows of an object. ``size`` in bytes; ``digest`` (sha256) where kept."""

    key: str
    size: int
    modified: datetime
    digest: str | None = None


@runtime_checkable
class Store(Protocol):
    """Objects by key. Safe to share between threads and processes.

    Faults have one meaning everywhere: ``AccessError`` (credentials, permissions),
    ``ResourceError`` (disk full, quota), ``DependencyError`` (storage does not answer, or not
    with what was written; worth a retry), ``ConfigError`` (no such bucket, wrong endpoint),
    ``InputError`` (a key that cannot be one).
    """

    @property
    def uri(self) -> str:
        """Where this is, for people and records, without secrets."""

    def get(self, key: str, digest: str | None = None) -> bytes:
        """The bytes of an object: all of them, or an error.

        ``MissingObjectError`` if there is none; ``CorruptObjectError`` if they differ from
        ``digest`` (sha256) or from what the store itself noted when writing.
        """

    def put(self, key: str, data: bytes, content_type: str | None = None) -> None:
        """Write or replace an object. On return the stored bytes have been checked; a reader
        sees the old or the new ones, never a part."""

    def create(self, key: str, data: bytes) -> bool:
        """Write an object that must not exist: True if this call made it, False if another did.

        Of any number of racing callers exactly one gets True, and nobody sees a part of it.
        """

    def stat(self, key: str) -> Stat:
        """Size and time without the bytes; ``MissingObjectError`` if there is none."""

    def exists(self, key: str) -> bool: ...

    def list(self, prefix: str = "") -> Iterator[Stat]:
        """The objects whose key begins with ``prefix``, sorted by key."""

    def delete(self, key: str) -> None:
        """Remove an object; none there is fine."""


def open_store(where: str | os.PathLike[str] = DEFAULT_FOLDER) -> FolderStore:
    """The store in a folder, which is made at the first write.

    Other places than folders are opened by ``blocks.places.resolve_store``.
    """
    text = os.fspath(where)
    if "://" in text:
        raise ConfigError(
            f"{shown(text)} is not a folder. Open other places with "
            "blocks.places.resolve_store, or pass a path."
        )
    return FolderStore(text)


class FolderStore:
    """Objects as files under one folder; the keys are the relative paths.

    Files and folders get the permissions that the umask leaves. A killed writer can leave a
    hidden ``.*.tmp`` file, which nothing reads and anyone may delete.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._root = _real_folder(os.fspath(folder))

    def __repr__(self) -> str:
        return f"FolderStore({self._root!r})"

    @property
    def folder(self) -> Path:
        """The absolute path of the folder."""
        return Path(self._root)

    @property
    def uri(self) -> str:
        return self._root

    def get(self, key: str, digest: str | None = None) -> bytes:
        path = self._path(key)
        try:
            data = read_file(path)
        except OSError as error:
            raise self._fault(error, "read", key) from error
        check_digest(data, digest, key, self.uri)
        return data

    def put(self, key: str, data: bytes, content_type: str | None = None) -> None:  # noqa: ARG002
        path = self._path(key)
        try:
            replace_file(path, data, flush=must_survive(key))
        except OSError as error:
            raise self._fault(error, "write", key) from error

    def create(self, key: str, data: bytes) -> bool:
        path = self._path(key)
        try:
            return create_exclusively(path, data, self._root)
        except OSError as error:
            raise self._fault(error, "create", key) from error

    def stat(self, key: str) -> Stat:
        path = self._path(key)
        try:
            found = os.stat(path, follow_symlinks=False)
        except OSError as error:
            raise self._fault(error, "read", key) from error
        return _stat(key, found)

    def exists(self, key: str) -> bool:
        try:
            self.stat(key)
        except MissingObjectError:
            return False
        return True

    def list(self, prefix: str = "") -> Iterator[Stat]:
        folder, _, _ = prefix.rpartition("/")
        path = self._path(folder) if folder else self._root
        yield from self._walk(path, f"{folder}/" if folder else "", prefix)

    def delete(self, key: str) -> None:
        path = self._path(key)
        try:
            os.unlink(path)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._fault(error, "delete", key) from error

    def _path(self, key: str) -> str:
        """The file of ``key``; refuses a key whose folders lead out through a symbolic link."""
        parts = check_key(key).split("/")
        path = os.path.join(self._root, *parts)
        if leads_through_link(self._root, parts[:-1]):
            raise InputError(
                f"The folder of {shown(key)} in {self._root} is or contains a symbolic link. "
                "Replace it with a real folder, or choose another place for results."
            )
        return path

    def _walk(self, path: str, before: str, prefix: str) -> Iterator[Stat]:
        try:
            entries = visible_entries(path)
        except OSError as error:
            raise self._fault(error, "list", before) from error
        for name, entry in entries:
            key = before + name
            if entry.is_dir(follow_symlinks=False):
                if f"{key}/".startswith(prefix):
                    yield from self._walk(entry.path, f"{key}/", prefix)
            elif key.startswith(prefix) and entry.is_file(follow_symlinks=False):
                try:
                    found = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # deleted since the folder was read
                yield _stat(key, found)

    def _fault(self, error: OSError, verb: str, key: str) -> Exception:
        if isinstance(error, FileNotFoundError | NotADirectoryError) and verb == "read":
            return MissingObjectError(f"There is no object {key} in {self._root}.")
        return fault(error, f"Could not {verb} {key} in {self._root}")


def check_digest(data: bytes, expected: str | None, key: str, uri: str) -> None:
    """Raise ``CorruptObjectError`` if ``data`` is not what ``expected`` (sha256) says."""
    if expected is not None and digest(data) != expected:
        raise CorruptObjectError(
            f"The object {key} in {uri} is not the one that was written: its sha256 differs "
            f"({len(data):,} bytes were read). Delete it and run the step again."
        )


def _real_folder(text: str) -> str:
    """The absolute path of a folder, there or not. ``ConfigError`` for what can be none."""
    if not text.strip():
        raise ConfigError(f"{shown(text)} cannot be a folder for results: it has no name.")
    try:
        root = os.path.realpath(Path(text).expanduser())
        is_other = Path(root).exists() and not Path(root).is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"{shown(text)} cannot be a folder for results: {reason}.") from None
    if _UNTELLABLE.search(root):
        raise ConfigError(
            f"{shown(root)} cannot be a folder for results: its path has a line break or another "
            "control character. Choose another folder, or rename it."
        )
    if is_other:
        raise ConfigError(f"{root} is a file; results need a folder.")
    return root


def _stat(key: str, found: os.stat_result) -> Stat:
    return Stat(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))
