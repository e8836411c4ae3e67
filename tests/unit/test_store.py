"""The store in a folder: whole objects or errors, one creator, no way out."""

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stageline.errors import (
    AccessError,
    ConfigError,
    DependencyError,
    InputError,
    ResourceError,
    StagelineError,
)
from stageline.keys import digest
from stageline.store import (
    CorruptObjectError,
    FolderStore,
    MissingObjectError,
    Store,
    open_store,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "results")


def test_a_folder_store_is_a_store(store: Store, tmp_path: Path) -> None:
    assert store.uri == str((tmp_path / "results").resolve())


def test_what_is_put_comes_back(store: FolderStore) -> None:
    store.put("a/b/c.json", b"one")
    store.put("a/b/c.json", b"two", content_type="application/json")
    assert store.get("a/b/c.json") == b"two"
    assert store.get("a/b/c.json", digest=digest(b"two")) == b"two"
    stat = store.stat("a/b/c.json")
    assert (stat.key, stat.size) == ("a/b/c.json", 3)
    assert abs(stat.modified - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("data", [b"", b"\0", b"x" * 3_000_001], ids=["empty", "nul", "large"])
def test_any_bytes_can_be_kept(store: FolderStore, data: bytes) -> None:
    store.put("k", data)
    assert store.get("k") == data


def test_nothing_is_written_before_the_first_object(store: FolderStore, tmp_path: Path) -> None:
    assert not store.exists("a")
    assert list(store.list()) == []
    assert list(tmp_path.iterdir()) == []


def test_a_missing_object_is_named(store: FolderStore) -> None:
    for read in (store.get, store.stat):
        with pytest.raises(MissingObjectError, match=r"There is no object a/b\.json in /"):
            read("a/b.json")
    assert issubclass(MissingObjectError, LookupError)


def test_a_key_below_an_object_is_missing(store: FolderStore) -> None:
    store.put("a", b"1")
    assert not store.exists("a/b")
    with pytest.raises(ConfigError, match="A file stands where a folder should be"):
        store.put("a/b", b"2")


def test_an_object_where_a_folder_is_cannot_be_written(store: FolderStore) -> None:
    store.put("a/b", b"1")
    with pytest.raises(ConfigError, match="A folder stands where"):
        store.put("a", b"2")
    assert not store.create("a", b"2")


def test_delete_removes_and_does_not_mind_nothing(store: FolderStore) -> None:
    store.put("a/b", b"1")
    store.delete("a/b")
    store.delete("a/b")
    assert not store.exists("a/b")


def test_a_changed_object_is_found_out(store: FolderStore) -> None:
    store.put("a", b"good value")
    (store.folder / "a").write_bytes(b"good val")
    with pytest.raises(CorruptObjectError, match="sha256 differs"):
        store.get("a", digest=digest(b"good value"))


# --- list ------------------------------------------------------------------------------------

KEYS = st.lists(
    st.lists(st.sampled_from(["a", "b", "a-b", "a.b", "aa", "A", "0"]), min_size=1, max_size=3),
    max_size=8,
)


@settings(deadline=None)
@given(KEYS, st.sampled_from(["", "a", "a/", "a/a", "a-", "a.b/", "b/0"]))
def test_list_gives_whole_keys_in_their_order(tmp_path_factory, parts, prefix) -> None:  # type: ignore[no-untyped-def]
    store = FolderStore(tmp_path_factory.mktemp("list"))
    kept = {"/".join(p) + ".json": b"x" * len(p) for p in parts}
    for key, data in kept.items():
        store.put(key, data)
    found = [(entry.key, entry.size) for entry in store.list(prefix)]
    assert found == sorted((k, len(d)) for k, d in kept.items() if k.startswith(prefix))


def test_list_leaves_out_what_a_killed_writer_left(store: FolderStore) -> None:
    store.put("a/b", b"1")
    (store.folder / "a" / ".c.0123456789abcdef.tmp").write_bytes(b"half")
    (store.folder / ".stageline.lock").touch()
    assert [entry.key for entry in store.list()] == ["a/b"]


# --- no way out ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["../x", "a/../../x", "/etc/passwd", "a\0", ".", "a//b", "a\\..\\b"]
)
def test_keys_that_lead_out_are_refused_everywhere(store: FolderStore, key: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: store.get(key), lambda: store.put(key, b""), lambda: store.create(key, b""),
        lambda: store.stat(key), lambda: store.exists(key), lambda: store.delete(key),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(InputError, match="cannot be the key"):
            call()
    assert not store.folder.exists()


def test_links_inside_the_folder_are_not_followed(store: FolderStore, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    store.put("a/x", b"1")
    (store.folder / "out").symlink_to(outside)
    (store.folder / "a" / "link").symlink_to(outside / "secret")
    for call in (store.get, store.stat, store.delete, lambda k: store.put(k, b"")):
        with pytest.raises(InputError, match="symbolic link"):
            call("out/secret")
    with pytest.raises(AccessError, match="symbolic link"):
        store.get("a/link")
    store.put("a/link", b"own")
    assert (outside / "secret").read_bytes() == b"secret"
    assert [entry.key for entry in store.list()] == ["a/link", "a/x"]


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "results").symlink_to(tmp_path / "disk")
    FolderStore(tmp_path / "results").put("a", b"1")
    assert (tmp_path / "disk" / "a").read_bytes() == b"1"


def test_folders_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for bad, why in ((str(tmp_path / "file"), "is a file"), ("", "cannot be"), ("a\0", "cannot")):
        with pytest.raises(ConfigError, match=why):
            FolderStore(bad)
    with pytest.raises(ConfigError, match="resolve_store"):
        open_store("s3://bucket/prefix")


@pytest.mark.parametrize(
    "name", ["a\nb", "a\0b", "a\rb", "a\tb", "\x1b[31m", "a\x7f", "a\x85b", "a\u2028b", "\udcff"]
)
def test_a_folder_that_cannot_be_told_in_one_line_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be a folder for results") as error:
        FolderStore(tmp_path / name).put("a", b"1")
    assert str(error.value).isprintable()
    assert list(tmp_path.iterdir()) == []


def test_nor_may_it_lie_in_such_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a\nb").mkdir()
    monkeypatch.chdir(tmp_path / "a\nb")
    with pytest.raises(ConfigError, match=r"control character\. Choose another folder"):
        FolderStore("results")


@pytest.mark.parametrize("name", ["a b", "größe", "数据", "a\u00a0b", "name\u200cname", "50%"])
def test_other_names_may_have_what_they_like(tmp_path: Path, name: str) -> None:
    FolderStore(tmp_path / name).put("a", b"1")
    assert (tmp_path / name / "a").read_bytes() == b"1"


@pytest.mark.parametrize("path", ["~nobody-of-this-name/x", "  ", "x" * 300])
def test_a_path_that_the_system_refuses_is_a_wrong_setting(path: str) -> None:
    with pytest.raises(ConfigError, match="cannot be a folder for results: ") as error:
        FolderStore(path)
    assert str(error.value).isprintable()


def test_the_default_folder_is_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_store().folder == (tmp_path / "results").resolve()


def test_a_relative_folder_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("kept")
    monkeypatch.chdir("/")
    store.put("a", b"1")
    assert (tmp_path / "kept" / "a").exists()


# --- one creator -----------------------------------------------------------------------------


def test_create_makes_once(store: FolderStore) -> None:
    assert store.create("claims/1", b"mine")
    assert not store.create("claims/1", b"yours")
    assert store.get("claims/1") == b"mine"
    assert [p.name for p in (store.folder / "claims").iterdir()] == ["1"]


def test_a_link_whose_answer_was_lost_is_still_ours(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def link_twice(*paths: str) -> None:
        link(*paths)
        link(*paths)

    monkeypatch.setattr(os, "link", link_twice)
    assert store.create("claims/1", b"mine")
    assert not store.create("claims/1", b"yours")


_CLAIMER = """
import errno, json, os, sys, time
from stageline.store import FolderStore
folder, name, links, start = sys.argv[1:]
if links == "no":
    def link(*_):
        raise PermissionError(errno.EPERM, "no hard links here")
    os.link = link
store = FolderStore(folder)
time.sleep(max(0.0, float(start) - time.time()))
won = [n for n in range(40) if store.create(f"claims/{n}", name.encode() * 1000)]
print(json.dumps(won))
"""


@pytest.mark.parametrize("links", ["yes", "no"])
def test_racing_processes_make_each_object_once(tmp_path: Path, links: str) -> None:
    start = str(time.time() + 0.5)
    racers = [_start(_CLAIMER, tmp_path, str(n), links, start) for n in range(6)]
    won = [json.loads(racer.communicate(timeout=60)[0]) for racer in racers]
    assert sorted(n for made in won for n in made) == list(range(40))
    store = FolderStore(tmp_path)
    for name, made in enumerate(won):
        assert all(store.get(f"claims/{n}") == f"{name}".encode() * 1000 for n in made)


def _start(script: str, folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", script, str(folder), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)


_WRITER = """
import sys
from stageline.store import FolderStore
store = FolderStore(sys.argv[1])
print("ready", flush=True)
for n in range(10_000):
    store.create(f"claims/{n}", b"%d" % n * 50_000)
    store.put("record", b"%d" % (n % 10) * 50_000)
"""


def test_a_killed_writer_leaves_whole_objects_only(tmp_path: Path) -> None:
    for wait in (0.005, 0.02, 0.05):
        with _start(_WRITER, tmp_path) as writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(wait)
            writer.kill()
    store = FolderStore(tmp_path)
    claims = list(store.list("claims/"))
    assert claims
    for entry in claims:
        assert store.get(entry.key) == entry.key.split("/")[1].encode() * 50_000
    if store.exists("record"):
        assert len(set(store.get("record"))) == 1


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    store, seen = FolderStore(tmp_path), set()
    with _start(_WRITER, tmp_path) as writer:
        assert writer.stdout
        writer.stdout.readline()
        while len(seen) < 3:
            assert writer.poll() is None
            if store.exists("record"):
                data = store.get("record")
                assert len(data) == 50_000
                assert len(set(data)) == 1
                seen.add(data[:1])
        writer.kill()


# --- faults ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, ResourceError), (errno.EDQUOT, ResourceError), (errno.EMFILE, ResourceError),
        (errno.EACCES, AccessError), (errno.EROFS, AccessError), (errno.EIO, DependencyError),
        (errno.ESTALE, DependencyError), (errno.ENAMETOOLONG, ConfigError),
    ],
)  # fmt: skip
@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
def test_each_fault_has_one_meaning_and_leaves_the_old_object(
    store: FolderStore,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    kind: type[StagelineError],
    call: str,
) -> None:
    store.put("a/b", b"old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(kind, match=r"Could not write a/b in /.*: .*\. [A-Z]"):
            store.put("a/b", b"new")
    assert store.get("a/b") == b"old"
    assert [p.name for p in (store.folder / "a").iterdir()] == ["b"]


def test_a_disk_that_loses_bytes_is_found_out(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("a", b"old")
    write = os.write
    for lossy in (
        lambda fd, data: (write(fd, bytes(data)[:-1]), len(data))[1],
        lambda fd, data: write(fd, b"?" * len(data)),
        lambda fd, data: (write(fd, bytes(data) + b"!"), len(data))[1],
    ):
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", lossy)
            with pytest.raises(DependencyError, match="did not keep what was written"):
                store.put("a", b"new value")
            with pytest.raises(DependencyError, match="did not keep what was written"):
                store.create("b", b"new value")
    assert store.get("a") == b"old"
    assert not store.exists("b")


def test_short_writes_are_continued(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:7]))
    store.put("a", b"0123456789" * 10)
    assert store.get("a") == b"0123456789" * 10


def test_a_file_larger_than_the_limit_is_a_resource_error(tmp_path: Path) -> None:
    """A real limit of the operating system, in a process of its own."""
    script = (
        "import resource, signal, sys\n"
        "from stageline.errors import ResourceError\n"
        "from stageline.store import FolderStore\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "store = FolderStore(sys.argv[1])\n"
        "store.put('a', b'old')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    store.put('a', b'x' * 10_000)\n"
        "except ResourceError as error:\n"
        "    assert store.get('a') == b'old'\n"
        "    print(error)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    out = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert "larger than this system allows" in out


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_without_permission_is_an_access_error(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(AccessError, match="permission"):
        FolderStore(tmp_path / "closed").put("a", b"")
