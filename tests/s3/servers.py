"""Real S3 servers in processes of their own, and a proxy between them and a client."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from blocks.s3_client import make_client
from blocks.s3_store import S3Store

KEY_ID, SECRET = "AKIAIOSFODNN7TESTKEY", "wJalrXUtnFEMI0K7MDENG0canary0secret"
BUCKET = "bucket"
# Few retries and short waits: what is retried is the same, only sooner over.
FAST = Config(
    retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=1, read_timeout=1
)


@dataclass(frozen=True)
class Server:
    """A running server; ``honours`` says whether it keeps to If-None-Match."""

    name: str
    port: int
    honours: bool

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, port: int | None = None, secret: str = SECRET) -> Any:
        session = _session(secret)
        url = f"http://127.0.0.1:{port or self.port}"
        return make_client(session, endpoint_url=url, config=FAST)

    def store(self, prefix: str, port: int | None = None, *, emulate: bool = True) -> S3Store:
        return S3Store(self.client(port), BUCKET, prefix, emulate=emulate)


@cache
def _session(secret: str) -> boto3.Session:
    """A session reads the description of S3 once; that is most of the cost of a client."""
    return boto3.Session(KEY_ID, secret, region_name="us-east-1")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    """Run a server until the end of the block; it is up when it takes connections."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + 30
            while process.poll() is None and time.monotonic() < end:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                    break
                time.sleep(0.02)
            else:
                raise RuntimeError(f"{command[0]} did not start")
            yield
        finally:
            process.terminate()


@contextmanager
def rclone(folder: Path, before: tuple[str, ...] = ()) -> Iterator[Server]:
    """``rclone serve s3`` on ``folder``, with the bucket in it."""
    program = shutil.which("rclone") or str(Path(sys.executable).parent / "rclone")
    port = free_port()
    (folder / BUCKET).mkdir(exist_ok=True)
    command = [
        *before, program, "serve", "s3", str(folder), "--addr", f"127.0.0.1:{port}",
        "--auth-key", f"{KEY_ID},{SECRET}", "--config", "",
    ]  # fmt: skip
    with running(command, port):
        yield Server("rclone", port, honours=False)


@contextmanager
def moto() -> Iterator[Server]:
    """moto's server, its conditional creates made atomic, with the bucket in it."""
    port = free_port()
    program = str(Path(__file__).with_name("atomic_moto.py"))
    with running([sys.executable, "-W", "ignore", program, str(port)], port):
        server = Server("moto", port, honours=True)
        server.client().create_bucket(Bucket=BUCKET)
        yield server


# --- a proxy that does harm ------------------------------------------------------------------

Fault = Callable[[socket.socket, socket.socket], None]


class Proxy:
    """Passes connections on to a server; each entry of ``faults`` befalls one connection, and
    ``usual`` all others."""

    def __init__(self, target: int) -> None:
        self.faults: list[Fault] = []
        self.usual: Fault = pass_on
        self.connections = 0
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                fault = self.faults.pop(0) if self.faults else self.usual
                threading.Thread(target=self._serve, args=(client, fault), daemon=True).start()

    def _serve(self, client: socket.socket, fault: Fault) -> None:
        with suppress(OSError), client:
            server = socket.create_connection(("127.0.0.1", self._target))
            with server:
                fault(client, server)


def pass_on(client: socket.socket, server: socket.socket) -> None:
    """Nothing befalls the connection; one request only, so that the next is a new one."""
    _request(client, server)
    while data := server.recv(65536):
        client.sendall(data)


def cut_request(client: socket.socket, server: socket.socket) -> None:
    """The connection breaks while the request is sent; the server sees the head alone."""
    server.sendall(client.recv(200))


def cut_answer(client: socket.socket, server: socket.socket) -> None:
    """The request is carried out; the answer never comes."""
    _request(client, server)
    server.recv(1)


def cut_body(client: socket.socket, server: socket.socket) -> None:
    """The answer breaks off in its body."""
    _request(client, server)
    answer = b""
    while data := server.recv(65536):
        answer += data
    head, _, body = answer.partition(b"\r\n\r\n")
    client.sendall(head + b"\r\n\r\n" + body[: len(body) // 2])


def spoil_body(client: socket.socket, server: socket.socket) -> None:
    """The answer has as many bytes as it should, and the last is another."""
    _request(client, server)
    answer = b""
    while data := server.recv(65536):
        answer += data
    client.sendall(answer[:-1] + bytes([answer[-1] ^ 1]))


def hang(client: socket.socket, server: socket.socket) -> None:
    """No answer for longer than the client waits."""
    time.sleep(1.5)


def answer_with(status: int, code: str = "", head: str = "") -> Fault:
    """An answer of the proxy's own, for what these servers never say."""

    def answer(client: socket.socket, server: socket.socket) -> None:
        _request(client, None)
        body = f"<Error><Code>{code}</Code><Message>{code} happened</Message></Error>".encode()
        client.sendall(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/xml\r\n{head}"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
            + body
        )

    return answer


def only_for(part: bytes, fault: Fault) -> Fault:
    """The fault befalls requests with ``part`` in their first line, and no others."""

    def choose(client: socket.socket, server: socket.socket) -> None:
        line = client.recv(4096, socket.MSG_PEEK).partition(b"\r\n")[0]
        (fault if part in line else pass_on)(client, server)

    return choose


def refuse(client: socket.socket, server: socket.socket) -> None:
    """The connection is reset before anything is read."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _request(client: socket.socket, server: socket.socket | None) -> None:
    """Read one whole request and pass it on, asking the server to close behind its answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := client.recv(65536)):
            return
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = 0
    for line in lines:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        if name.lower() == b"expect":
            client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    lines = [line for line in lines if not line.lower().startswith(b"expect:")]
    while len(body) < length:
        if not (more := client.recv(65536)):
            return
        body += more
    if server:
        server.sendall(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
