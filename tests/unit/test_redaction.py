"""Known secrets in every spelling, and what looks like one; the rest is left alone."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Secret, SecretBytes, SecretStr

from stageline.redaction import MASK, Redactor, secrets_of

SECRET = 'c4n@ry/+ "näme"<&>\'x'  # noqa: S105

SPELLINGS = {
    "as it is": SECRET,
    "in a sentence": f"login with {SECRET}, please",
    "repr": repr(SECRET),
    "ascii": ascii(SECRET),
    "json": json.dumps({"a": [SECRET]}),
    "json without escapes": json.dumps({"a": [SECRET]}, ensure_ascii=False),
    "url": f"http://host/?q={quote(SECRET, safe='')}&r=1",
    "url path": f"http://host/{quote(SECRET)}",
    "form": f"q={quote_plus(SECRET)}",
    "url in url": quote(quote(SECRET, safe=""), safe=""),
    "html": f"<b>{html.escape(SECRET)}</b>",
    "basic": base64.b64encode(f"user:{SECRET}".encode()).decode(),
    "basic with another user": base64.b64encode(f"user2:{SECRET}".encode()).decode(),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 for urls": base64.urlsafe_b64encode(f"a{SECRET}b".encode()).decode(),
    "hex": SECRET.encode().hex(),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_known_secret_is_found_in_every_spelling(name: str) -> None:
    redactor = Redactor([SECRET])
    for cleaned in (
        redactor.redact(SPELLINGS[name]),
        redactor.redact_data({"x": [SPELLINGS[name]]})["x"][0],  # type: ignore[index]
        redactor.redact_bytes(SPELLINGS[name].encode()).decode(),
    ):
        assert MASK in cleaned
        assert "c4n" not in cleaned
        assert SECRET.encode().hex()[8:] not in cleaned


@settings(deadline=None)
@given(st.text(min_size=6, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_no_known_secret_survives_between_any_text(secret: str, before: str, after: str) -> None:
    redactor = Redactor([secret])
    if secret in MASK or secret != secret.strip():
        return
    for text in (before + secret + after, json.dumps(before + secret + after)):
        for form in (secret, json.dumps(secret)[1:-1]):
            assert form not in redactor.redact(text).replace(MASK, "\0")


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert Redactor(["hunter2", "hunter2-long"]).redact("x hunter2-long y") == f"x {MASK} y"


def test_every_long_line_of_a_key_file_is_secret() -> None:
    lines = ["MIIEvQIBADANBgkqhkiG9w0B", "AQEFAASCBKcwggSjAgEAAoIB"]
    redactor = Redactor(["\n".join(["-----BEGIN-----", *lines])])
    for line in lines:
        assert redactor.redact(f"log: {line}") == f"log: {MASK}"


def test_text_without_secrets_stays(subtests: pytest.Subtests) -> None:
    redactor = Redactor(["hunter2", "", "abc", "&<"])
    for text in (
        "table customer: 12 columns",
        "abc def 616263 &amp;&lt;",
        "see http://localhost:4200/runs/1?a=b:c@d and s3://bucket/prefix",
        "mail to billing@example.com, Basic information, bearer certificate",
        "<p>-----BEGIN PRIVATE KEYS: how to keep them</p>",
        "",
    ):
        with subtests.test(text):
            assert redactor.redact(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("postgresql://scott:tiger@db:5432/x", f"postgresql://scott:{MASK}@db:5432/x"),
        ("mysql://u:p@ss@db/x", f"mysql://u:{MASK}@db/x"),
        ("redis://:pw@db", f"redis://:{MASK}@db"),
        ("id AKIAIOSFODNN7EXAMPLE.", f"id {MASK}."),
        ("Authorization: Bearer eyJhbGciOi.J9", f"Authorization: {MASK}"),
        ("got Bearer eyJhbGciOi.J9 back", f"got Bearer {MASK} back"),
        ("password=hunter2&x=1", f"password={MASK}&x=1"),
        ("{'aws_secret_access_key': 'abc d'}", f"{{'aws_secret_access_key': {MASK}}}"),
        ('{"token": "abc d", "n": 1}', f'{{"token": {MASK}, "n": 1}}'),
        ("PWD: x, y", f"PWD: {MASK}, y"),
        ("https://h/k?X-Amz-Signature=abc&z=1", f"https://h/k?X-Amz-Signature={MASK}&z=1"),
        ("create user a identified by 'pw'", f"create user a identified by '{MASK}'"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- x",
            f"{MASK} x",
        ),
    ],
)
def test_what_looks_secret_is_redacted_in_logs(text: str, cleaned: str) -> None:
    assert Redactor().redact(text) == cleaned


def test_a_key_without_its_end_takes_nothing_else_along() -> None:
    page = "<pre>-----BEGIN PRIVATE KEY-----\nMIIEvQ+/=\nAAAA</pre><p>the rest of the page</p>"
    assert Redactor().redact_bytes(page.encode()).decode() == (
        f"<pre>{MASK}</pre><p>the rest of the page</p>"
    )


def test_data_about_a_schema_stays_as_it_is() -> None:
    data = {
        "password": "varchar(40)",
        "rule": "CHECK (token = 'A' OR pwd: 'x')",
        "counts": [1, 2.5, None, True],
    }
    assert Redactor(["hunter2"]).redact_data(data) == data
    found = Redactor(["hunter2"]).redact_data({"hunter2": ("a hunter2", "http://u:p@h")})
    assert found == {MASK: [f"a {MASK}", f"http://u:{MASK}@h"]}


# --- secrets of blocks -----------------------------------------------------------------------


class Credentials(BaseModel):
    aws_access_key_id: str = "AKIA-in-text"
    aws_secret_access_key: SecretStr = SecretStr("very secret")
    aws_session_token: str | None = "session token"  # noqa: S105
    region_name: str = "eu-central-1"


class Place(BaseModel, extra="allow"):
    bucket: str = "bucket-name"
    credentials: Credentials = Credentials()
    parameters: dict[str, object] = {"endpoint_url": "https://me:url-password@host/x"}
    nested: Secret[dict[str, object]] = Secret({"a": ["deep secret"], "n": 1})
    raw: SecretBytes = SecretBytes(b"raw secret")
    short: SecretStr = SecretStr("abc")


def test_secrets_are_found_wherever_a_block_keeps_them() -> None:
    place = Place.model_validate({"extra_password": "extra secret"})
    assert secrets_of(place, None, {"token": {"x": "in a mapping"}}, "http://a:in-a-url@b") == {
        "AKIA-in-text", "very secret", "session token", "url-password", "deep secret",
        "raw secret", "extra secret", "in a mapping", "in-a-url",
    }  # fmt: skip


def test_a_redactor_does_not_show_its_secrets() -> None:
    assert "hunter2" not in repr(Redactor(["hunter2"]))
