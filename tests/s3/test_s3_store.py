"""The store in a bucket, on two independent servers: the promises of ``Store``."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from blocks import s3_claims
from blocks.s3_store import PROBE, S3Store, check_prefix
from stageline.errors import AccessError, ConfigError, DependencyError, InputError
from stageline.keys import digest
from stageline.store import CorruptObjectError, MissingObjectError, Store
from tests.s3.servers import BUCKET, Server


@pytest.fixture
def store(server: Server, prefix: str) -> S3Store:
    return server.store(prefix)


def test_an_s3_store_is_a_store(store: Store, prefix: str) -> None:
    assert isinstance(store, Store)
    assert store.uri == f"s3://{BUCKET}/{prefix}"
    assert repr(store) == f"S3Store('s3://{BUCKET}/{prefix}')"


@pytest.mark.parametrize("data", [b"", b"\0\xff", b"x" * 3_000_001], ids=["empty", "bytes", "big"])
def test_what_is_put_comes_back(store: S3Store, data: bytes) -> None:
    store.put("a/b.json", b"old")
    store.put("a/b.json", data)
    assert store.get("a/b.json") == data
    assert store.get("a/b.json", digest=digest(data)) == data
    stat = store.stat("a/b.json")
    assert (stat.key, stat.size, stat.digest) == ("a/b.json", len(data), digest(data))
    assert abs(stat.modified - datetime.now(UTC)) < timedelta(minutes=1)


def test_objects_say_what_they_are(server: Server, store: S3Store, prefix: str) -> None:
    store.put("a.json", b"{}")
    store.put("a.html", b"<p>")
    store.put("a", b"x", content_type="text/plain")
    found = [
        server.client().head_object(Bucket=BUCKET, Key=f"{prefix}/{key}")["ContentType"]
        for key in ("a.json", "a.html", "a")
    ]
    assert found == ["application/json", "text/html; charset=utf-8", "text/plain"]


def test_a_missing_object_is_named(store: S3Store) -> None:
    for read in (store.get, store.stat):
        with pytest.raises(MissingObjectError, match=r"Could not read a/b\.json in s3://bucket/"):
            read("a/b.json")
    assert not store.exists("a/b.json")


def test_delete_removes_and_does_not_mind_nothing(store: S3Store) -> None:
    store.put("a", b"1")
    store.delete("a")
    store.delete("a")
    assert not store.exists("a")


def test_list_gives_whole_keys_in_their_order(store: S3Store) -> None:
    keys = ["l/a-b/x", "l/a.b/x", "l/a/x", "l/aa", "m", "l/B"]
    for key in keys:
        store.put(key, key.encode())
    assert [(s.key, s.size) for s in store.list()] == [(k, len(k)) for k in sorted(keys)]
    assert [s.key for s in store.list("l/a")] == ["l/a-b/x", "l/a.b/x", "l/a/x", "l/aa"]
    assert list(store.list("nothing/")) == []


def test_list_goes_on_behind_the_first_page(server: Server, prefix: str) -> None:
    client = server.client()
    store = S3Store(client, BUCKET, prefix)
    for n in range(7):
        store.put(f"k{n}", b"")
    list_page, pages = client.list_objects_v2, []
    client.list_objects_v2 = lambda **kw: pages.append(1) or list_page(**{**kw, "MaxKeys": 3})
    assert [s.key for s in store.list("k")] == [f"k{n}" for n in range(7)]
    assert len(pages) == 3


@pytest.mark.parametrize("key", ["../x", "a/../../x", "/a", "a\0", "a//b", "a\u202eb"])
def test_keys_that_lead_out_are_refused(store: S3Store, key: str) -> None:
    for call in (store.get, store.stat, store.delete, lambda k: store.put(k, b"")):
        with pytest.raises(InputError, match="cannot be the key"):
            call(key)
    with pytest.raises(InputError, match="cannot be the key"):
        store.create(key, b"")


@pytest.mark.parametrize("bad", ["a/../b", "..", "a//b", "a\nb"])
def test_prefixes_that_lead_out_are_refused(bad: str) -> None:
    with pytest.raises(InputError, match="cannot be a folder"):
        check_prefix(bad)
    assert [check_prefix(good) for good in ("", "/", "a", "/a/b/")] == ["", "", "a/", "a/b/"]


def test_a_changed_object_is_found_out(server: Server, store: S3Store, prefix: str) -> None:
    client, key = server.client(), f"{prefix}/a"
    store.put("a", b"good value")
    noted = client.head_object(Bucket=BUCKET, Key=key)["Metadata"]
    for spoilt in (b"good val", b"bad value!"):
        client.put_object(Bucket=BUCKET, Key=key, Body=spoilt, Metadata=noted)
        with pytest.raises(CorruptObjectError, match="sha256 differs"):
            store.get("a")
    client.put_object(Bucket=BUCKET, Key=key, Body=b"bad value!")  # without a note
    with pytest.raises(CorruptObjectError, match="sha256 differs"):
        store.get("a", digest=digest(b"good value"))


def test_a_write_that_the_server_changes_is_found_out(server: Server, prefix: str) -> None:
    client = server.client()
    put = client.put_object
    store = S3Store(client, BUCKET, prefix)
    for spoilt in (b"short", b"same len"):
        client.put_object = lambda spoilt=spoilt, **kw: put(
            Bucket=BUCKET, Key=kw["Key"], Body=spoilt
        )
        with pytest.raises(DependencyError, match="did not keep what was written"):
            store.put("a", b"original")


def test_without_an_md5_as_etag_the_bytes_are_read_back(server: Server, prefix: str) -> None:
    client = server.client()
    head = client.head_object
    client.head_object = lambda **kw: {**head(**kw), "ETag": '"of-an-encrypted-object"'}
    S3Store(client, BUCKET, prefix).put("a", b"value")
    put = client.put_object
    client.put_object = lambda **kw: put(Bucket=BUCKET, Key=kw["Key"], Body=b"other")
    with pytest.raises(DependencyError, match="did not keep what was written"):
        S3Store(client, BUCKET, prefix).put("a", b"value")


# --- wrong places and credentials ------------------------------------------------------------


def test_a_missing_bucket_is_a_config_error(server: Server) -> None:
    store = S3Store(server.client(), "no-such-bucket")
    calls = [
        lambda: store.get("a"), lambda: store.put("a", b""), lambda: store.stat("a"),
        lambda: store.exists("a"), lambda: list(store.list()), lambda: store.create("a", b""),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(ConfigError, match=r"no-such-bucket|bucket"):
            call()


def test_wrong_credentials_are_an_access_error(rclone: Server) -> None:
    store = S3Store(rclone.client(secret="wrong"), BUCKET)  # noqa: S106
    calls = [
        lambda: store.get("a"), lambda: store.put("a", b""), lambda: store.exists("a"),
        lambda: list(store.list()), lambda: store.create("a", b""),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(AccessError, match="Check the credentials"):
            call()


# --- create ----------------------------------------------------------------------------------


def test_which_server_honours_conditional_writes(server: Server, prefix: str) -> None:
    """docs/storage.md says so; when this fails, a server has learnt it."""
    client = server.client()
    assert s3_claims.honours_conditions(client, BUCKET, f"{prefix}/probe") == server.honours
    assert s3_claims.honours_conditions(client, BUCKET, f"{prefix}/probe") == server.honours


def test_a_condition_the_wrong_way_round_is_not_honoured(rclone: Server, prefix: str) -> None:
    client = rclone.client()
    answer = {"Error": {"Code": "X"}, "ResponseMetadata": {"HTTPStatusCode": 412}}

    def refuse(**_: object) -> None:
        raise client.exceptions.ClientError(answer, "PutObject")

    client.put_object = refuse  # although nothing is there
    assert not s3_claims.honours_conditions(client, BUCKET, f"{prefix}/probe")


def test_a_server_without_conditional_writes_is_refused(rclone: Server, prefix: str) -> None:
    store = rclone.store(prefix, emulate=False)
    with pytest.raises(ConfigError, match=r"ignores If-None-Match.*emulate_conditional_writes"):
        store.create("claims/1", b"mine")
    assert [s.key for s in store.list()] == [PROBE]


def test_create_makes_once(store: S3Store) -> None:
    assert store.create("claims/1", b"mine")
    assert not store.create("claims/1", b"yours")
    assert store.get("claims/1") == b"mine"
    assert store.stat("claims/1").digest == digest(b"mine")


def test_racing_creators_make_each_object_once(moto: Server, prefix: str) -> None:
    stores = [moto.store(prefix) for _ in range(8)]
    barrier = threading.Barrier(8)

    def claim(number: int) -> list[int]:
        barrier.wait()
        data = f"{number}".encode()
        return [n for n in range(10) if stores[number].create(f"c/{n}", data)]

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(claim, range(8)))
    assert sorted(n for made in won for n in made) == list(range(10))
    for number, made in enumerate(won):
        assert all(stores[0].get(f"c/{n}") == f"{number}".encode() for n in made)


def test_racing_creators_never_share_an_emulated_claim(
    rclone: Server, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_claims, "SLOWEST", 0.4)
    stores = [rclone.store(prefix) for _ in range(6)]
    for store in stores:
        store._conditions()
    barrier = threading.Barrier(6)

    def claim(number: int) -> bool:
        barrier.wait()
        try:
            return stores[number].create("c/1", f"{number}".encode())
        except DependencyError:  # too slow to be sure
            return False

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(claim, range(6)))
    assert sum(won) <= 1
    if any(won):
        assert stores[0].get("c/1") == f"{won.index(True)}".encode()
    assert not stores[0].create("c/1", b"late")


def test_an_emulated_claim_refuses_a_slow_server(
    rclone: Server, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_claims, "SLOWEST", 0.0)
    with pytest.raises(DependencyError, match="must be done in"):
        rclone.store(prefix).create("c/1", b"mine")


def test_a_conflict_is_asked_again(moto: Server, prefix: str) -> None:
    store = moto.store(prefix)
    store._conditions()
    put, conflicts = store.client.put_object, [1, 1]

    def conflicting(**request):  # type: ignore[no-untyped-def]
        if conflicts:
            conflicts.pop()
            request["Bucket"] = BUCKET
            answer = {
                "Error": {"Code": "ConditionalRequestConflict"},
                "ResponseMetadata": {"HTTPStatusCode": 409},
            }
            raise store.client.exceptions.ClientError(answer, "PutObject")
        return put(**request)

    store.client.put_object = conflicting
    assert store.create("c/1", b"mine")
    assert not conflicts
