"""Files written as a whole, checked, and where asked for only if nobody else did.

Bytes go to a hidden file beside the target, are flushed to the disk and read back; then one
system call gives them their name. So a reader, a full disk or a kill never meets half a file.
Flushing costs more than all the rest, and only a crash of the machine makes it needed.
"""

# Paths are text here: pathlib would cost more than the system calls do.
# ruff: noqa: PTH103, PTH105, PTH108, PTH116

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from stageline.errors import AccessError, ConfigError, DependencyError, ResourceError

_PIECE = 1 << 20
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}

# What an operating system error means for a job, and what to do about it.
_FAULTS: dict[int, tuple[type[OSError] | type[ConfigError], str]] = {
    errno.ENOSPC: (ResourceError, "The disk is full: free some space, then run again."),
    errno.EDQUOT: (ResourceError, "The disk quota is used up: free some space, then run again."),
    errno.EFBIG: (ResourceError, "The file is larger than this system allows."),
    errno.EMFILE: (ResourceError, "Too many open files: raise the limit (ulimit -n)."),
    errno.ENFILE: (ResourceError, "Too many open files on this machine."),
    errno.ENOMEM: (ResourceError, "Not enough memory."),
    errno.EACCES: (AccessError, "Give this user write permission, or choose another folder."),
    errno.EPERM: (AccessError, "Give this user write permission, or choose another folder."),
    errno.EROFS: (AccessError, "The file system is read-only: choose another folder."),
    errno.ELOOP: (AccessError, "It is a symbolic link, which is not followed: remove it."),
    errno.EISDIR: (ConfigError, "A folder stands where the object should be: remove it."),
    errno.ENOTDIR: (ConfigError, "A file stands where a folder should be: remove it."),
    errno.ENAMETOOLONG: (ConfigError, "The path is too long: choose a shorter folder."),
}


def fault(error: OSError, what: str) -> Exception:
    """The error of ours for an operating system error; ``what`` begins the message."""
    kind, advice = _FAULTS.get(error.errno or 0, (DependencyError, "Check the disk or mount."))
    return kind(f"{what}: {error.strerror or error}. {advice}")


def leads_through_link(root: str, folders: list[str]) -> bool:
    """Whether one of these folders, each inside the one before, is a symbolic link."""
    path = root
    for name in folders:
        path = f"{path}{os.sep}{name}"
        try:
            if stat.S_ISLNK(os.lstat(path).st_mode):
                return True
        except FileNotFoundError:
            return False  # nor is there anything in it
    return False


def read_file(path: str) -> bytes:
    """All bytes of a regular file; a symbolic link is not followed."""
    descriptor = os.open(path, os.O_RDONLY | _BINARY | _NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def visible_entries(path: str) -> list[tuple[str, os.DirEntry[str]]]:
    """The names in a folder that are not hidden, in the order that their whole keys have."""
    try:
        with os.scandir(path) as entries:
            found = [(e.name, e) for e in entries if not e.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(found, key=lambda item: item[0] + "/" * item[1].is_dir(follow_symlinks=False))


def replace_file(path: str, data: bytes, flush: bool = True) -> None:
    """Write ``data`` to ``path``, in place of what is there. Without ``flush``, a crash of the
    machine in the next seconds can leave the file empty or cut."""
    with _written(path, data, flush) as temporary:
        os.replace(temporary, path)


def create_exclusively(path: str, data: bytes, root: str) -> bool:
    """Write ``data`` to ``path`` unless it exists; True if this call did it.

    Rests on hard links, which are made or refused in one step. Where a file system has none,
    writers of this machine take turns through a lock file in ``root``.
    """
    if os.path.lexists(path):  # the usual loser need not write anything
        return False
    with _written(path, data) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            # NFS asks again after a lost answer, and then meets the link of its own first try.
            return os.stat(temporary).st_nlink > 1
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            return _in_turn(root, lambda: _rename_if_free(temporary, path))
    return True


@contextmanager
def _written(path: str, data: bytes, flush: bool = True) -> Iterator[str]:
    """A complete, checked, temporary file beside ``path``; gone afterwards unless renamed."""
    folder, name = os.path.split(path)
    temporary = f"{folder}{os.sep}.{name}.{secrets.token_hex(8)}.tmp"
    descriptor = _open_new(temporary, folder)
    try:
        try:
            _write(descriptor, data)
            if flush:
                os.fsync(descriptor)
            _check(descriptor, data, path)
        finally:
            os.close(descriptor)
        yield temporary
    finally:
        _remove(temporary)


def _open_new(temporary: str, folder: str) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY | _NOFOLLOW
    try:
        return os.open(temporary, flags, 0o666)
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
        return os.open(temporary, flags, 0o666)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _check(descriptor: int, data: bytes, path: str) -> None:
    """Read the file back: some network mounts lose writes without an error."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    at = 0
    while piece := os.read(descriptor, min(_PIECE, len(data) - at + 1)):
        if data[at : at + len(piece)] != piece:  # bytes: a memoryview compares item by item
            break
        at += len(piece)
    if at != len(data):
        raise DependencyError(f"{path} did not keep what was written to it. Check the disk.")


def _remove(temporary: str) -> None:
    try:
        os.unlink(temporary)
    except FileNotFoundError:
        return  # it was renamed


def _rename_if_free(temporary: str, path: str) -> bool:
    if os.path.lexists(path):
        return False
    os.replace(temporary, path)
    return True


def _in_turn(root: str, action: Callable[[], bool]) -> bool:
    """Run ``action`` while no other process of this machine does; a kill frees the lock."""
    try:
        import fcntl  # noqa: PLC0415  not on Windows, whose file systems have hard links
    except ImportError:
        raise ConfigError(
            f"{root} is on a file system without hard links: choose another folder."
        ) from None
    with _opened(f"{root}{os.sep}.stageline.lock") as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return action()


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _NOFOLLOW, 0o666)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
