"""How fast ``read_schema`` passes the data of INSERT-heavy dumps: the real ones of ``shared``.

For each: what the whole costs, what a copy without its data statements costs, both with
detection of the dialect, and the speed of the data by the difference; then the same dump with
its data section repeated to a size that dumps of live systems have. CPU time of the process with
its threads, the least of several runs: ``python -m benchmarks.insert_heavy [folder of dumps]``.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from stageline.schema import read_schema

SHARED = Path(__file__).resolve().parents[2] / "shared" / "schemas" / "dumps"
HEAVY = 0.8  # share of data in bytes from which a dump counts as INSERT-heavy
LARGE = 50_000_000
RUNS = 5
_DATA = ("insert", "replace", "copy")
_COMMANDS = ("client", "blank", "set", "begin", "commit", "lock", "unlock")
_HEADER = ("dump", "MB", "data %", "ms", "ms bare", "MB/s", "data MB/s", "50 MB: MB/s")


@dataclass(frozen=True, slots=True)
class Speed:
    """Sizes in bytes, times in seconds of CPU."""

    name: str
    size: int
    data: int
    whole: float
    bare: float
    large: float

    def row(self) -> tuple[str, ...]:
        rate = self.data / max(1e-9, self.whole - self.bare)
        return (
            self.name,
            f"{self.size / 1e6:.2f}",
            f"{100 * self.data / self.size:.0f}",
            f"{1e3 * self.whole:.1f}",
            f"{1e3 * self.bare:.1f}",
            f"{self.size / 1e6 / self.whole:.0f}",
            f"{rate / 1e6:.0f}",
            f"{self.large / 1e6:.0f}",
        )


def cpu(dump: bytes, runs: int = RUNS) -> float:
    """The least CPU seconds of reading a dump."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        read_schema(dump)
        times.append(time.process_time() - start)
    return min(times)


def data_spans(dump: bytes) -> list[tuple[int, int]]:
    """The bytes of a dump's data statements."""
    return [(s.start, s.end) for s in read_schema(dump).statements if s.kind in _DATA]


def without(dump: bytes, spans: list[tuple[int, int]]) -> bytes:
    """The dump without some of its bytes."""
    edges = [0, *(edge for span in spans for edge in span), len(dump)]
    return b"\n".join(dump[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))


def repeated(dump: bytes, size: int) -> bytes:
    """The dump with its data statements, and the batch and session commands among them, several
    times over."""
    statements = read_schema(dump).statements
    data = [place for place, s in enumerate(statements) if s.kind in _DATA]
    among = [s for s in statements[data[0] : data[-1] + 1] if s.kind in (*_DATA, *_COMMANDS)]
    section = b"\n".join(dump[s.start : s.end] for s in among) + b"\n"
    end = statements[data[-1]].end
    return dump[:end] + b"\n" + section * max(1, (size - len(dump)) // len(section)) + dump[end:]


def measure(path: Path) -> Speed | None:
    """The figures of a dump; None if it is not INSERT-heavy."""
    dump = path.read_bytes()
    spans = data_spans(dump)
    data = sum(end - start for start, end in spans)
    if data < HEAVY * len(dump):
        return None
    large = repeated(dump, LARGE)
    return Speed(
        f"{path.parent.name}/{path.stem}",
        len(dump),
        data,
        cpu(dump),
        cpu(without(dump, spans)),
        len(large) / cpu(large, 2),
    )


def main() -> None:
    """Print a line a dump."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    print(" | ".join(_HEADER))
    for path in sorted(folder.glob("*/*.sql")):
        if speed := measure(path):
            print(" | ".join(speed.row()), flush=True)


if __name__ == "__main__":
    main()
