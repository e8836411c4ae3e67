"""A store in a bucket: S3 of AWS, or any server that speaks it."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, IncompleteReadError, ResponseStreamingError

from blocks import s3_claims
from blocks.s3_faults import faults, status_of
from stageline.errors import ConfigError, DependencyError, InputError
from stageline.keys import check_key, digest, shown
from stageline.store import MissingObjectError, Stat, check_digest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

PROBE = "conditional-write-probe"
_DIGEST = "sha256"
_TYPES = {".json": "application/json", ".html": "text/html; charset=utf-8"}


class S3Store:
    """Objects under ``s3://bucket/prefix/``, through a boto3 client.

    A write carries its MD5, so that the server refuses what changed on the way, and is
    checked afterwards: size, and the server's own MD5 (ETag) or, where that is none
    (encryption with KMS), the bytes themselves. The sha256 is kept as metadata, and checked
    by every read. ``emulate`` allows ``create`` on servers without conditional writes.
    """

    def __init__(
        self, client: S3Client, bucket: str, prefix: str = "", *, emulate: bool = False
    ) -> None:
        self._client, self._bucket, self._emulate = client, bucket, emulate
        self._prefix = check_prefix(prefix)
        self._lock = threading.Lock()
        self._emulation: bool | None = None
        self._probed = False

    def __repr__(self) -> str:
        return f"S3Store({self.uri!r})"

    @property
    def uri(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    @property
    def client(self) -> S3Client:
        """The client, for reading inputs with the same credentials."""
        return self._client

    def get(self, key: str, digest: str | None = None) -> bytes:
        with faults(self._what("read", key)):
            data, noted = self._read(self._key(key))
        check_digest(data, noted, key, self.uri)
        check_digest(data, digest, key, self.uri)
        return data

    def put(self, key: str, data: bytes, content_type: str | None = None) -> None:
        full = self._key(key)
        with faults(self._what("write", key)):
            self._client.put_object(
                Bucket=self._bucket,
                Key=full,
                Body=data,
                ContentMD5=base64.b64encode(_md5(data).digest()).decode(),
                ContentType=content_type or _TYPES.get(Path(key).suffix, "binary/octet-stream"),
                Metadata={_DIGEST: digest(data)},
            )
            self._verify(full, data)

    def create(self, key: str, data: bytes) -> bool:
        full = self._key(key)
        emulation = self._conditions()
        made = s3_claims.create(self._client, self._bucket, full, data, emulation)
        if made:
            with faults(self._what("check", key)):
                self._verify(full, data)
        return made

    def stat(self, key: str) -> Stat:
        with faults(self._what("read", key)):
            found = self._head(self._key(key))
        return Stat(key, found["ContentLength"], found["LastModified"], _noted(found["Metadata"]))

    def exists(self, key: str) -> bool:
        try:
            self.stat(key)
        except MissingObjectError:
            return False
        return True

    def list(self, prefix: str = "") -> Iterator[Stat]:
        pages = self._client.get_paginator("list_objects_v2")
        with faults(self._what("list", prefix)):
            # Sorted and without doubles here: not every server keeps to it.
            found = {
                entry["Key"][len(self._prefix) :]: (entry["Size"], entry["LastModified"])
                for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix)
                for entry in page.get("Contents", ())
                if not entry["Key"].endswith("/")
            }
        return (Stat(key, *found[key]) for key in sorted(found))

    def delete(self, key: str) -> None:
        with faults(self._what("delete", key)):
            self._client.delete_object(Bucket=self._bucket, Key=self._key(key))

    def _key(self, key: str) -> str:
        return self._prefix + check_key(key)

    def _what(self, verb: str, key: str) -> str:
        return f"Could not {verb} {shown(key)[1:-1]} in {self.uri}"

    def _read(self, full: str, tries: int = 3) -> tuple[bytes, str | None]:
        """The bytes and their noted sha256; a body that breaks off is asked for again."""
        answer = self._client.get_object(Bucket=self._bucket, Key=full)
        try:
            return answer["Body"].read(), _noted(answer["Metadata"])
        except (IncompleteReadError, ResponseStreamingError):
            if tries == 1:
                raise
        return self._read(full, tries - 1)

    def _head(self, full: str) -> HeadObjectOutputTypeDef:
        try:
            return self._client.head_object(Bucket=self._bucket, Key=full)
        except ClientError as error:
            if status_of(error) == 404:  # HEAD does not tell a missing object from a bucket
                self._check_bucket()
            raise

    def _check_bucket(self) -> None:
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except ClientError as error:
            if status_of(error) == 404:
                raise ConfigError(f"There is no bucket {self._bucket}: create it first.") from error

    def _verify(self, full: str, data: bytes) -> None:
        found = self._head(full)
        good = found["ContentLength"] == len(data)
        if good and found["ETag"].strip('"') != _md5(data).hexdigest():
            good = self._read(full)[0] == data
        if not good:
            raise DependencyError(
                f"s3://{self._bucket}/{full} did not keep what was written to it ({len(data):,} "
                "bytes). Run again; if it stays, check the storage server."
            )

    def _conditions(self) -> bool | None:
        """None where the server honours conditional writes, else ``emulate``; tried once."""
        with self._lock:
            if not self._probed:
                with faults(self._what("probe", PROBE)):
                    honoured = s3_claims.honours_conditions(
                        self._client, self._bucket, self._prefix + PROBE
                    )
                self._emulation = None if honoured else self._emulate
                self._probed = True
            return self._emulation


def check_prefix(prefix: str) -> str:
    """``prefix`` as keys begin with it: no slash before, one behind; "" stays."""
    parts = prefix.strip("/").split("/")
    if not all(parts[1:]) or {".", ".."} & set(parts) or not prefix.isprintable():
        raise InputError(f"{shown(prefix)} cannot be a folder in a bucket.")
    return "/".join(parts) + "/" if parts[0] else ""


def _md5(data: bytes) -> hashlib._Hash:
    return hashlib.md5(data, usedforsecurity=False)


def _noted(metadata: dict[str, str]) -> str | None:
    """The sha256 noted with an object; some servers change the case of names."""
    return next((value for name, value in metadata.items() if name.lower() == _DIGEST), None)
