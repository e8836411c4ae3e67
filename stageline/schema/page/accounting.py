"""What became of every statement of the dump, counted by kind and by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from stageline.schema.model import Statement
from stageline.schema.page.text import plural


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: str
    parsed: int
    skipped: int
    failed: int

    @property
    def total(self) -> int:
        return self.parsed + self.skipped + self.failed


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """``line`` is that of the first such statement."""

    kind: str
    reason: str
    count: int
    line: int


@dataclass(frozen=True, slots=True)
class Accounting:
    kinds: tuple[KindCount, ...]
    skipped: tuple[ReasonCount, ...]
    failed: tuple[Statement, ...]
    totals: KindCount

    @property
    def headline(self) -> str:
        """One sentence: ``1,730 statements: 1,686 parsed, 41 skipped, 3 failed``."""
        return f"{plural(self.totals.total, 'statement')}: {self.outcome}"

    @property
    def outcome(self) -> str:
        """``1,686 parsed, 41 skipped, 3 failed``."""
        counts = self.totals
        return f"{counts.parsed:,} parsed, {counts.skipped:,} skipped, {counts.failed:,} failed"


def count_statements(statements: Iterable[Statement]) -> Accounting:
    """Count statements by kind (most frequent first) and the skipped ones by reason."""
    counts: Counter[tuple[str, str]] = Counter()
    reasons: dict[tuple[str, str], list[int]] = {}
    failed = []
    for statement in statements:
        counts[statement.kind, statement.status] += statement.count
        if statement.status == "skipped":
            key = (statement.kind, statement.reason or "no reason given")
            reasons.setdefault(key, [0, statement.line])[0] += statement.count
        elif statement.status == "failed":
            failed.append(statement)
    kinds = [_count_kind(kind, counts) for kind in sorted({kind for kind, _ in counts})]
    skipped = [ReasonCount(*key, count, line) for key, (count, line) in reasons.items()]
    return Accounting(
        kinds=tuple(sorted(kinds, key=lambda kind: (-kind.total, kind.kind))),
        skipped=tuple(sorted(skipped, key=lambda r: (-r.count, r.kind, r.reason))),
        failed=tuple(failed),
        totals=KindCount("all", *(sum(getattr(k, s) for k in kinds) for s in _STATUSES)),
    )


_STATUSES = ("parsed", "skipped", "failed")


def _count_kind(kind: str, counts: Counter[tuple[str, str]]) -> KindCount:
    return KindCount(kind, *(counts[kind, status] for status in _STATUSES))
