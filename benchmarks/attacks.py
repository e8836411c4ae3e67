"""How long the longest attack takes: python -m benchmarks.attacks

Runs each attack of ``tests/unit/workflow/attacks.py`` on expressions, templates, paths and
values with cold caches, and takes the least CPU time of five. Prints how many there are, how
they end, the slowest ten, and how many took over 50 ms or got through; both must be 0.
"""

from __future__ import annotations

import gc
import sys
import time
from collections import Counter

from stageline.workflow import expressions, paths, patterns, values
from stageline.workflow.language import EvaluationError, ExpressionError
from tests.unit.workflow.attacks import ATTACKS, STOPPED, Attack

LIMIT_MS = 50
CACHES = (expressions._parse_short, expressions._parse_long, paths._parse, values._parse_short,
          patterns._compile)  # fmt: skip


def main() -> int:
    rows = sorted((measure(attack) for attack in ATTACKS), reverse=True)
    ends = Counter(end for _, _, end in rows)
    slow = sum(ms > LIMIT_MS for ms, _, _ in rows)
    print(f"{len(rows)} attacks: " + ", ".join(f"{n} {end}" for end, n in sorted(ends.items())))
    for ms, name, end in rows[:10]:
        print(f"{ms:8.2f} ms  {name:32} {end}")
    median = rows[len(rows) // 2][0]
    through = ends["through"]
    print(f"median {median:.3f} ms, over {LIMIT_MS} ms: {slow}, got through: {through}")
    return int(bool(slow or through))


def measure(attack: Attack, times: int = 5) -> tuple[float, str, str]:
    """The least CPU time in ms, the name, and how it ended."""
    best, end = float("inf"), ""
    for _ in range(times):
        for cache in CACHES:
            cache.cache_clear()
        gc.collect()
        start = time.process_time()
        end = outcome(attack)
        best = min(best, (time.process_time() - start) * 1_000)
    return best, attack.id, end


def outcome(attack: Attack) -> str:
    try:
        value = attack.run()
    except ExpressionError:
        return "refused"
    except EvaluationError:
        return "stopped"
    return "harmless" if attack.harmless is not STOPPED and value == attack.harmless else "through"


if __name__ == "__main__":
    sys.exit(main())
