"""From what a user writes to a store or a local file; imports Prefect and boto3 only if needed.

A place is one of

- nothing: the folder ``./results``
- a ``Path``, or text with a path separator or a leading ``.`` or ``~``: a folder
- ``s3://bucket/prefix``: a bucket, with the AWS credential chain (environment, profile, role)
- ``result-store/NAME``, or ``NAME`` alone: a ``ResultStore`` block
- a ``ResultStore`` block or a store
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias
from urllib.parse import unquote

from pydantic import WithJsonSchema

from blocks.place import BLOCK, Place
from stageline.errors import ConfigError, InputError
from stageline.keys import shown
from stageline.redaction import Redactor
from stageline.store import DEFAULT_FOLDER, FolderStore, MissingObjectError, Store

if TYPE_CHECKING:
    from blocks.result_store import ResultStore

    Where: TypeAlias = str | os.PathLike[str] | Store | ResultStore | None

# A flow's parameter that may be a Path in Python, and is one plain text field in the UI.
Location: TypeAlias = Annotated[str | Path, WithJsonSchema({"type": "string"})]
Destination: TypeAlias = Annotated[str | Path | None, WithJsonSchema({"type": "string"})]

_NAME = re.compile(r"(?:result-store/)?([a-z0-9][a-z0-9-]*)", re.ASCII)
_S3 = re.compile(r"s3://([A-Za-z0-9][A-Za-z0-9.:_-]{1,254})(?:/(.*))?", re.ASCII | re.DOTALL)


def resolve_store(where: Where = None) -> Store:
    """The store that ``where`` names (see above). ``ConfigError`` says what to correct."""
    return resolve_place(where).store


def resolve_place(where: Where = None) -> Place:
    """As ``resolve_store``, with the secrets for a ``Redactor``."""
    if where is None:
        return Place(FolderStore(DEFAULT_FOLDER))
    if isinstance(where, str):
        return _named(where)
    if isinstance(where, os.PathLike):
        return Place(FolderStore(where))
    if isinstance(where, Store):
        return Place(where)
    if not hasattr(where, "open"):  # a block's class is not imported to ask for it
        raise ConfigError(f"{shown(where)} is no place for results. Give a path, a URI or a block.")
    return where.open()


@contextmanager
def local_input(uri: str | os.PathLike[str], store: Store | None = None) -> Iterator[Path]:
    """The input as a local file: a path or ``file:///path``, an ``s3://`` object as a copy.

    An object is read with the credentials and the endpoint of ``store`` if that is in S3, else
    with the AWS credential chain. ``InputError`` if there is no such object; a path is not
    looked at. The copy keeps the object's last name and is removed at the end.
    """
    text = os.fspath(uri)
    if (path := _local_path(text)) is not None:
        yield path
        return
    bucket, key = _bucket_and_key(text)
    if not key or key.endswith("/"):
        raise InputError(
            f"{_safe(text)} names no object: add its key, s3://bucket/folder/file.sql."
        )
    with tempfile.TemporaryDirectory(prefix="stageline-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / _file_name(key)
        _fetch(text, bucket, key, path, store)
        yield path


def _local_path(text: str) -> Path | None:
    """The path that is meant; ``None`` for an object."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Path(text)
    if scheme.lower() == "file" and rest.startswith("/"):
        return Path(unquote(rest))
    if scheme == "s3":
        return None
    raise InputError(
        f"{_safe(text)} cannot be read. A file is given by its path, as file:///path or as "
        "s3://bucket/key; the tool http_request fetches others."
    )


def _named(text: str) -> Place:
    scheme, separator, _ = text.partition("://")
    if separator:
        opener = _SCHEMES.get(scheme.lower())
        if opener is None:
            known = ", ".join(f"{name}://" for name in sorted(_SCHEMES))
            raise ConfigError(f"{_safe(text)} is no place for results. Known are paths, {known}.")
        return opener(text)
    if name := _NAME.fullmatch(text):
        return _block(name[1])
    if text.startswith(BLOCK):
        raise ConfigError(
            f"{shown(text[len(BLOCK) :])} cannot be the name of a block: use lower-case letters, "
            f"digits and dashes. A folder is written ./{BLOCK}..."
        )
    return Place(FolderStore(text))


def _bucket(text: str) -> Place:
    bucket, prefix = _bucket_and_key(text)
    try:
        from blocks.s3_client import open_bucket  # noqa: PLC0415  boto3 takes long to import
    except ImportError as error:
        raise _missing(error, "s3", _safe(text)) from error
    return Place(*open_bucket(bucket, prefix))


def _folder(text: str) -> Place:
    path = unquote(text.partition("://")[2])
    if not path.startswith("/"):
        raise ConfigError(f"{_safe(text)} names no folder. Write file:///path, or the path alone.")
    return Place(FolderStore(path))


def _block(name: str) -> Place:
    try:
        from blocks.result_store import load_block  # noqa: PLC0415  as does Prefect
    except ImportError as error:
        raise _missing(error, "flows,s3", BLOCK + name) from error
    return load_block(name).open()


_SCHEMES: dict[str, Callable[[str], Place]] = {"s3": _bucket, "file": _folder}


def _bucket_and_key(text: str) -> tuple[str, str]:
    match = _S3.fullmatch(text)
    if match is None:
        raise ConfigError(f"{_safe(text)} is not an S3 place. Write s3://bucket/prefix.")
    return match[1], match[2] or ""


def _fetch(text: str, bucket: str, key: str, path: Path, store: Store | None) -> None:
    try:
        from blocks.s3_client import download, make_client  # noqa: PLC0415
        from blocks.s3_store import S3Store  # noqa: PLC0415
    except ImportError as error:
        raise _missing(error, "s3", _safe(text)) from error
    client = store.client if isinstance(store, S3Store) else make_client()
    try:
        download(client, bucket, key, path)
    except MissingObjectError as error:
        raise InputError(f"There is no object {_safe(text)}.") from error


def _missing(error: ImportError, extra: str, what: str) -> ConfigError:
    return ConfigError(
        f"{what} needs the Python package {error.name}: "
        f"install stageline[{extra}] (pip install -e '.[{extra}]')."
    )


def _safe(text: str) -> str:
    """Untrusted text for a message: no secrets, printable, of bounded length."""
    return shown(Redactor().redact(text[:2000]))[1:-1]


def _file_name(key: str) -> str:
    name = re.sub(r"[^A-Za-z0-9._-]", "_", key.rpartition("/")[2])[-100:].lstrip(".")
    return name or "input"
