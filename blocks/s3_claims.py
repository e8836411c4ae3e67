"""Objects that must not exist yet, on S3: exactly one of any number of callers makes one.

``If-None-Match: *`` does it in one request where the server honours it; AWS does since August
2024 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). A server
may also take the header and ignore it, so it is tried once for each store.
"""

from __future__ import annotations

import base64
import hashlib
import time
from typing import TYPE_CHECKING
from uuid import uuid4

from botocore.exceptions import ClientError

from blocks.s3_faults import faults, status_of
from stageline.errors import ConfigError, DependencyError
from stageline.keys import digest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import PutObjectRequestTypeDef

_TOKEN = "claim"  # noqa: S105  the name of a metadata entry
_CONFLICTS = 8
_REFUSED = {405, 501}  # by servers that know the header, and that they cannot honour it
SLOWEST = 1.0  # seconds from looking to having written, for an emulated claim


def honours_conditions(client: S3Client, bucket: str, key: str) -> bool:
    """Whether the server refuses to create ``key``, a probe object, a second time, and only then:
    there have been servers with the condition the wrong way round."""
    for _ in range(2):
        try:
            with_token(client, bucket, key, b"probe", condition=True)
        except ClientError as error:
            if status_of(error) in _REFUSED:
                return False
            if status_of(error) != 412:
                raise
            return read_token(client, bucket, key) is not None
    return False


def create_if_none(client: S3Client, bucket: str, key: str, data: bytes) -> bool:
    """Create with ``If-None-Match: *``; True if this call made the object."""
    token = uuid4().hex
    for _ in range(_CONFLICTS):
        try:
            with_token(client, bucket, key, data, token, condition=True)
        except ClientError as error:
            if status_of(error) == 409:  # two at once: ask again, as the server wants
                continue
            if status_of(error) != 412:
                raise
            # After a lost answer, the object in the way may be the one of this very call.
            retried = error.response["ResponseMetadata"].get("RetryAttempts", 0)
            return bool(retried) and read_token(client, bucket, key) == token
        return True
    raise DependencyError(f"s3://{bucket}/{key} is fought over: still a conflict after 8 tries.")


def create_by_waiting(client: S3Client, bucket: str, key: str, data: bytes) -> bool:
    """Create without the server's help: look, write, wait, look whose object stayed.

    Fischer's algorithm: who wrote within ``SLOWEST`` of seeing nothing, and still finds the
    own object after a longer wait, is the only one. Needs a server on which a read sees the
    last finished write. Several losers without a winner are possible: False then means that
    this call did not make the object, not that another did. Takes 1.5 ``SLOWEST``.
    """
    started, token = time.monotonic(), uuid4().hex
    if read_token(client, bucket, key) is not None:
        return False
    retries = with_token(client, bucket, key, data, token)
    took = time.monotonic() - started
    if took > SLOWEST:
        raise DependencyError(
            f"s3://{bucket} took {took:.1f} s to write a claim; without conditional writes it "
            f"must be done in {SLOWEST} s to be safe. Use a faster or a conditional store."
        )
    if retries:  # an earlier try of this write may still be under way
        return False
    time.sleep(1.5 * SLOWEST)
    if read_token(client, bucket, key) != token:
        return False
    return client.get_object(Bucket=bucket, Key=key)["Body"].read() == data


def create(client: S3Client, bucket: str, key: str, data: bytes, emulate: bool | None) -> bool:
    """Create ``key``; ``emulate`` is None where the server honours conditions, else whether
    waiting may take their place."""
    with faults(f"Could not create s3://{bucket}/{key}"):
        if emulate is None:
            return create_if_none(client, bucket, key, data)
        if emulate:
            return create_by_waiting(client, bucket, key, data)
    raise ConfigError(
        f"The server of s3://{bucket} ignores If-None-Match, so two jobs could take one number. "
        "Use a server that honours conditional writes (AWS S3 does; see docs/storage.md), or set "
        "emulate_conditional_writes on the ResultStore block (slower starts)."
    )


def with_token(
    client: S3Client,
    bucket: str,
    key: str,
    data: bytes,
    token: str = "",
    condition: bool = False,
) -> int:
    """Write an object marked with ``token``; gives the number of retries that it took."""
    request: PutObjectRequestTypeDef = {
        "Bucket": bucket,
        "Key": key,
        "Body": data,
        "ContentMD5": base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode(),
        "ContentType": "application/json",
        "Metadata": {_TOKEN: token, "sha256": digest(data)},
    }
    if condition:
        request["IfNoneMatch"] = "*"
    return client.put_object(**request)["ResponseMetadata"].get("RetryAttempts", 0)


def read_token(client: S3Client, bucket: str, key: str) -> str | None:
    """The token of an object, "" if it has none; None if there is no object."""
    try:
        found = client.head_object(Bucket=bucket, Key=key)["Metadata"]
    except ClientError as error:
        if status_of(error) == 404:
            return None
        raise
    return next((value for name, value in found.items() if name.lower() == _TOKEN), "")
