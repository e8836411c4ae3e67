"""Faults on the way to a real server: retried, then an error that says so; never a bad value."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blocks.s3_client import make_client
from blocks.s3_store import S3Store
from stageline.errors import (
    AccessError,
    ConfigError,
    DependencyError,
    ResourceError,
    StagelineError,
)
from stageline.keys import digest
from stageline.store import CorruptObjectError, MissingObjectError
from tests.s3 import servers
from tests.s3.servers import (
    BUCKET,
    Fault,
    Proxy,
    Server,
    answer_with,
    cut_answer,
    cut_body,
    cut_request,
    free_port,
    hang,
    pass_on,
    spoil_body,
)

TRANSIENT: dict[str, Fault] = {
    "500": answer_with(500, "InternalError"),
    "503": answer_with(503, "SlowDown"),
    "502 without a code": answer_with(502),
    "cut request": cut_request,
    "cut answer": cut_answer,
    "slow": hang,
}
CALLS: dict[str, Callable[[S3Store], object]] = {
    "get": lambda store: store.get("kept"),
    "put": lambda store: store.put("new", b"new value"),
    "create": lambda store: store.create("claim", b"claim"),
    "stat": lambda store: store.stat("kept"),
    "list": lambda store: list(store.list()),
}


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    """moto, unless a test asks for a server: most faults are the proxy's and not the server's."""
    found: Server = request.getfixturevalue(getattr(request, "param", "moto"))
    return found


both = pytest.mark.parametrize("server", ["rclone", "moto"], indirect=True)


@pytest.fixture
def behind(server: Server, prefix: str, proxy: Proxy) -> S3Store:
    """A store behind the proxy, with one object and the probe for conditions behind it."""
    direct = server.store(prefix)
    direct.put("kept", b"kept value" * 100)
    store = server.store(prefix, proxy.port)
    store._emulation, store._probed = None, True
    return store


@both
@pytest.mark.parametrize("fault", TRANSIENT)
def test_what_passes_is_not_noticed(behind: S3Store, proxy: Proxy, fault: str) -> None:
    proxy.faults = [TRANSIENT[fault], pass_on]
    behind.put("new", b"new value")
    proxy.faults = [TRANSIENT[fault], TRANSIENT[fault]]
    assert behind.get("kept") == b"kept value" * 100
    assert behind.get("new") == b"new value"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", [name for name in TRANSIENT if name != "slow"])
def test_what_stays_is_tried_again_and_then_a_dependency_error(
    behind: S3Store, proxy: Proxy, fault: str, call: str
) -> None:
    before, proxy.faults = proxy.connections, [TRANSIENT[fault]] * 3
    with pytest.raises(DependencyError, match=r"Could not \w+ .*s3://bucket/.*run again"):
        CALLS[call](behind)
    assert proxy.connections - before == 3
    assert behind.get("kept") == b"kept value" * 100


def test_a_server_that_hangs_is_a_dependency_error(moto: Server, prefix: str) -> None:
    between = Proxy(moto.port)
    between.faults = [hang] * 3
    with pytest.raises(DependencyError, match="timeout"):
        moto.store(prefix, between.port).get("kept")
    between.close()


def test_a_refused_connection_is_a_dependency_error(moto: Server, prefix: str) -> None:
    store = moto.store(prefix, free_port())
    for call in CALLS.values():
        with pytest.raises(DependencyError, match="Could not connect to the endpoint URL"):
            call(store)


@both
def test_a_body_that_breaks_off_is_read_again(behind: S3Store, proxy: Proxy) -> None:
    proxy.faults = [cut_body, cut_body]
    assert behind.get("kept") == b"kept value" * 100
    proxy.faults = [cut_body] * 3
    with pytest.raises(DependencyError, match="Could not read kept"):
        behind.get("kept")


@both
def test_a_body_that_changed_on_the_way_is_never_a_value(behind: S3Store, proxy: Proxy) -> None:
    proxy.faults = [spoil_body]
    with pytest.raises(CorruptObjectError, match="sha256 differs"):
        behind.get("kept")
    assert behind.get("kept", digest=digest(b"kept value" * 100))


@both
def test_a_write_without_an_answer_is_found_to_have_happened(behind: S3Store, proxy: Proxy) -> None:
    proxy.faults = [cut_answer]
    behind.put("new", b"new value")
    proxy.faults = [pass_on, cut_answer]  # the check of the write
    behind.put("new", b"newer value")
    assert behind.get("new") == b"newer value"


def test_a_claim_without_an_answer_is_still_a_claim(moto: Server, prefix: str) -> None:
    """The retry of a claim meets the claim of its own first try; a number must not be lost."""
    between = Proxy(moto.port)
    store = moto.store(prefix, between.port)
    store._conditions()
    between.faults = [cut_answer]
    assert store.create("c/1", b"mine")
    between.faults = [cut_answer]
    assert not store.create("c/1", b"mine")
    between.close()


ANSWERS: list[tuple[int, str, type[StagelineError]]] = [
    (403, "AccessDenied", AccessError), (403, "InvalidAccessKeyId", AccessError),
    (400, "ExpiredToken", AccessError), (403, "RequestTimeTooSkewed", AccessError),
    (401, "", AccessError), (404, "NoSuchBucket", ConfigError),
    (400, "AuthorizationHeaderMalformed", ConfigError), (501, "NotImplemented", ConfigError),
    (507, "XMinioStorageFull", ResourceError), (507, "", ResourceError),
    (403, "QuotaExceeded", ResourceError), (400, "EntityTooLarge", ResourceError),
    (500, "no space left on device", ResourceError), (429, "TooManyRequests", DependencyError),
    (418, "Teapot", DependencyError),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "kind"), ANSWERS)
def test_each_answer_has_one_meaning(
    moto: Server, prefix: str, status: int, code: str, kind: type[StagelineError]
) -> None:
    between = Proxy(moto.port)
    store = moto.store(prefix, between.port)
    for call in (CALLS["get"], CALLS["put"]):
        between.faults = [answer_with(status, code)] * 3
        with pytest.raises(kind, match=rf"Could not \w+ \w+ in s3://bucket/.*HTTP {status}"):
            call(store)
    between.close()


def test_messages_show_no_password_of_an_endpoint(moto: Server) -> None:
    url = f"http://me:hunter2-canary@127.0.0.1:{free_port()}"
    store = S3Store(make_client(endpoint_url=url, config=servers.FAST, region_name="x"), BUCKET)
    with pytest.raises((DependencyError, AccessError)) as error:
        store.get("a")
    assert "hunter2" not in str(error.value)


# --- a full disk -----------------------------------------------------------------------------


def _in_small_disk(folder: Path) -> tuple[str, ...]:
    """How to start a command that sees a disk of 256 KiB in ``folder``; () if not permitted."""
    unshare = shutil.which("unshare")
    if not unshare:
        return ()
    script = (
        f'mount -t tmpfs -o size=256k none "{folder}" && mkdir "{folder}/{BUCKET}" && exec "$@"'
    )
    for flags in (["--mount"], ["--user", "--map-root-user", "--mount"]):
        before = (unshare, *flags, "sh", "-c", script, "sh")
        if subprocess.run([*before, "true"], capture_output=True, check=False).returncode == 0:
            return before
    return ()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Server]:
    before = _in_small_disk(tmp_path)
    if not before:
        pytest.skip("mounting a small disk is not permitted here")
    with servers.rclone(tmp_path, before) as server:
        yield server


def test_a_full_disk_of_the_server_never_keeps_a_part(small: Server) -> None:
    store = small.store("x")
    store.put("fits", b"old value")
    with pytest.raises((DependencyError, ResourceError), match="Could not write large"):
        store.put("large", b"x" * 400_000)
    with pytest.raises((DependencyError, ResourceError), match="Could not write fits"):
        store.put("fits", b"y" * 400_000)
    with pytest.raises(MissingObjectError):
        store.get("large")
    assert store.get("fits") == b"old value"
    store.put("fits", b"new value")
    assert store.get("fits") == b"new value"
