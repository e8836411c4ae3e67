"""Objects in the store, messages, and the page of tools."""

import json
from pathlib import Path

import pytest

from stageline.errors import InputError, ResourceError, ToolError
from stageline.keys import digest
from stageline.plugins import find_tool
from stageline.ports import outputs_of
from stageline.store import FolderStore, MissingObjectError
from stageline.tools.fail import fail
from stageline.tools.read_object import read_object
from stageline.tools.send_message import send_message
from stageline.tools.write_object import write_object
from stageline.workflow.tool_docs import tools_page
from tests.unit.tools.samples import local

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "store")


def test_text_json_and_bytes_come_back(store):
    written = write_object("ü\n", key="a/b.txt", store=store)
    assert (written.key, written.size, written.digest) == ("a/b.txt", 3, digest("ü\n".encode()))
    assert written.uri == f"{store.uri}/objects/a/b.txt"
    assert (written.file.mime, written.file.sha256) == ("text/plain", written.digest)
    found = read_object("a/b.txt", store=store)
    assert (found.text, found.json, found.base64, found.size) == ("ü\n", None, None, 3)
    write_object(json={"a": [1, None]}, key="c.json", store=store)
    assert read_object("c.json", format="json", store=store).json == {"a": [1, None]}
    write_object(base64="AP8=", key="d", store=store)
    assert read_object("d", format="base64", store=store).base64 == "AP8="
    assert write_object("", key="e.bin", mime="a/b", store=store).file.mime == "a/b"


def test_files_are_read(tmp_path, store):
    (tmp_path / "x").write_bytes(b"\xef\xbb\xbfwith mark")
    assert read_object(file=local(tmp_path / "x"), store=store).text == "with mark"
    (tmp_path / "x").write_bytes("ü".encode("utf-16"))
    assert read_object(file=local(tmp_path / "x"), encoding="utf-16", store=store).text == "ü"


def test_replacing(store):
    write_object("1", key="a", store=store)
    write_object("2", key="a", store=store)
    with pytest.raises(ToolError, match="exists already"):
        write_object("3", key="a", replace=False, store=store)
    assert read_object("a", store=store).text == "2"


KEYS = ["", ".", "..", "../journeys/x", "a/../../results/x", "/etc/passwd", "a//b", ".hidden",
        "a\\b", "a\0b", "s3://x/y", "é", "a/.git/x", "a/", "%2e%2e/x", "x" * 2000]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_no_key_leads_out(tmp_path, store, key):
    with pytest.raises(InputError):
        write_object("x", key=key, store=store)
    with pytest.raises(InputError):
        read_object(key, store=store)
    assert list(tmp_path.iterdir()) == []


def test_records_and_results_are_out_of_reach(store):
    store.put("journeys/J/journey.json", b"{}")
    with pytest.raises(MissingObjectError):
        read_object("journeys/J/journey.json", store=store)
    write_object("mine", key="journeys/J/journey.json", store=store)
    assert store.get("journeys/J/journey.json") == b"{}"


def test_a_link_in_the_store_is_not_followed(tmp_path, store):
    write_object("x", key="a/b", store=store)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("canary")
    (store.folder / "objects" / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(InputError, match="symbolic link"):
        read_object("link/secret", store=store)
    with pytest.raises(InputError, match="symbolic link"):
        write_object("x", key="link/made", store=store)


@pytest.mark.parametrize(
    "content", [{}, {"text": "a", "json": 1}, {"base64": "!"}, {"base64": "a"}, {"base64": "é"}]
)
def test_exactly_one_content(store, content):
    with pytest.raises(InputError):
        write_object(**content, key="a", store=store)


def test_exactly_one_source(tmp_path, store):
    (tmp_path / "x").write_text("x")
    with pytest.raises(InputError, match="either"):
        read_object(store=store)
    with pytest.raises(InputError, match="either"):
        read_object("a", local(tmp_path / "x"), store=store)


@pytest.mark.parametrize(
    ("data", "form"),
    [(b"\xff", "text"), (b"{", "json"), (b"NaN", "json"), (b"[1e999]", "json"),
     (b'"\\ud800"', "json"), (b"[" * 100_000, "json"),
     (b"\xff", "json"), (b"1" * 5_000, "json")],
)  # fmt: skip
def test_what_cannot_be_read_as_told(store, data, form):
    store.put("objects/a", data)
    with pytest.raises(InputError, match=f"is not {form}"):
        read_object("a", format=form, store=store)


def test_data_nested_too_deep_to_be_kept_are_refused(store):
    store.put("objects/a", b'{"a":' * 300 + b"1" + b"}" * 300)
    with pytest.raises(InputError, match="output json is nested too deep"):
        outputs_of(read_object("a", format="json", store=store))
    with pytest.raises(InputError, match="no JSON"):
        write_object(json=[float("nan")], key="a", store=store)


def test_sizes_are_bounded(tmp_path, store):
    store.put("objects/a", b"12345")
    (tmp_path / "x").write_bytes(b"12345")
    assert read_object("a", max_bytes=5, store=store).size == 5
    with pytest.raises(ResourceError, match="max_bytes"):
        read_object("a", max_bytes=4, store=store)
    with pytest.raises(ResourceError, match="max_bytes"):
        read_object(file=local(tmp_path / "x"), max_bytes=4, store=store)


class Kept:
    """The service ``Notifier``."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    def notify(self, block: str, subject: str, body: str) -> None:
        self.sent.append((block, subject, body))


def test_messages_go_through_the_block():
    kept = Kept()
    assert send_message("b", "s", block="slack-webhook/ops", notifier=kept).block == (
        "slack-webhook/ops"
    )
    assert kept.sent == [("slack-webhook/ops", "s", "b")]
    tool = find_tool("send_message")
    assert tool is not None
    for end in ("\r\n", "\n", "\0", "\v", "\f", "\x1e", "\x85", "\u2028"):
        with pytest.raises(InputError, match="subject"):
            tool.check({"body": "b", "subject": f"a{end}Bcc: x", "block": "a/b"})
    for block in ("b", "a/b/c", "a/../b", "a/b\0", "a/b\n", "/", "s3://a"):
        with pytest.raises(InputError, match="block"):
            tool.check({"body": "b", "block": block})


def test_the_message_of_a_failure_is_bounded_and_there():
    with pytest.raises(ToolError, match=r"^x{10000}$"):
        fail("x" * 1_000_000)
    with pytest.raises(ToolError, match="says that this fails"):
        fail("")


def test_the_page_of_tools_is_fresh():
    """Else: ``python -m stageline.workflow.tool_docs docs/tools.md``."""
    assert (ROOT / "docs" / "tools.md").read_text(encoding="utf-8") == tools_page()


def test_every_tool_of_ours_tells_its_errors():
    page = tools_page()
    sections = page.split("\n## ")[1:]
    silent = [s.split()[0] for s in sections if "Error" not in s and s.split()[0] != "set_values"]
    assert silent == ["fail"]


def test_outputs_are_json_data(store):
    tool = find_tool("write_object")
    assert tool is not None
    assert json.dumps({name: dict(port.schema) for name, port in tool.outputs.items()})
