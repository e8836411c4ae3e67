"""Clients for S3, and inputs read through them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import IncompleteReadError, ResponseStreamingError

from blocks.s3_faults import faults
from blocks.s3_store import S3Store

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from prefect_aws import AwsCredentials, MinIOCredentials

# What a client gets where nobody says otherwise: botocore's own retries (exponential backoff
# with jitter), bounded waits, and no checksum trailers, which older servers refuse.
DEFAULTS = Config(
    retries={"mode": "standard", "total_max_attempts": 5},
    connect_timeout=5,
    read_timeout=30,
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
_CHUNK = 1 << 20


def open_bucket(bucket: str, prefix: str) -> tuple[S3Store, frozenset[str]]:
    """A store with the AWS credential chain, and the secrets that the chain gave."""
    session = _session()
    return S3Store(make_client(session), bucket, prefix), session_secrets(session)


def make_client(session: boto3.Session | None = None, **parameters: object) -> S3Client:
    """A client with ``DEFAULTS``; ``parameters`` are those of ``Session.client``, a ``config``
    among them wins where it says something."""
    config = parameters.pop("config", None)
    merged = DEFAULTS.merge(config) if isinstance(config, Config) else DEFAULTS
    with faults("Could not make a client for S3"):
        return (session or _session()).client("s3", config=merged, **parameters)  # type: ignore[call-overload,no-any-return]


def client_of(credentials: AwsCredentials | MinIOCredentials) -> tuple[S3Client, frozenset[str]]:
    """A client with the credentials and client parameters of a block, and their secrets."""
    with faults("Could not use the credentials of the block"):
        session = credentials.get_boto3_session()
        parameters = credentials.aws_client_parameters.get_params_override()
    return make_client(session, **parameters), session_secrets(session)


def session_secrets(session: boto3.Session) -> frozenset[str]:
    """The secret key and the session token in use, also those of an assumed role."""
    with faults("Could not get AWS credentials"):
        credentials = session.get_credentials()
        if credentials is None:
            return frozenset()
        frozen = credentials.get_frozen_credentials()
    return frozenset(value for value in (frozen.secret_key, frozen.token) if value)


def download(client: S3Client, bucket: str, key: str, path: Path, tries: int = 3) -> None:
    """Copy an object to ``path``, a piece at a time; one that breaks off is asked for again."""
    with faults(f"Could not read s3://{bucket}/{key}"):
        body = client.get_object(Bucket=bucket, Key=key)["Body"]
        try:
            with path.open("wb") as file:
                for chunk in body.iter_chunks(_CHUNK):
                    file.write(chunk)
        except (IncompleteReadError, ResponseStreamingError):
            if tries == 1:
                raise
        else:
            return
    download(client, bucket, key, path, tries - 1)


def _session() -> boto3.Session:
    with faults("Could not read the AWS configuration"):
        return boto3.Session()
