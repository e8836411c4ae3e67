"""Connections to public addresses only: what a document may reach over the network.

A name is resolved here, each address is judged, and the connection is made to the very address
that was judged; so neither a spelling of an address nor a name that changes its address between
check and use (DNS rebinding) leads inside. What lies inside is opened by the operator alone, in
the environment variable ``STAGELINE_HTTP_ALLOW``: host names, addresses and CIDR blocks, with
commas between them.
"""

from __future__ import annotations

import ipaddress
import os
import select
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from stageline.errors import (
    AccessError,
    CancelledError,
    ConfigError,
    DependencyError,
    StagelineError,
    StepTimeoutError,
)
from stageline.keys import shown
from stageline.ports import Stop

ALLOW_VARIABLE = "STAGELINE_HTTP_ALLOW"
TICK_SECONDS = 0.05
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Written out, since what ``ipaddress`` calls global differs between versions of Python.
_IPV6 = ipaddress.ip_network("2000::/3")  # all that is given out of IPv6
_REFUSED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # the metadata service of Azure
        "2001::/23",  # Teredo and other protocols
        "2001:db8::/32", "3fff::/20",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
    )
)  # fmt: skip


def is_public(address: Address) -> bool:
    """Whether an address lies in the public internet, and hides no other one."""
    if address.version == 6 and address not in _IPV6:
        return False
    inside = any(address in block for block in _REFUSED if block.version == address.version)
    return address.is_global and not inside


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the operator opened beside the public addresses."""

    hosts: frozenset[str]
    blocks: tuple[Network, ...]

    def permits(self, host: str, address: Address) -> bool:
        mapped = getattr(address, "ipv4_mapped", None) or address
        return (
            is_public(address)
            or host.rstrip(".") in self.hosts
            or any(mapped in block for block in self.blocks if block.version == mapped.version)
        )


def read_allowed() -> Allowed:
    """The operator's list. Raises ``ConfigError`` for what is no host, address or block."""
    hosts, blocks = set(), []
    for entry in filter(None, map(str.strip, os.environ.get(ALLOW_VARIABLE, "").split(","))):
        try:
            blocks.append(ipaddress.ip_network(entry))
        except ValueError:
            if "/" in entry or ":" in entry or "*" in entry:
                raise ConfigError(
                    f"{shown(entry)} in {ALLOW_VARIABLE} is no host name, address or CIDR block."
                ) from None
            hosts.add(entry.lower().rstrip("."))
    return Allowed(frozenset(hosts), tuple(blocks))


class Deadline:
    """The end of a conversation: out of time or told to stop, whatever the other side does.

    A thread looks 20 times a second and shuts the socket in use, which wakes every call that
    waits on it; so a peer that sends a byte now and then gets no more time than any other.
    """

    def __init__(self, seconds: float, stop: Stop, what: str) -> None:
        self._until = time.monotonic() + seconds
        self._seconds, self._stop, self._what = seconds, stop, what
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._reason: StagelineError | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self.guard(None)

    @property
    def left(self) -> float:
        """Seconds that are left; never 0, which sockets take as "do not wait"."""
        return max(0.001, self._until - time.monotonic())

    def check(self) -> None:
        """Raise ``StepTimeoutError`` or ``CancelledError`` if it is over."""
        if reason := self._reason or self._look():
            raise reason

    def guard(self, connection: socket.socket | None) -> None:
        """Watch this connection from now on, and no other."""
        with self._lock:
            if self._socket:
                self._socket.close()
            # A copy: TLS takes the original apart, and both are the same connection.
            self._socket = connection and connection.dup()

    def _look(self) -> StagelineError | None:
        if self._stop.wait(0):
            return CancelledError(f"{self._what} was told to stop.")
        if time.monotonic() > self._until:
            return StepTimeoutError(f"{self._what} took longer than {self._seconds:g} seconds.")
        return None

    def _watch(self) -> None:
        while not self._over.wait(TICK_SECONDS):
            self._reason = self._look()
            if self._reason:
                break
        while not self._over.wait(TICK_SECONDS):  # also a socket that comes later
            with self._lock, suppress(OSError):
                if self._socket:
                    self._socket.shutdown(socket.SHUT_RDWR)


def connect(host: str, port: int, allowed: Allowed, deadline: Deadline) -> socket.socket:
    """A connection to the first permitted address of ``host`` that answers.

    Raises ``AccessError`` if no address of it is permitted, ``DependencyError`` if it has none
    or none answers.
    """
    problem: OSError | None = None
    for family, place in _permitted(host, port, allowed, deadline):
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            _connect(connection, place, deadline)
            deadline.guard(connection)
            connection.settimeout(deadline.left)
        except OSError as error:
            connection.close()
            if isinstance(error, StagelineError):
                raise
            problem = error
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise DependencyError(f"{shown(host)} does not answer on port {port}: {problem}.")


def _permitted(
    host: str, port: int, allowed: Allowed, deadline: Deadline
) -> list[tuple[socket.AddressFamily, Any]]:
    found = _resolve(host, port, deadline)
    # A zone (fe80::1%eth0) is cut off: it says where, not what.
    addresses = [ipaddress.ip_address(str(place[0]).partition("%")[0]) for _, place in found]
    good = [entry for entry, address in zip(found, addresses, strict=True)
            if allowed.permits(host, address)]  # fmt: skip
    if not good:
        raise AccessError(
            f"{shown(host)} leads to {addresses[0]}, which is not a public address. "
            f"An operator can open it in {ALLOW_VARIABLE}."
        )
    return good


def _resolve(host: str, port: int, deadline: Deadline) -> list[tuple[socket.AddressFamily, Any]]:
    """Ask the system's resolver in a thread, since nothing ends its waiting."""
    answer: list[Any] = []

    def ask() -> None:
        try:
            answer.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(TICK_SECONDS)
        deadline.check()
    if isinstance(answer[0], Exception) or not answer[0]:
        raise DependencyError(f"{shown(host)} has no address: {answer[0] or 'no answer'}.")
    return [(family, place) for family, _, _, _, place in answer[0]]


def _connect(connection: socket.socket, place: Any, deadline: Deadline) -> None:
    connection.setblocking(False)
    connection.connect_ex(place)
    while True:
        _, writable, _ = select.select([], [connection], [], TICK_SECONDS)
        deadline.check()
        if writable:
            break
    if code := connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(code, os.strerror(code))
