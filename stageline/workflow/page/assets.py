"""The template, the styles and the script of the page, and the policy that admits only them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from stageline.workflow.picture.ink import style as picture_style


@dataclass(frozen=True, slots=True)
class Assets:
    page: Template
    excerpt: Template
    style: Markup
    script: Markup
    policy: str


@cache
def load_assets() -> Assets:
    """Read the package's files once. The style and script are our own, hence safe as they are."""
    style, script = _read("page.css"), _read("page.js")
    environment = Environment(
        loader=PackageLoader("stageline.workflow", "page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return Assets(
        page=environment.get_template("report.html.j2"),
        excerpt=environment.get_template("excerpt.html.j2"),
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=(
            f"default-src 'none'; style-src '{_digest(style)}' '{_digest(picture_style())}'; "
            f"script-src '{_digest(script)}'; img-src data:; base-uri 'none'; form-action 'none'"
        ),
    )


def _read(name: str) -> str:
    return (files("stageline.workflow.page") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """The hash source of the policy, https://www.w3.org/TR/CSP3/#grammardef-hash-source."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
