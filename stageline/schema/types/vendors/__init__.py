"""The vendor types, one file a dialect; the folder is the registry.

A dialect's file holds ``TYPES``, from the lower-case name of a type to what it means, and may
hold ``ALIASES`` (other names of the dialect), ``FALLBACK`` (substrings that decide when no name
matches, SQLite's affinity) and ``UNIT`` (of a length without one: ``char`` or ``byte``). A name
with arguments wins over the bare one: ``tinyint(1)`` exactly, ``blob(n,1)`` by its second one,
``decimal(p)`` and ``float(m,d)`` by their number. What a dialect leaves out is looked up in
``generic``, then in the other dialects: a dump may be labelled wrongly.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module


@dataclass(frozen=True, slots=True)
class Vendor:
    """What a vendor type means.

    ``loss`` says what the canonical type cannot keep; ``bare`` says it for the type written
    without arguments only. ``deprecated`` says why to leave the type. ``unsigned`` is the
    canonical type that holds the unsigned variant. ``whole``: precision with scale 0 makes it a
    whole number. ``length``, ``precision``, ``scale`` are the vendor's defaults.
    """

    canonical: str
    loss: str | None = None
    bare: str | None = None
    deprecated: str | None = None
    unsigned: str | None = None
    whole: bool = False
    identity: bool = False
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class VendorTable:
    types: Mapping[str, Vendor]
    fallback: tuple[tuple[str, str], ...] = ()
    fallback_loss: str | None = None
    unit: str = "char"


def name_types(plain: Mapping[str, str]) -> dict[str, Vendor]:
    """Entries without surprises: canonical name to a comma-separated list of vendor names."""
    return {
        name.strip(): Vendor(canonical)
        for canonical, names in plain.items()
        for name in names.split(",")
    }


@cache
def vendor_tables() -> Mapping[str, VendorTable]:
    """Every dialect's table under each of its names."""
    tables: dict[str, VendorTable] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{module_info.name}")
        table = VendorTable(
            module.TYPES,
            getattr(module, "FALLBACK", ()),
            getattr(module, "FALLBACK_LOSS", None),
            getattr(module, "UNIT", "char"),
        )
        for name in (module_info.name, *getattr(module, "ALIASES", ())):
            tables[name] = table
    return tables


@cache
def lookup_order(dialect: str) -> tuple[VendorTable, ...]:
    """The tables in which a type of ``dialect`` is looked up, in order."""
    tables = vendor_tables()
    own = [tables[name] for name in (dialect, "generic") if name in tables]
    return (*own, *(table for name, table in sorted(tables.items()) if table not in own))
