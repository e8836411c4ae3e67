"""The ``ResultStore`` block: where results, logs and reports of jobs are kept."""

from __future__ import annotations

import os
from typing import cast

from prefect.blocks.core import Block
from prefect_aws import S3Bucket
from pydantic import Field, ValidationError, model_validator

from blocks.place import BLOCK, Place
from blocks.s3_client import client_of
from blocks.s3_store import S3Store
from stageline.errors import ConfigError
from stageline.redaction import secrets_of
from stageline.store import FolderStore


class ResultStore(Block):
    """
    Keeps what jobs leave: records, logs, reports, artifacts and step results. Either in a
    bucket (AWS S3 or a compatible server) or in a folder that every worker can reach.
    """

    _block_type_name = "Result Store"
    _block_type_slug = "result-store"
    _description = "Keeps what jobs leave, in an S3 bucket or in a folder."

    bucket: S3Bucket | None = Field(
        default=None,
        description="The bucket, with its credentials, endpoint and folder.",
    )
    folder: str | None = Field(
        default=None,
        description="A folder instead of a bucket, absolute or relative to the working directory.",
    )
    emulate_conditional_writes: bool = Field(
        default=False,
        title="Emulate conditional writes",
        description="For S3 servers that ignore If-None-Match: claim job numbers by writing, "
        "waiting 1.5 seconds and looking. Needs a server whose reads see the last write.",
    )

    @model_validator(mode="after")
    def _check_one_place(self) -> ResultStore:
        if (self.bucket is None) == (self.folder is None):
            raise ValueError("a result store needs either a bucket or a folder")
        return self

    def open(self) -> Place:
        """The store, and the secrets of this block; asks no server."""
        if self.bucket is None:
            return Place(FolderStore(os.fspath(self.folder or "")), secrets_of(self))
        client, secrets = client_of(self.bucket.credentials)
        store = S3Store(
            client,
            self.bucket.bucket_name,
            self.bucket.bucket_folder,
            emulate=self.emulate_conditional_writes,
        )
        return Place(store, secrets | secrets_of(self))


def load_block(name: str) -> ResultStore:
    """The saved block ``name``; ``ConfigError`` if the Prefect server has none."""
    try:
        return cast("ResultStore", ResultStore.load(name, _sync=True))  # type: ignore[call-arg]
    except ValidationError as error:
        raise ConfigError(f"The block {BLOCK}{name} does not hold together: {error}") from None
    except ValueError as error:
        raise ConfigError(
            f"There is no block {BLOCK}{name} on this Prefect server. Save one under this name, "
            f"or write ./{name} for a folder."
        ) from error
