"""What an error of S3 or of botocore means for a job: one table, one context manager."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as boto
from urllib3.exceptions import HTTPError

from stageline.errors import (
    AccessError,
    ConfigError,
    DependencyError,
    ResourceError,
    StagelineError,
)
from stageline.redaction import Redactor
from stageline.store import MissingObjectError
from stageline.store_files import fault

# Named by their error code; https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
# and the names that MinIO, Ceph and others give to what AWS has no name for.
_CODES: dict[str, type[StagelineError]] = {
    "NoSuchKey": MissingObjectError,
    "NoSuchBucket": ConfigError,
    "InvalidBucketName": ConfigError,
    "PermanentRedirect": ConfigError,
    "TemporaryRedirect": ConfigError,
    "AuthorizationHeaderMalformed": ConfigError,
    "IllegalLocationConstraintException": ConfigError,
    "NotImplemented": ConfigError,
    "MethodNotAllowed": ConfigError,
    "BadDigest": DependencyError,  # the bytes changed on the way
    "InvalidDigest": DependencyError,
    "IncompleteBody": DependencyError,
    "RequestTimeout": DependencyError,
    "XAmzContentSHA256Mismatch": DependencyError,
    "AccessDenied": AccessError,
    "ExpiredToken": AccessError,
    "InvalidToken": AccessError,
    "RequestTimeTooSkewed": AccessError,
    "EntityTooLarge": ResourceError,
    "QuotaExceeded": ResourceError,
    "QuotaExceededException": ResourceError,
    "InsufficientStorage": ResourceError,
    "StorageFull": ResourceError,
    "XMinioStorageFull": ResourceError,
    "XMinioAdminBucketQuotaExceeded": ResourceError,
}
# By HTTP status where the code says nothing (a HEAD answer has no code at all).
_STATUSES: dict[int, type[StagelineError]] = {
    301: ConfigError,
    307: ConfigError,
    400: ConfigError,
    401: AccessError,
    403: AccessError,
    404: MissingObjectError,
    405: ConfigError,
    413: ResourceError,
    501: ConfigError,
    507: ResourceError,
}
# Raised before anything was sent, or without an answer; the first that fits.
_CLIENT: tuple[tuple[type[Exception], type[StagelineError]], ...] = (
    (boto.NoCredentialsError, AccessError),
    (boto.PartialCredentialsError, AccessError),
    (boto.CredentialRetrievalError, AccessError),
    (boto.TokenRetrievalError, AccessError),
    (boto.SSOError, AccessError),
    (boto.SSLError, ConfigError),
    (boto.HTTPClientError, DependencyError),
    (boto.ConnectionError, DependencyError),
    (boto.IncompleteReadError, DependencyError),
    (boto.BotoCoreError, ConfigError),  # bad parameters, unknown profiles, no region
    (HTTPError, DependencyError),
    (ValueError, ConfigError),  # an endpoint that is no URL
)
_ADVICE: dict[type[StagelineError], str] = {
    AccessError: "Check the credentials of the block (or the AWS credential chain) and that they "
    "allow s3:GetObject, s3:PutObject and s3:ListBucket here.",
    ConfigError: "Check bucket name, region and endpoint URL of the block.",
    DependencyError: "Storage may be down or overloaded: run again to recover the job.",
    ResourceError: "Free some space or raise the quota, then run again.",
}
# Servers that pass their disk's error on as text with a plain 500.
_FULL = ("no space left", "disk full", "quota exceeded", "storage is full")
_REDACTOR = Redactor()


@contextmanager
def faults(what: str) -> Iterator[None]:
    """Turn errors of botocore inside into ours; ``what`` begins the message ("Could not ...")."""
    try:
        yield
    except boto.ClientError as error:
        raise _answer(error, what) from error
    except StagelineError:
        raise
    except (boto.BotoCoreError, HTTPError, ValueError) as error:
        kind = next(ours for theirs, ours in _CLIENT if isinstance(error, theirs))
        raise _made(kind, what, str(error)) from error
    except OSError as error:  # of a local file: botocore gives those of the network its own names
        raise fault(error, what) from error


def status_of(error: boto.ClientError) -> int:
    """The HTTP status of an answer, 0 if it has none."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _answer(error: boto.ClientError, what: str) -> StagelineError:
    told = error.response.get("Error", {})
    code, message, status = told.get("Code", ""), told.get("Message", ""), status_of(error)
    kind = _CODES.get(code) or _STATUSES.get(status) or DependencyError
    if any(sign in message.lower() for sign in _FULL):
        kind = ResourceError
    return _made(kind, what, f"{code}: {message} (HTTP {status})")


def _made(kind: type[StagelineError], what: str, why: str) -> StagelineError:
    advice = _ADVICE.get(kind, "")
    return kind(_REDACTOR.redact(f"{what}: {why.rstrip('.')}. {advice}".strip()))
