"""HTTP with a real server: what can be reached, how much is taken, and how long it may last."""

import gzip
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from stageline.errors import (
    AccessError,
    CancelledError,
    ConfigError,
    DependencyError,
    InputError,
    ResourceError,
    StepTimeoutError,
    ToolError,
)
from stageline.tools import _network
from stageline.tools._network import ALLOW_VARIABLE, is_public
from stageline.tools.http_request import http_request
from tests.unit.tools.samples import Told

NO_JSON = [b"NaN", b"[1e999]", b"{", b'"\\ud800"', b"1" * 5000, b"[" * 200_000, b"\xff"]


class Handler(BaseHTTPRequestHandler):
    """Answers by path; every request is kept in ``server.seen``."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length)
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        try:
            getattr(self, "on_" + self.path.split("?")[0].strip("/").split("/")[0])()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has had enough

    def __getattr__(self, name: str):
        return self.do_GET if name.startswith("do_") else super().__getattribute__(name)

    def answer(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "content_length" not in headers:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def on_echo(self) -> None:
        command, path, headers, body = self.server.seen[-1]
        found = {"method": command, "path": path, "body": body.decode(),
                 "headers": {n.lower(): v for n, v in headers.items()}}  # fmt: skip
        self.answer(200, json.dumps(found).encode(), content_type="application/json")

    def on_status(self) -> None:
        self.answer(int(self.path.rpartition("/")[2]), b"why")

    def on_to(self) -> None:
        """``/to/302/TARGET`` redirects."""
        _, _, status, target = self.path.split("/", 3)
        self.answer(int(status), location=unquote(target))

    def on_bytes(self) -> None:
        self.answer(200, b"\x00\xff", content_type="image/png")

    def on_latin(self) -> None:
        self.answer(200, "Grüße".encode("latin-1"), content_type="text/plain; charset=ISO-8859-1")

    def on_unknown(self) -> None:
        self.answer(200, "Grüße".encode(), content_type="text/plain; charset=windows-1259")

    def on_badjson(self) -> None:
        self.answer(200, NO_JSON[int(self.path[-1])], content_type="application/json")

    def on_endless(self) -> None:
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        while True:
            self.wfile.write(b"10000\r\n" + b"x" * 65_536 + b"\r\n")

    def on_drip(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "1000000")
        self.end_headers()
        self.drip()

    def on_dripheaders(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
        self.drip()

    def on_continue(self) -> None:
        while not self.server.over.wait(0.01):
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_silent(self) -> None:
        self.server.over.wait(60)

    def drip(self) -> None:
        while not self.server.over.wait(0.05):
            self.wfile.write(b"x")
            self.wfile.flush()

    def on_short(self) -> None:
        self.answer(200, b"abc", content_length="100")
        self.close_connection = True

    def on_bomb(self) -> None:
        packed = gzip.compress(b"\0" * 50_000_000)
        self.answer(200, packed, content_encoding="gzip", content_type="text/plain")

    def on_gzip(self) -> None:
        self.answer(200, gzip.compress(b"unpacked"), content_encoding="gzip")

    def on_gzips(self) -> None:
        packed = gzip.compress(b"one, ") + gzip.compress(b"two") + gzip.compress(b"")
        packed = packed[: len(packed) - int(self.path.rpartition("/")[2])]
        self.answer(200, packed, content_encoding="gzip", content_type="text/plain")

    def on_garbage(self) -> None:
        self.wfile.write(b"\x00\x01garbage\r\n\r\n")
        self.close_connection = True

    def on_manyheaders(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 10_000 + b"\r\n")
        self.close_connection = True

    def on_cookie(self) -> None:
        self.answer(200, b"", set_cookie="a=b")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.over = threading.Event()
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def handle_error(self, *_: object) -> None:
        """A client that goes away is no news."""


@contextmanager
def running(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def only_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test finds out: no packet leaves this machine."""
    connect = _network._connect

    def checked(connection, place, deadline):
        assert place[0] in {"127.0.0.1", "::1"}, f"a connection to {place[0]} was tried"
        connect(connection, place, deadline)

    monkeypatch.setattr(_network, "_connect", checked)


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as found:
        yield found


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator lets 127.0.0.1 be reached, and nothing else inside."""
    monkeypatch.setenv(ALLOW_VARIABLE, "127.0.0.1")


def ask(url: str, **options):
    return http_request(url, **{"stop": Told(), "timeout": 20, **options})


# --- what can be reached ---------------------------------------------------------------------

INSIDE = [
    "127.0.0.1", "localhost", "LOCALHOST", "127.1", "127.8.8.8", "[::1]", "0.0.0.0",  # noqa: S104
    "0", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "[::127.0.0.1]",
    "169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "168.63.129.16", "100.100.100.200",
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "192.0.0.192",
    "198.18.0.1", "192.0.2.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "[ff02::1]", "[fd00::1]", "[fec0::1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[2001:db8::1]", "192.88.99.1",
]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_nothing_inside_can_be_reached(server, host, monkeypatch):
    monkeypatch.delenv(ALLOW_VARIABLE, raising=False)
    with pytest.raises(AccessError, match="not a public address"):
        ask(f"http://{host}:{server.port}/echo")
    assert server.seen == []


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "93.184.215.14"])
def test_public_addresses_are_public(address):
    assert is_public(ipaddress.ip_address(address))


def names(monkeypatch, table: dict[str, list[str]]) -> list[str]:
    """Let names have these addresses; gives the list of names that were asked for."""
    asked: list[str] = []

    def getaddrinfo(host, port, **_):
        asked.append(host)
        if host not in table:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "",
                 (a, port)) for a in table[host]]  # fmt: skip

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::ffff:10.0.0.1"])
def test_a_name_that_leads_inside_is_refused(server, monkeypatch, address):
    names(monkeypatch, {"public.example": [address]})
    with pytest.raises(AccessError):
        ask(f"http://public.example:{server.port}/echo")
    assert server.seen == []


def test_of_several_addresses_only_public_ones_are_tried(monkeypatch):
    names(monkeypatch, {"mixed.example": ["10.0.0.1", "8.8.8.8", "::1"]})
    with _network.Deadline(5, Told(), "It") as deadline:
        found = _network._permitted("mixed.example", 80, _network.read_allowed(), deadline)
    assert [place[0] for _, place in found] == ["8.8.8.8"]


def test_a_name_is_resolved_once_for_check_and_use(server, monkeypatch):
    """DNS rebinding: the second answer would be another one, but nobody asks for it."""
    monkeypatch.setenv(ALLOW_VARIABLE, "inside.example")
    asked = names(monkeypatch, {"inside.example": ["127.0.0.1"]})
    answer = ask(f"http://inside.example:{server.port}/echo")
    assert asked == ["inside.example"]
    assert answer.json["headers"]["host"] == f"inside.example:{server.port}"


def test_the_operator_opens_hosts_and_blocks(server, monkeypatch):
    for allowed in ("127.0.0.0/8", " 10.0.0.0/8 , 127.0.0.1 ", "::1,127.0.0.1/32"):
        monkeypatch.setenv(ALLOW_VARIABLE, allowed)
        assert ask(f"{server.url}/echo").status == 200
    monkeypatch.setenv(ALLOW_VARIABLE, "127.0.0.1")
    with pytest.raises(AccessError):
        ask(f"http://127.0.0.2:{server.port}/echo")


@pytest.mark.parametrize("wrong", ["10.0.0.0/33", "10.0.0.1/8", "host:80", "*.example", "http://x"])
def test_a_wrong_list_of_the_operator_opens_nothing(server, monkeypatch, wrong):
    monkeypatch.setenv(ALLOW_VARIABLE, f"127.0.0.1,{wrong}")
    with pytest.raises(ConfigError, match=ALLOW_VARIABLE):
        ask(f"{server.url}/echo")


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2:{}/echo", "http://169.254.169.254/x", "http://[::1]:{}/echo", "//10.0.0.1/"],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_cannot_lead_inside(server, target, status):
    with pytest.raises(AccessError):
        ask(f"{server.url}/to/{status}/{target.format(server.port)}")
    assert [path for _, path, _, _ in server.seen if path == "/echo"] == []


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.com/", "gopher://x/", "//example.com/", "example.com",
     "http://", "http:///x", "http://user:pw@example.com/", "http://user@example.com/",
     "http://example.com:0/", "http://example.com:99999/", "http://example.com:x/",
     "http://exa mple.com/", "http://example.com/a b", "http://example.com/\r\nX: y",
     "http://example.com\\@127.0.0.1/", "http://[::1", "http://[::1%25eth0]/", "http://a%00b/",
     "http://%31%32%37.0.0.1/", "http://" + "a" * 9000, "http://é" + "a" * 70 + "/", "", "\0",
     "http://example.com/\ud800"],
)  # fmt: skip
def test_wrong_urls_are_refused_without_a_secret_in_the_message(url):
    with pytest.raises(InputError) as caught:
        ask(url)
    assert "pw" not in str(caught.value)


def test_unknown_name(monkeypatch):
    names(monkeypatch, {})
    with pytest.raises(DependencyError, match="has no address"):
        ask("http://nowhere.example/")


@pytest.mark.usefixtures("opened")
def test_no_proxy_of_the_environment_is_used(server, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert ask(f"{server.url}/echo").status == 200


# --- what is sent ----------------------------------------------------------------------------


@pytest.mark.usefixtures("opened")
def test_request_parts_arrive(server):
    answer = ask(f"{server.url}/echo/ü?a=1#hash", json={"x": ["é"]}, method="PUT",
                 params={"b": True, "c": ["1", "&"]}, headers={"X-Key": "v"})  # fmt: skip
    said = answer.json
    assert said["method"] == "PUT"
    assert said["path"] == "/echo/%C3%BC?a=1&b=true&c=1&c=%26"
    assert json.loads(said["body"]) == {"x": ["é"]}
    assert said["headers"]["x-key"] == "v"
    assert said["headers"]["content-type"] == "application/json"
    assert said["headers"]["accept-encoding"] == "identity"
    assert ask(f"{server.url}/echo", body="ä", method="POST").json["body"] == "ä"


@pytest.mark.parametrize(
    "headers",
    [{"Host": "x"}, {"content-length": "3"}, {"Transfer-Encoding": "chunked"}, {"a b": "c"},
     {"a": "b\r\nc: d"}, {"a": "b\0"}, {"": "x"}, {"Proxy-Authorization": "x"}, {"a": "€"}],
)  # fmt: skip
def test_headers_that_could_smuggle_are_refused(headers):
    with pytest.raises(InputError):
        ask("http://example.com/", headers=headers)


def test_json_and_body_exclude_each_other():
    with pytest.raises(InputError, match="not both"):
        ask("http://example.com/", json=1, body="x")


SECRETS = {"Authorization": "Bearer canary", "Cookie": "canary", "X-Api-Key": "canary",
           "Accept": "text/x"}  # fmt: skip


@pytest.mark.usefixtures("opened")
def test_secrets_do_not_follow_to_another_origin(server):
    with running() as other:
        answer = ask(f"{server.url}/to/302/{other.url}/echo", headers=SECRETS)
        assert "canary" not in json.dumps(other.seen[-1][2])
        assert answer.json["headers"]["accept"] == "text/x"
        assert answer.url == f"{other.url}/echo"
    same = ask(f"{server.url}/to/302//echo", headers=SECRETS)
    assert same.json["headers"]["authorization"] == "Bearer canary"


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "GET", ""), (302, "GET", ""), (303, "GET", ""), (307, "POST", "x"), (308, "POST", "x")],
)
def test_redirects_keep_or_change_the_method(server, status, method, body):
    said = ask(f"{server.url}/to/{status}//echo", method="POST", body="x").json
    assert (said["method"], said["body"]) == (method, body)


@pytest.mark.usefixtures("opened")
def test_redirects_are_counted(server):
    with pytest.raises(ToolError, match="more than 2 redirects"):
        ask(f"{server.url}/to/302//to/302//to/302//echo", redirects=2)
    assert len(server.seen) == 3
    assert ask(f"{server.url}/to/302//echo", redirects=1).status == 200


# --- what is taken ---------------------------------------------------------------------------


@pytest.mark.usefixtures("opened")
def test_kinds_of_bodies(server):
    assert ask(f"{server.url}/bytes").base64 == "AP8="
    assert ask(f"{server.url}/bytes").text is None
    assert ask(f"{server.url}/latin").text == "Grüße"
    assert ask(f"{server.url}/unknown").text == "Grüße"
    assert ask(f"{server.url}/gzip").text == "unpacked"
    assert ask(f"{server.url}/cookie").headers["set-cookie"] == "a=b"
    assert ask(f"{server.url}/echo", method="HEAD").text == ""


@pytest.mark.usefixtures("opened")
def test_a_packed_body_is_taken_whole_or_not_at_all(server):
    assert ask(f"{server.url}/gzips/0").text == "one, two"
    for cut in (1, 12, 25, 40):
        with pytest.raises(DependencyError, match="not whole gzip"):
            ask(f"{server.url}/gzips/{cut}")


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("number", range(len(NO_JSON)))
def test_a_body_that_is_no_json_is_text(server, number):
    answer = ask(f"{server.url}/badjson/{number}")
    assert answer.json is None
    assert answer.text == NO_JSON[number].decode("utf-8", "replace")


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("status", "error"),
    [(400, ToolError), (404, ToolError), (429, DependencyError), (503, DependencyError)],
)
def test_status_from_400_on_is_an_error_unless_told(server, status, error):
    with pytest.raises(error, match=f"{status}. why"):
        ask(f"{server.url}/status/{status}")
    assert ask(f"{server.url}/status/{status}", check=False).status == status


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("path", ["endless", "bomb", "drip"])
def test_no_more_is_taken_than_allowed(server, path):
    with pytest.raises(ResourceError, match="larger than 5 bytes"):
        ask(f"{server.url}/{path}", max_bytes=5)


@pytest.mark.usefixtures("opened")
def test_a_redirect_to_nonsense_is_told(server):
    with pytest.raises(DependencyError, match="no URL"):
        ask(f"{server.url}/to/302/http:%2F%2F[::1")


def test_parameters_that_are_no_text_are_refused():
    with pytest.raises(InputError, match="surrogate"):
        ask("http://example.com/", params={"a": "\ud800"})


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("path", ["short", "garbage", "manyheaders"])
def test_broken_answers_are_told(server, path):
    with pytest.raises(DependencyError, match="broke off"):
        ask(f"{server.url}/{path}")


@pytest.mark.usefixtures("opened")
def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DependencyError, match="does not answer"):
        ask(f"http://127.0.0.1:{port}/")


# --- how long it lasts -----------------------------------------------------------------------

SLOW = ["drip", "dripheaders", "continue", "silent", "endless"]


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("path", SLOW)
def test_the_whole_has_an_end(server, path):
    """Without it, each of these would go on for as long as the server likes."""
    with pytest.raises((StepTimeoutError, ResourceError)) as caught:
        ask(f"{server.url}/{path}", timeout=0.5, max_bytes=32 * 1024 * 1024)
    assert path == "endless" or isinstance(caught.value, StepTimeoutError)


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("path", ["drip", "silent", "dripheaders"])
def test_a_cancel_ends_it(server, path):
    with pytest.raises(CancelledError):
        ask(f"{server.url}/{path}", timeout=600, stop=Told().after(0.3))


def test_a_resolver_that_hangs_is_left(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(60) or [])
    with pytest.raises(StepTimeoutError):
        ask("http://slow.example/", timeout=0.3)
    over.set()


# --- TLS -------------------------------------------------------------------------------------


def test_certificates_are_checked(tmp_path, monkeypatch):
    context, authority = certificate(tmp_path)
    monkeypatch.setenv(ALLOW_VARIABLE, "localhost,wrong.example")
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with running(context) as server:
        url = f"https://localhost:{server.port}/echo"
        with pytest.raises(DependencyError, match="certificate"):
            ask(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert ask(url).status == 200
        with pytest.raises(AccessError, match="from https to http"):
            ask(f"https://localhost:{server.port}/to/302/http://localhost/")
        names(monkeypatch, {"wrong.example": ["127.0.0.1"]})
        with pytest.raises(DependencyError, match="certificate"):
            ask(f"https://wrong.example:{server.port}/echo")
        assert {path for _, path, _, _ in server.seen} == {"/echo", "/to/302/http://localhost/"}


def certificate(folder):
    """A certificate for localhost that signs itself."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415 - only one test needs all this

    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption())  # fmt: skip
    (folder / "key.pem").write_bytes(private)
    (folder / "cert.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, folder / "cert.pem"
