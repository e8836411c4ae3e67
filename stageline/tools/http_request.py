"""Ask a web server."""

from __future__ import annotations

import base64
import gzip
import http.client
import io
import json as json_module
import re
import ssl
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from pydantic import Field

from stageline.errors import (
    AccessError,
    DependencyError,
    InputError,
    ResourceError,
    StagelineError,
    ToolError,
)
from stageline.keys import shown
from stageline.ports import Stop, Traits
from stageline.tools._json import read_json
from stageline.tools._network import Allowed, Deadline, connect, read_allowed

TRAITS = Traits(outside=True)
MEBIBYTE = 1024 * 1024
PIECE = 65_536
MAX_URL = 8_000
PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
WORTH_A_RETRY = frozenset({408, 425, 429, *range(500, 600)})
HARMLESS = frozenset({"accept", "accept-language", "content-type", "user-agent"})
OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "te", "upgrade",
                  "trailer", "keep-alive", "expect", "accept-encoding"})  # fmt: skip
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", re.ASCII)
_FIELD = re.compile(r"[\t\x20-\x7e\x80-\xff]{0,8000}")
_HOST = re.compile(r"[A-Za-z0-9_.-]{1,253}|[0-9a-fA-F:.]{2,45}", re.ASCII)
_STRANGE = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_TEXTUAL = re.compile(r"text/|application/(?:[\w.+-]+\+)?(?:json|xml|javascript|x-www-form)", re.A)
_CHARSET = re.compile(r"charset=\"?(utf-8|utf-16|us-ascii|iso-8859-\d+|windows-125\d|shift_jis|"
                      r"euc-jp|euc-kr|gb2312|gbk|gb18030|big5|koi8-r)\b", re.I)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said. ``url`` is where the last redirect led; ``headers`` has lower-case
    names. Of ``text`` and ``base64`` one is null: textual types are decoded, other bytes are
    given in base64. ``json`` is the parsed body if its type says so and it is JSON, else null."""

    status: int
    url: str
    headers: dict[str, str]
    text: str | None
    json: Any
    base64: str | None


def http_request(  # noqa: PLR0913 - each is a setting of its own
    url: str,
    json: Any = None,
    body: str | None = None,
    params: dict[str, str | int | float | bool | list[str]] | None = None,
    *,
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = "GET",
    headers: dict[str, str] | None = None,
    timeout: Annotated[float, Field(gt=0, le=3_600)] = 60.0,
    max_bytes: Annotated[int, Field(ge=0, le=32 * MEBIBYTE)] = 8 * MEBIBYTE,
    redirects: Annotated[int, Field(ge=0, le=20)] = 5,
    check: bool = True,
    stop: Stop,
) -> Answer:
    """Send one HTTP request and take the answer.

    Only public addresses can be reached: private, loopback, link-local (cloud metadata), shared,
    multicast and reserved ones are refused, in every spelling and behind every name, when the
    connection is made and again at each redirect. The operator can open hosts and CIDR blocks
    in the environment variable STAGELINE_HTTP_ALLOW. No proxy of the environment is used.

    ``json`` is sent as JSON, ``body`` as text; ``params`` are added to the query. Redirects are
    followed up to ``redirects`` times, never from https to http; when one leads to another
    scheme, host or port, no header but Accept, Accept-Language, Content-Type and User-Agent is
    sent along. ``timeout`` bounds the whole, name look-up and slow bodies included.

    Errors: ``InputError`` for a wrong URL (user names and passwords in it are refused) or
    header; ``AccessError`` for a forbidden address; ``DependencyError`` if the server cannot be
    reached, breaks off, or (while ``check`` is true) answers 408, 425, 429 or 5xx; ``ToolError``
    for other answers from 400 on while ``check`` is true, and too many redirects;
    ``ResourceError`` for a body above ``max_bytes``; ``StepTimeoutError``; ``CancelledError``.
    """
    if json is not None and body is not None:
        raise InputError("Give json or body, not both.")
    request = _Request(method, _parse(_with_params(url, params or {})), _checked(headers or {}))
    if json is not None:
        request = request.with_body(json_module.dumps(json).encode(), "application/json")
    elif body is not None:
        request = request.with_body(body.encode("utf-8", "replace"), "text/plain; charset=utf-8")
    allowed = read_allowed()
    with Deadline(timeout, stop, f"The request to {shown(request.url.hostname)}") as deadline:
        for _ in range(redirects + 1):
            answer = _exchange(request, allowed, deadline, max_bytes)
            target = answer.fields.get("location")
            if answer.status not in REDIRECTS or not target:
                return _answer(request, answer, check)
            request = request.redirected(answer.status, target)
    raise ToolError(f"{shown(url)} led to more than {redirects} redirects.")


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: SplitResult
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def with_body(self, body: bytes, kind: str) -> _Request:
        return replace(self, body=body, headers={"content-type": kind, **self.headers})

    def redirected(self, status: int, target: str) -> _Request:
        """What is asked next; another origin is told nothing that was meant for the first."""
        url = _parse(_joined_url(self.url.geturl(), target))
        if self.url.scheme == "https" and url.scheme != "https":
            raise AccessError(f"{shown(self.url.hostname)} redirects from https to http.")
        headers = dict(self.headers)
        if _origin(url) != _origin(self.url):
            headers = {n: v for n, v in headers.items() if n in HARMLESS}
        if status == 303 or (status in {301, 302} and self.method == "POST"):
            headers.pop("content-type", None)
            method = self.method if self.method == "HEAD" else "GET"
            return replace(self, method=method, url=url, headers=headers, body=None)
        return replace(self, url=url, headers=headers)


@dataclass(frozen=True, slots=True)
class _Raw:
    status: int
    fields: Mapping[str, str]
    body: bytes


def _origin(url: SplitResult) -> tuple[str, str | None, int]:
    return url.scheme, url.hostname, url.port or PORTS[url.scheme]


# --- what is asked ---------------------------------------------------------------------------


def _joined_url(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:
        raise DependencyError(f"{shown(target)} is no URL to redirect to.") from None


def _with_params(url: str, params: Mapping[str, Any]) -> str:
    if not params:
        return url
    whole, hash_, fragment = url.partition("#")
    pairs = {n: str(v).lower() if isinstance(v, bool) else v for n, v in params.items()}
    try:
        query = urlencode(pairs, doseq=True)
    except UnicodeEncodeError:
        raise InputError("A parameter cannot hold half of a surrogate pair.") from None
    return f"{whole}{'&' if '?' in whole else '?'}{query}{hash_}{fragment}"


def _parse(url: str) -> SplitResult:
    """The parts of an acceptable URL; its text in messages never holds what could be secret."""
    if len(url) > MAX_URL or _STRANGE.search(url):
        raise InputError(f"A URL has at most {MAX_URL:,} characters, no blanks and no backslash.")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
        if not host.isascii():
            host = host.encode("idna").decode()
    except (ValueError, UnicodeError):
        raise InputError("The URL cannot be understood.") from None
    if parts.scheme not in PORTS:
        raise InputError(f"The URL must begin with http:// or https://, not {shown(parts.scheme)}.")
    if "@" in parts.netloc:
        raise InputError("A URL with a user name or password is refused: use a header.")
    if not _HOST.fullmatch(host) or port == 0:
        raise InputError(f"{shown(host)} cannot be a host.")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~")
    place = f"[{host}]" if ":" in host else host.lower()
    return SplitResult(parts.scheme, f"{place}:{port}" if port else place, path, query, "")


def _checked(headers: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, value in headers.items():
        lower = name.lower()
        if not _TOKEN.fullmatch(name) or lower in OURS or lower.startswith("proxy-"):
            raise InputError(f"The header {shown(name)} cannot be set.")
        if not _FIELD.fullmatch(value):
            raise InputError(f"The value of the header {shown(name)} holds a forbidden character.")
        found[lower] = value.strip()
    return found


# --- the exchange ----------------------------------------------------------------------------


def _exchange(request: _Request, allowed: Allowed, deadline: Deadline, max_bytes: int) -> _Raw:
    scheme, host, port = _origin(request.url)
    try:
        connection = http.client.HTTPConnection(host or "", port)
        connection.sock = connect(host or "", port, allowed, deadline)
        try:
            if scheme == "https":
                connection.sock = _secured(connection.sock, host or "")
            return _talk(connection, request, max_bytes)
        finally:
            connection.close()
            deadline.check()  # a shut connection looks like an end of the body
    except StagelineError:
        raise
    except (http.client.HTTPException, OSError, ValueError) as error:
        raise DependencyError(
            f"The server {shown(host)} broke off: {type(error).__name__}: {error}."
        ) from error


def _secured(connection: Any, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(connection, server_hostname=host)


def _talk(connection: http.client.HTTPConnection, request: _Request, max_bytes: int) -> _Raw:
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
    ours = {"host": request.url.netloc, "accept-encoding": "identity", "connection": "close"}
    ours |= {"user-agent": "stageline"} if "user-agent" not in request.headers else {}
    if request.body is not None:
        ours["content-length"] = str(len(request.body))
    for name, value in {**ours, **request.headers}.items():
        connection.putheader(name, value.encode("latin-1"))
    connection.endheaders(request.body)
    with connection.getresponse() as response:
        fields = _joined(response.getheaders())
        body = _body(response, max_bytes)
        return _Raw(response.status, fields, _unpacked(body, fields, max_bytes))


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        lower = name.lower()
        found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return found


def _body(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    data = bytearray()
    while piece := response.read1(PIECE):
        data += piece
        if len(data) > max_bytes:
            raise ResourceError(_too_large(max_bytes))
    if response.length:
        raise http.client.IncompleteRead(bytes(data[-16:]), response.length)
    return bytes(data)


def _unpacked(body: bytes, fields: Mapping[str, str], max_bytes: int) -> bytes:
    """Some servers pack although they were asked not to."""
    if fields.get("content-encoding", "").lower() not in {"gzip", "x-gzip"} or not body:
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            data = packed.read(max_bytes + 1)
    except (zlib.error, OSError, EOFError) as error:
        raise DependencyError(f"The server sent a body that is not whole gzip: {error}.") from error
    if len(data) > max_bytes:
        raise ResourceError(_too_large(max_bytes))
    return data


def _too_large(max_bytes: int) -> str:
    return f"The answer is larger than {max_bytes:,} bytes. Raise `max_bytes` or ask for less."


# --- what is answered ------------------------------------------------------------------------


def _answer(request: _Request, raw: _Raw, check: bool) -> Answer:
    if check and raw.status >= 400:
        kind = DependencyError if raw.status in WORTH_A_RETRY else ToolError
        said = raw.body[:500].decode("utf-8", "replace").strip()
        raise kind(f"{shown(request.url.hostname)} answered {raw.status}. {said}".strip())
    declared = raw.fields.get("content-type", "text/plain" if _is_utf8(raw.body) else "")
    text = _text(raw.body, declared) if _TEXTUAL.match(declared.lower()) else None
    packed = None if text is not None else base64.b64encode(raw.body).decode()
    parsed = _json(text) if text is not None and "json" in declared.lower() else None
    return Answer(raw.status, request.url.geturl(), dict(raw.fields), text, parsed, packed)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text(body: bytes, declared: str) -> str:
    named = _CHARSET.search(declared)
    try:
        return body.decode(named[1] if named else "utf-8", "replace")
    except LookupError:  # such as windows-1259, which nobody has defined
        return body.decode("utf-8", "replace")


def _json(text: str) -> Any:
    try:
        return read_json(text)
    except (ValueError, RecursionError):
        return None
