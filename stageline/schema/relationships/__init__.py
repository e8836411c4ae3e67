"""Relationships between tables: declared foreign keys, implied ones, and their graph."""

from __future__ import annotations

from stageline.schema.relationships.discovery import discover_relationships
from stageline.schema.relationships.findings import relationship_findings

__all__ = ["discover_relationships", "relationship_findings"]
