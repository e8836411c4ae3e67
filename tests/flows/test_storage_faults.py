"""Faults of a real S3 server befall whole jobs: a clear failure, no bad value, recovery."""

import json

import pytest
from botocore.config import Config
from prefect_aws import AwsCredentials, S3Bucket
from prefect_aws.client_parameters import AwsClientParameters

from blocks.place import Place
from blocks.result_store import ResultStore
from blocks.s3_client import make_client
from blocks.s3_store import S3Store
from stageline.errors import DependencyError, ResourceError, StagelineError
from stageline.journey import records, statistics
from stageline.results import lookup
from tasks import request
from tests.flows import toys
from tests.flows.test_canary import everything
from tests.flows.toys import DEEDS, behave, toy_stage
from tests.s3 import servers
from tests.s3.servers import (
    BUCKET,
    KEY_ID,
    SECRET,
    Proxy,
    answer_with,
    cut_answer,
    cut_request,
    free_port,
    hang,
    only_for,
    pass_on,
    refuse,
)

FAST = {
    "retries": {"mode": "standard", "total_max_attempts": 2},
    "connect_timeout": 1, "read_timeout": 0.3,
}  # fmt: skip
VALUES = {"root": "abc", "left": "abcl", "middle": "abcm", "right": "abcr", "end": "abclabcmabcr"}


@pytest.fixture(scope="module")
def moto():
    with servers.moto() as server:
        yield server


@pytest.fixture
def proxy(moto):
    between = Proxy(moto.port)
    yield between
    between.close()


@pytest.fixture(autouse=True)
def no_backoff(monkeypatch):
    monkeypatch.setattr(
        "botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.01
    )


def save_block(port, folder):
    """A saved block for a bucket behind ``port``; its name."""
    parameters = AwsClientParameters(endpoint_url=f"http://127.0.0.1:{port}", config=FAST)
    credentials = AwsCredentials(
        aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET, region_name="us-east-1",
        aws_client_parameters=parameters,
    )  # fmt: skip
    bucket = S3Bucket(bucket_name=BUCKET, bucket_folder=folder, credentials=credentials)
    ResultStore(bucket=bucket).save("faulty", overwrite=True, _sync=True)
    return "faulty"


@pytest.fixture
def place(moto, proxy, tmp_path, monkeypatch):
    """The store behind the proxy, without a block: to save one takes longer than a job."""
    url = f"http://127.0.0.1:{proxy.port}"
    client = make_client(servers._session(SECRET), endpoint_url=url, config=Config(**FAST))
    store = S3Store(client, BUCKET, tmp_path.name)
    monkeypatch.setattr(request, "resolve_place", lambda _: Place(store))


@pytest.fixture
def direct(moto, tmp_path):
    """The same store without the proxy."""
    return moto.store(tmp_path.name)


def check_values(store):
    """Each value that is believed is the right one; gives the steps that have one. (moto keeps
    an empty object when a request breaks off, S3 does not.)"""
    found = set()
    for stat in store.list("results/"):
        for step, right in VALUES.items():
            if value := lookup(store, stat.key.removeprefix("results/"), step):
                assert json.loads(value.payload) == right
                found.add(step)
    return found


LASTING = {
    "refused": refuse,
    "500": answer_with(500, "InternalError"),
    "503": answer_with(503, "SlowDown"),
    "cut request": cut_request,
    "cut answer": cut_answer,
    "slow": hang,
    "full": answer_with(507, "XMinioStorageFull"),
    "values cut": only_for(b"/results/", cut_request),
}
LASTING["full for values"] = only_for(b"/results/", answer_with(507, "XMinioStorageFull"))


@pytest.mark.parametrize("fault", LASTING)
def test_a_fault_that_stays_fails_the_job_and_the_next_run_recovers(
    place, proxy, direct, monkeypatch, fault
):
    monkeypatch.setitem(DEEDS, "harm", lambda _: setattr(proxy, "usual", LASTING[fault]))
    behave(left="harm")
    with pytest.raises((DependencyError, ResourceError), match=r"bucket.*[Rr]un again"):
        toy_stage()
    proxy.usual = pass_on
    assert check_values(direct) >= {"root"}
    behave()
    job = toy_stage()
    first, second = records(direct, "JRN")
    assert (first.status, second.status) == ("failed", "completed")
    assert first.error.category in {"dependency", "resource"}
    assert second.steps[0].cached
    assert dict(job.values) == VALUES
    assert check_values(direct) == set(VALUES)
    assert toys.RAN.count("root") == 1
    assert statistics(direct, "JRN").unfinished == 0


@pytest.mark.parametrize("fault", ["503", "cut answer", "refused"])
def test_a_fault_that_passes_is_not_noticed(place, proxy, direct, monkeypatch, fault):
    """Three faults in a row are more than the client here tries: the step itself has to retry.

    They befall values only: which other request meets them would be a matter of chance, as steps
    run side by side, and a client of two tries gives up at the second.
    """
    faults = [LASTING[fault]] * 3

    def befall(client, server):
        (faults.pop() if faults else pass_on)(client, server)

    def harm(_):
        proxy.usual = only_for(b"/results/", befall)

    monkeypatch.setitem(DEEDS, "harm", harm)
    behave(left="harm")
    job = toy_stage()
    assert not faults
    assert (job.status, dict(job.values)) == ("completed", VALUES)
    assert check_values(direct) == set(VALUES)


def test_the_upload_of_a_log_never_fails_a_step(place, proxy, direct, caplog):
    proxy.usual = only_for(b"/logs/", answer_with(503, "SlowDown"))
    job = toy_stage()
    assert all(step.status == "completed" for step in job.record.steps)
    lost = [r.message for r in caplog.records if "could not be written" in r.message]
    assert len(lost) == 5
    assert not [stat for stat in direct.list("journeys/") if "/logs/" in stat.key]


def test_a_store_that_is_down_from_the_start_is_said_to_the_caller(api, tmp_path):
    place = save_block(free_port(), tmp_path.name)
    with pytest.raises(DependencyError, match=r"Could not .* s3://bucket/.*Could not connect"):
        toy_stage(store=place)
    assert toys.RAN == []


# --- the secret of the block -----------------------------------------------------------------


def slip(name):
    toys.log.warning("connecting with %s", SECRET)
    if name == "right":
        raise StagelineError(f"{name} cannot log in with {SECRET}")


@pytest.mark.parametrize("step", ["left", "right"])
def test_the_secret_of_a_saved_block_shows_nowhere(moto, direct, tmp_path, monkeypatch, step):
    place = save_block(moto.port, tmp_path.name)
    monkeypatch.setitem(DEEDS, "slip", slip)
    behave(**{step: "slip"})
    said = ""
    try:
        said = repr(toy_stage(store=place))
    except StagelineError as error:
        said = f"{error} {error!r} {error.__cause__!r}"
    (record,) = records(direct, "JRN")
    assert record.status == {"left": "completed", "right": "failed"}[step]
    texts = [*everything(direct, record), *objects(direct), said]
    assert len(texts) > 25
    assert any("[redacted]" in text for text in texts)
    assert not [text for text in texts if SECRET in text]


def objects(store):
    """All objects of the bucket, as a client without the store sees them, and their metadata."""
    client = store.client
    for entry in client.list_objects_v2(Bucket=BUCKET)["Contents"]:
        answer = client.get_object(Bucket=BUCKET, Key=entry["Key"])
        yield entry["Key"] + str(answer["Metadata"]) + answer["Body"].read().decode()
