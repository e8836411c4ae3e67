"""Readable ids from titles; names of tools from the types of other systems."""

from __future__ import annotations

import keyword
import re
import unicodedata

from stageline.workflow.functions import FUNCTIONS

LENGTH = 64
TOOL_LENGTH = 128
# What an id would be mistaken for in an expression: the roots, the constants, the functions.
RESERVED = frozenset(keyword.kwlist) | frozenset(FUNCTIONS) | frozenset(
    {"inputs", "item", "index", "state", "nodes", "true", "false", "null", "error", "count",
     "case"}
)  # fmt: skip
_ODD = re.compile(r"[^A-Za-z0-9]+")
_ODD_IN_TOOL = re.compile(r"[^A-Za-z0-9_.@/:-]+")


def slug(text: str) -> str:
    """``text`` in lower-case ASCII with ``_`` between words; empty if nothing is left of it."""
    plain = unicodedata.normalize("NFKD", text[:400].casefold()).encode("ascii", "ignore").decode()
    return _ODD.sub("_", plain).strip("_").lower()


def identifier(text: str, otherwise: str = "node") -> str:
    """``text`` as an id of letters, digits and ``_``, never a reserved word."""
    found = slug(text) or slug(otherwise) or "node"
    if not found[0].isalpha():
        found = f"n{found}" if found[0].isdigit() else f"n_{found}"
    found = found[:LENGTH].rstrip("_")
    return f"{found[: LENGTH - 1]}_" if found in RESERVED else found


def port_name(text: str, otherwise: str = "output") -> str:
    """The name of a port: like an id, in the letters that its system uses."""
    found = _ODD.sub("_", unicodedata.normalize("NFKD", text[:400])).strip("_")
    if found.isascii() and found and found[0].isalpha() and len(found) <= LENGTH:
        return found
    return identifier(text, otherwise)


def tool_name(kind: str, prefix: str = "") -> str:
    """The name of a tool that does not exist here, made from the type of another system."""
    plain = unicodedata.normalize("NFKD", f"{prefix}{kind}"[:400]).encode("ascii", "ignore")
    found = _ODD_IN_TOOL.sub("_", plain.decode()).strip("_")
    found = found if found[:1].isalpha() or found[:1] == "@" else f"type_{found}"
    return found[:TOOL_LENGTH]


class Names:
    """Hands out ids, each once; in the order asked for, so always the same ones."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, text: str, otherwise: str = "node") -> str:
        wanted = identifier(text, otherwise)
        found, number = wanted, self._next.get(wanted, 2)
        while found in self._taken:
            found = f"{wanted[: LENGTH - 1 - len(str(number))]}_{number}"
            number += 1
        self._next[wanted] = number
        self._taken.add(found)
        return found
