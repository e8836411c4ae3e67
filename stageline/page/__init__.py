"""What every ``report.html`` shares: base styles, templates that escape, and a policy.

A page asks nothing of the network. Its styles and script are named by their hashes in the
policy, so that nothing that came with a job's data can ever run or load.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

__all__ = ["Assets", "read_assets"]


@dataclass(frozen=True, slots=True)
class Assets:
    """The parts of a page that are our own, hence safe as they are; and its templates."""

    style: Markup
    script: Markup
    policy: str
    environment: Environment

    def template(self, name: str) -> Template:
        """A template of the page's folder."""
        return self.environment.get_template(name)


def read_assets(
    package: str, styles: Sequence[str], scripts: Sequence[str], pictures: Sequence[str] = ()
) -> Assets:
    """Read the files of a package, its styles behind the base ones.

    ``pictures`` are further styles that the page is to admit, those of drawings in it.
    """
    style = "\n".join([_read(__name__, "base.css"), *(_read(package, name) for name in styles)])
    script = "\n".join(_read(package, name) for name in scripts)
    return Assets(Markup(style), Markup(script), _policy([style, *pictures], script),  # noqa: S704
                  _environment(package))  # fmt: skip


def _read(package: str, name: str) -> str:
    return (files(package) / name).read_text(encoding="utf-8")


def _environment(package: str) -> Environment:
    parent, _, folder = package.rpartition(".")
    return Environment(
        loader=PackageLoader(parent, folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def _policy(styles: Sequence[str], script: str) -> str:
    admitted = " ".join(_hash_source(style) for style in styles)
    return (
        f"default-src 'none'; style-src {admitted}; script-src {_hash_source(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash_source(text: str) -> str:
    """As https://www.w3.org/TR/CSP3/#grammardef-hash-source has it."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
