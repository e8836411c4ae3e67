"""From what a user writes to a store: folders, URIs and blocks; inputs from S3."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from prefect_aws import AwsCredentials, MinIOCredentials, S3Bucket
from prefect_aws.client_parameters import AwsClientParameters
from pydantic import SecretStr, ValidationError

from blocks.places import local_input, resolve_place, resolve_store
from blocks.result_store import ResultStore
from blocks.s3_store import S3Store
from stageline.errors import ConfigError, DependencyError, InputError, ResourceError
from stageline.keys import digest
from stageline.redaction import Redactor
from stageline.store import FolderStore, Store
from tests.s3.servers import BUCKET, KEY_ID, SECRET, Proxy, Server, cut_body, free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def chain(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The AWS credential chain finds the test server in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    return server


def block(server: Server, folder: str = "", **options: object) -> ResultStore:
    credentials = AwsCredentials(
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SecretStr(SECRET),
        region_name="us-east-1",
        aws_client_parameters=AwsClientParameters(endpoint_url=server.url),
    )
    bucket = S3Bucket(bucket_name=BUCKET, credentials=credentials, bucket_folder=folder)
    return ResultStore(bucket=bucket, **options)


# --- folders ---------------------------------------------------------------------------------


def test_nothing_means_the_folder_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert resolve_store().uri == str((tmp_path / "results").resolve())


@pytest.mark.parametrize("text", ["./out", "out/", "a/b", ".", "Out.2", "result_store"])
def test_text_that_is_no_block_name_is_a_folder(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert resolve_store(text).uri == str((tmp_path / text).resolve())


def test_paths_stores_and_file_uris_are_taken_as_they_are(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    assert resolve_store(store) is store
    assert resolve_store(tmp_path / "x").uri == str(tmp_path.resolve() / "x")
    assert resolve_store(Path("out")).uri == str(Path("out").resolve())
    assert resolve_store(f"file://{tmp_path}").uri == store.uri
    assert resolve_store(f"file://{tmp_path}/a%20b").uri == f"{store.uri}/a b"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("gs://bucket/x", "no place for results"), ("https://host/x", "no place for results"),
        ("s3://", "not an S3 place"), ("s3:///key", "not an S3 place"),
        ("s3://b\n/x", "not an S3 place"), ("result-store/../x", "cannot be the name of a block"),
        ("result-store/A", "cannot be the name of a block"), ("\0", "cannot be a folder"),
        ("file:///tmp/a%0ab", "control character"), ("./a\nb", "control character"),
        ("file:///tmp/a%00b", "cannot be a folder"), ("file://host/x", "Write file:///path"),
        ("file://", "Write file:///path"),
    ],
)  # fmt: skip
def test_other_text_is_refused(bad: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why) as error:
        resolve_store(bad)
    assert str(error.value).isprintable()


def test_keys_in_a_uri_are_refused_and_not_shown() -> None:
    with pytest.raises(ConfigError, match="not an S3 place") as error:
        resolve_store("s3://AKIAIOSFODNN7TESTKEY:canary-secret@bucket/x")
    assert "canary" not in str(error.value)


def test_folders_need_neither_prefect_nor_boto3() -> None:
    script = (
        "import sys; from blocks.places import resolve_store, local_input\n"
        "resolve_store('./x'); resolve_store(); local_input('dump.sql').__enter__()\n"
        "print([m for m in ('prefect', 'boto3', 'botocore', 'prefect_aws') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=True)
    assert out.stdout.strip() == b"[]"


def test_missing_packages_are_named_with_their_extra() -> None:
    script = (
        "import sys; sys.modules['boto3'] = sys.modules['botocore'] = None\n"
        "from blocks.places import resolve_store\n"
        "from stageline.errors import ConfigError\n"
        "for where in ('s3://bucket/x', 'result-store/prod'):\n"
        "    try: resolve_store(where)\n"
        "    except ConfigError as error: print(error)\n"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=True)
    lines = out.stdout.decode().splitlines()
    assert "install stageline[s3]" in lines[0]
    assert "install stageline[flows,s3]" in lines[1]


# --- buckets ---------------------------------------------------------------------------------


def test_a_uri_opens_a_bucket_with_the_credential_chain(chain: Server, prefix: str) -> None:
    place = resolve_place(f"s3://{BUCKET}/{prefix}/")
    assert place.store.uri == f"s3://{BUCKET}/{prefix}"
    assert place.secrets == {SECRET}
    place.store.put("a", b"1")
    assert chain.store(prefix).get("a") == b"1"


def test_a_block_gives_bucket_folder_credentials_and_endpoint(server: Server, prefix: str) -> None:
    place = block(server, prefix).open()
    place.store.put("a", b"1")
    assert resolve_store(block(server, prefix)).get("a") == b"1"
    assert server.store(prefix).get("a") == b"1"
    assert SECRET in place.secrets
    for shown in (repr(place.store), place.store.uri):
        assert SECRET not in shown
    assert SECRET not in Redactor(place.secrets).redact(f"key {SECRET} of {KEY_ID}")


def test_a_block_with_minio_credentials(server: Server, prefix: str) -> None:
    credentials = MinIOCredentials(
        minio_root_user=KEY_ID,
        minio_root_password=SecretStr(SECRET),
        region_name="us-east-1",
        aws_client_parameters=AwsClientParameters(endpoint_url=server.url),
    )
    bucket = S3Bucket(bucket_name=BUCKET, credentials=credentials, bucket_folder=prefix)
    place = ResultStore(bucket=bucket).open()
    place.store.put("a", b"1")
    assert place.store.get("a") == b"1"
    assert SECRET in place.secrets


def test_client_parameters_of_a_block_win_over_ours(moto: Server) -> None:
    found = block(moto)
    assert found.bucket
    options = found.bucket.credentials.aws_client_parameters
    options.config = {"read_timeout": 7, "retries": {"mode": "adaptive", "total_max_attempts": 2}}
    store = resolve_store(found)
    assert isinstance(store, S3Store)
    config = store.client.meta.config
    assert (config.read_timeout, config.connect_timeout) == (7, 5)
    assert config.retries == {"mode": "adaptive", "total_max_attempts": 2}


def test_a_block_may_allow_emulated_claims(rclone: Server, prefix: str) -> None:
    strict, lenient = block(rclone, prefix), block(rclone, prefix, emulate_conditional_writes=True)
    with pytest.raises(ConfigError, match="emulate_conditional_writes"):
        resolve_store(strict).create("a", b"")
    assert resolve_store(lenient).create("a", b"")


def test_a_block_over_a_folder(tmp_path: Path) -> None:
    assert resolve_store(ResultStore(folder=str(tmp_path))).uri == str(tmp_path.resolve())


def test_a_block_is_either_a_bucket_or_a_folder(moto: Server) -> None:
    with pytest.raises(ValidationError, match="either a bucket or a folder"):
        ResultStore()
    with pytest.raises(ValidationError, match="either a bucket or a folder"):
        ResultStore(bucket=block(moto).bucket, folder="results")


def test_a_wrong_endpoint_is_a_config_error(moto: Server) -> None:
    found = block(moto)
    assert found.bucket
    found.bucket.credentials.aws_client_parameters.endpoint_url = "no url"
    with pytest.raises(ConfigError, match="Invalid endpoint"):
        found.open()


def test_a_profile_that_is_not_there_is_a_config_error() -> None:
    credentials = AwsCredentials(profile_name="nobody-has-this")
    with pytest.raises(ConfigError, match="nobody-has-this"):
        ResultStore(bucket=S3Bucket(bucket_name=BUCKET, credentials=credentials)).open()


# --- inputs ----------------------------------------------------------------------------------


def test_a_path_is_an_input_as_it_is(tmp_path: Path) -> None:
    wanted = tmp_path / "my dump.sql"
    for given in (wanted, str(wanted), wanted.as_uri()):
        with local_input(given) as path:
            assert path == wanted


def test_an_object_is_read_into_a_file_for_a_while(chain: Server, prefix: str) -> None:
    data = b"CREATE TABLE t (a int);\n" * 200_000
    key = f"{prefix}/some dump.sql"
    chain.client().put_object(Bucket=BUCKET, Key=key, Body=data)
    with local_input(f"s3://{BUCKET}/{key}") as path:
        assert path.name == "some_dump.sql"
        assert digest(path.read_bytes()) == digest(data)
    assert not path.parent.exists()


def test_an_input_uses_the_credentials_of_the_store(
    server: Server, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    server.store(prefix).put("in.sql", b"x")
    with local_input(f"s3://{BUCKET}/{prefix}/in.sql", server.store("elsewhere")) as path:
        assert path.read_bytes() == b"x"


def test_inputs_that_are_not_there(server: Server, tmp_path: Path) -> None:
    store = server.store("x")
    cases: list[tuple[str, type[Exception], str]] = [
        (f"s3://{BUCKET}/no.sql", InputError, "There is no object s3://bucket/no.sql"),
        (f"s3://{BUCKET}", InputError, "names no object"),
        (f"s3://{BUCKET}/folder/", InputError, "names no object"),
        ("s3://no-such-bucket/a.sql", ConfigError, "bucket"),
        ("ftp://host/a.sql", InputError, "ftp://host/a.sql cannot be read"),
        ("file://host/a.sql", InputError, "as file:///path"),
        ("https://host/a.sql", InputError, "http_request fetches"),
    ]
    for uri, kind, why in cases:
        with pytest.raises(kind, match=why), local_input(uri, store):
            pass


def test_an_input_that_breaks_off_is_never_a_part(server: Server, prefix: str) -> None:
    server.store(prefix).put("in.sql", b"x" * 100_000)
    between = Proxy(server.port)
    store, uri = server.store(prefix, between.port), f"s3://{BUCKET}/{prefix}/in.sql"
    between.faults = [cut_body, cut_body]
    with local_input(uri, store) as path:
        assert path.read_bytes() == b"x" * 100_000
    between.faults = [cut_body] * 3
    with pytest.raises(DependencyError, match="Could not read"), local_input(uri, store):
        pass
    between.close()


def test_no_room_for_an_input_is_a_resource_error(chain: Server, prefix: str) -> None:
    """The limit is real: a process that may write no file larger than 4 KiB."""
    chain.store(prefix).put("in.sql", b"x" * 100_000)
    script = (
        "import resource, signal, sys\n"
        "from blocks.places import local_input\n"
        "from stageline.errors import ResourceError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    with local_input(sys.argv[1]): pass\n"
        "except ResourceError as error: print(error)\n"
    )
    command = [sys.executable, "-c", script, f"s3://{BUCKET}/{prefix}/in.sql"]
    out = subprocess.run(command, capture_output=True, cwd=ROOT, check=True).stdout
    assert b"larger than this system allows" in out
    assert issubclass(ResourceError, OSError)


# --- saved blocks ----------------------------------------------------------------------------

_SAVED = """
import asyncio, json, sys
from prefect.testing.utilities import prefect_test_harness
from prefect_aws import AwsCredentials, S3Bucket
from prefect_aws.client_parameters import AwsClientParameters
from blocks.places import resolve_place
from blocks.result_store import ResultStore
from stageline.errors import ConfigError

def main(url, key_id, secret, folder):
    credentials = AwsCredentials(
        aws_access_key_id=key_id, aws_secret_access_key=secret, region_name="us-east-1",
        aws_client_parameters=AwsClientParameters(endpoint_url=url))
    bucket = S3Bucket(bucket_name="bucket", credentials=credentials, bucket_folder="saved")
    ResultStore(bucket=bucket).save("prod", _sync=True)
    ResultStore(folder=folder).save("shared", _sync=True)
    by_slug, by_name = resolve_place("result-store/prod"), resolve_place("prod")
    by_slug.store.put("a", b"1")

    async def inside():
        return resolve_place("prod").store.uri

    try:
        resolve_place("nobody")
    except ConfigError as error:
        missing = str(error)
    print(json.dumps([by_name.store.uri, by_name.store.get("a").decode(), asyncio.run(inside()),
                      secret in by_name.secrets, resolve_place("shared").store.uri, missing]))

with prefect_test_harness(server_startup_timeout=120):
    main(*sys.argv[1:])
"""


def test_a_saved_block_is_found_by_its_name(moto: Server, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _SAVED, moto.url, KEY_ID, SECRET, str(tmp_path)]
    out = subprocess.run(command, capture_output=True, cwd=ROOT, check=False)
    assert out.returncode == 0, out.stderr.decode()
    *found, missing = json.loads(out.stdout)
    assert found == ["s3://bucket/saved", "1", "s3://bucket/saved", True, str(tmp_path.resolve())]
    assert "There is no block result-store/nobody" in missing
    assert SECRET not in out.stderr.decode()


def test_a_store_is_told_apart_from_a_block(moto: Server) -> None:
    assert not isinstance(block(moto), Store)
    assert isinstance(moto.store("x"), Store)
