"""The template, the styles and the script of the page, and the policy that admits only them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

SCRIPTS = ("dom.js", "list.js", "tables.js", "relationships.js", "lists.js", "start.js")


@dataclass(frozen=True, slots=True)
class Assets:
    template: Template
    style: Markup
    script: Markup
    policy: str


@cache
def load_assets() -> Assets:
    """Read the package's files once. The style and script are our own, hence safe as they are."""
    style = _read("page.css")
    script = "\n".join(_read(name) for name in SCRIPTS)
    environment = Environment(
        loader=PackageLoader("stageline.schema", "page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return Assets(
        template=environment.get_template("report.html.j2"),
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=(
            f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
            "img-src data:; base-uri 'none'; form-action 'none'"
        ),
    )


def _read(name: str) -> str:
    return (files("stageline.schema.page") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """The hash source of the Content Security Policy, https://www.w3.org/TR/CSP3/#grammardef-hash-source."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
