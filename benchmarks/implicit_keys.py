"""How well undeclared foreign keys are found: declared ones are taken away and looked for.

    python benchmarks/implicit_keys.py [DUMPS]          figures, with the fitted constants
    python benchmarks/implicit_keys.py --cross          ... with constants fitted without the
                                                        family of the dump that is judged
    python benchmarks/implicit_keys.py --fit            refit the constants (needs numpy)

DUMPS is a folder of ``<dialect>/<name>.sql``, by default ``../shared/schemas/dumps`` beside the
checkout. A column is judged when the dump declares a key on it: the proposal is right when it
names a table that is declared. Recall is over all such columns, precision over the proposals on
them; proposals on other columns cannot be judged and are only counted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from stageline.schema.model import Schema  # noqa: E402
from stageline.schema.relationships import confidence, discover_relationships  # noqa: E402
from stageline.schema.relationships.catalogue import build_catalogue  # noqa: E402
from stageline.schema.relationships.declared import Declared, read_declared  # noqa: E402
from stageline.schema.relationships.discovery import SHOWN_FROM  # noqa: E402
from stageline.schema.relationships.inference import (  # noqa: E402
    Question,
    infer_targets,
    open_inquiry,
)

FITTED = ROOT / "stageline/schema/relationships/fitted.py"
UNDECLARED_WEIGHT = 0.6  # of a column without a declared key, in a dump that declares all of them
RIDGE = 1.0
TARGET_ONLY = frozenset(confidence.SET_BY_HAND)
# What is only told in words, because ``strength`` already sums it up.
NOT_FITTED = ("table_", "key_exact", "key_suffix", "owner", "context", "abbreviation",
              "column_share", "role_", "says_more", "by_", "sole")  # fmt: skip


@dataclass
class Case:
    """A column with its candidates: features, table names, and which of them is declared."""

    dump: str
    column: str
    features: list[dict[str, float]]
    targets: list[str]
    truth: frozenset[str]

    @property
    def family(self) -> str:
        """Dumps of one origin; they are held out together."""
        dialect, _, name = self.dump.partition("/")
        return dialect if dialect == "informix" else name.removesuffix("_1_4")

    @property
    def right(self) -> int:
        """The place of the declared table among the candidates, -1 if it is not there."""
        return next((i for i, name in enumerate(self.targets) if name in self.truth), -1)


@dataclass
class Tally:
    keys: int = 0
    proposed: int = 0
    right: int = 0
    unjudged: int = 0
    seconds: float = 0.0
    bins: dict[int, list[float]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        for name in ("keys", "proposed", "right", "unjudged", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for place, (count, right, stated) in other.bins.items():
            held = self.bins.setdefault(place, [0.0, 0.0, 0.0])
            self.bins[place] = [held[0] + count, held[1] + right, held[2] + stated]


def strip_keys(schema: Schema) -> Schema:
    """The schema as if it declared no foreign key."""
    return replace(schema, tables=tuple(replace(t, foreign_keys=()) for t in schema.tables))


def find_truth(schema: Schema) -> dict[tuple[str, str], frozenset[str]]:
    """The declared tables of every column with a key whose target is in the dump."""
    catalogue = build_catalogue(schema)
    known = {entry.name for entry in catalogue.entries}
    truth: dict[tuple[str, str], set[str]] = {}
    for key in read_declared(catalogue).relationships:
        for column in key.columns:
            if key.referred_table in known:
                place = (key.table, schema.fold(column))
                truth.setdefault(place, set()).add(key.referred_table)
    return {place: frozenset(tables) for place, tables in truth.items()}


def read_dumps(folder: Path) -> dict[str, Schema]:
    from stageline.schema import read_schema  # noqa: PLC0415

    paths = sorted(folder.glob("*/*.sql"))
    schemas = {f"{p.parent.name}/{p.stem}": read_schema(p, p.parent.name) for p in paths}
    return {name: s for name, s in schemas.items() if any(t.foreign_keys for t in s.tables)}


def collect_cases(name: str, schema: Schema) -> list[Case]:
    """All columns with candidates or a declared key, the declared keys taken away."""
    truth, bare = find_truth(schema), strip_keys(schema)
    catalogue = build_catalogue(bare)
    questions = infer_targets(open_inquiry(catalogue, Declared()))
    cases, left = [], dict(truth)
    for question in questions:
        entry, column = question.reading.entry, question.reading.column
        found = left.pop((entry.name, schema.fold(column.name)), frozenset())
        cases.append(_as_case(name, question, f"{entry.name}.{column.name}", found))
    cases += [Case(name, ".".join(place), [], [], found) for place, found in left.items()]
    return cases


def _as_case(name: str, question: Question, column: str, truth: frozenset[str]) -> Case:
    rivals = sorted(question.rivals, key=lambda r: (r.key.entry.number, r.key.column.name))
    return Case(
        name, column, [r.features for r in rivals], [r.key.entry.name for r in rivals], truth
    )


def judge(name: str, schema: Schema, wrong: list[str]) -> Tally:
    """Run the discovery itself on the stripped schema and compare."""
    truth, bare = find_truth(schema), strip_keys(schema)
    start = time.process_time()
    found = discover_relationships(bare).relationships
    tally = Tally(keys=len(truth), seconds=time.process_time() - start)
    best: dict[tuple[str, str], tuple[float, str]] = {}
    for r in found:
        for column in r.columns:
            place = (r.table, schema.fold(column))
            best[place] = max(best.get(place, (0.0, "")), (r.confidence, r.referred_table))
    wrong += [
        f"{name}: {'.'.join(p)} missed, is {sorted(truth[p])}" for p in truth if p not in best
    ]
    for place, (stated, table) in best.items():
        if place not in truth:
            tally.unjudged += 1
            continue
        right = table in truth[place]
        _count(tally, right, stated)
        if not right:
            wrong.append(
                f"{name}: {'.'.join(place)} -> {table} ({stated}), is {sorted(truth[place])}"
            )
    return tally


def _count(tally: Tally, right: bool, stated: float) -> None:
    tally.proposed += 1
    tally.right += right
    held = tally.bins.setdefault(min(int(stated * 10), 9), [0.0, 0.0, 0.0])
    held[0] += 1
    held[1] += right
    held[2] += stated


def judge_crossed(cases: list[Case]) -> dict[str, Tally]:
    """Judge single-column proposals with constants that never saw the family of the dump."""
    tallies: dict[str, Tally] = {}
    models, held = hold_out(cases)
    for family in sorted(models):
        with_fit(models[family], fit_knots([h for h in held if h.family != family]))
        for case in cases:
            if case.family == family:
                _judge_case(tallies.setdefault(case.dump, Tally()), case)
    return tallies


def with_fit(coefficients: dict[str, float], knots: list[tuple[float, float]]) -> None:
    """Make the model use other constants."""
    confidence.WEIGHTS = {**coefficients, **confidence.SET_BY_HAND}
    confidence.BIAS = coefficients["bias"]
    confidence.KNOTS = tuple(knots)


def _judge_case(tally: Tally, case: Case) -> None:
    tally.keys += bool(case.truth)
    shares = confidence.share_out(case.features)
    if not shares:
        return
    best = max(range(len(shares)), key=shares.__getitem__)
    stated = confidence.calibrate(shares[best])
    if stated >= SHOWN_FROM and case.truth:
        _count(tally, case.targets[best] in case.truth, stated)
    elif stated >= SHOWN_FROM:
        tally.unjudged += 1


def show(tallies: dict[str, Tally]) -> None:
    """Print a line for each dump, the sums, and the calibration."""
    print(
        f"{'dump':42} {'keys':>5} {'recall':>7} {'precision':>9} {'wrong':>5}"
        f" {'unjudged':>8} {'CPU s':>6}"
    )
    for name, tally in tallies.items():
        _show_line(name, tally)
    for title, wanted in _GROUPS.items():
        total = Tally()
        for name, tally in tallies.items():
            if wanted(name):
                total.add(tally)
        _show_line(title, total)
        if title == "all":
            for place in sorted(total.bins):
                count, right, stated = total.bins[place]
                print(
                    f"  stated {stated / count:.2f}  observed {right / count:.2f}  of {count:.0f}"
                )


_GROUPS: dict[str, Callable[[str], bool]] = {
    "all": lambda _: True,
    "informix": lambda name: name.startswith("informix"),
    "others": lambda name: not name.startswith("informix"),
}


def _show_line(name: str, t: Tally) -> None:
    recall, precision = t.right / max(t.keys, 1), t.right / max(t.proposed, 1)
    print(f"{name:42} {t.keys:5} {recall:7.3f} {precision:9.3f} {t.proposed - t.right:5}"
          f" {t.unjudged:8} {t.seconds:6.2f}")  # fmt: skip


@dataclass
class Held:
    """The best candidate of a judged column by a model that never saw its family."""

    family: str
    raw: float
    right: bool
    weight: float


def fit_constants(cases: list[Case]) -> tuple[dict[str, float], list[tuple[float, float]]]:
    """Coefficients from all cases. The calibration comes from predictions for held-out families
    and, as often, from those of the final coefficients: it has to serve schemas of both kinds."""
    coefficients = fit_logit(cases, fitted_names(cases))
    held = hold_out(cases)[1]
    for family in sorted({case.family for case in cases}):
        held += predict(coefficients, [case for case in cases if case.family == family])
    return coefficients, fit_knots(held)


def hold_out(cases: list[Case]) -> tuple[dict[str, dict[str, float]], list[Held]]:
    """For each family the coefficients without it, and what they predict for it."""
    names = fitted_names(cases)
    models: dict[str, dict[str, float]] = {}
    held: list[Held] = []
    for family in sorted({case.family for case in cases}):
        models[family] = fit_logit([c for c in cases if c.family != family], names)
        held += predict(models[family], [case for case in cases if case.family == family])
    return models, held


def predict(coefficients: dict[str, float], cases: list[Case]) -> list[Held]:
    """The raw probability of the best candidate of every judged column of one family."""
    with_fit(coefficients, [(0.0, 0.0), (1.0, 1.0)])
    inside = [case for case in cases if case.truth and case.features]
    held = []
    for case in inside:
        shares = confidence.share_out(case.features)
        best = max(range(len(shares)), key=shares.__getitem__)
        right = case.targets[best] in case.truth
        held.append(Held(case.family, shares[best], right, len(inside) ** -0.25))
    return held


def fitted_names(cases: Iterable[Case]) -> list[str]:
    """The features that get a coefficient."""
    names = {name for case in cases for features in case.features for name in features}
    return sorted(n for n in names if not n.startswith(NOT_FITTED) and n not in TARGET_ONLY)


def weigh_undeclared(cases: list[Case]) -> dict[str, float]:
    """What a column without a declared key is worth as an example of no reference: little where
    many columns that clearly name a table have none, for these are forgotten ones."""
    clear: dict[str, list[bool]] = {}
    for case in cases:
        if max((f["strength"] for f in case.features), default=0.0) >= 0.9:
            clear.setdefault(case.dump, []).append(bool(case.truth))
    shares = {dump: sum(found) / len(found) for dump, found in clear.items()}
    return {case.dump: UNDECLARED_WEIGHT * shares.get(case.dump, 0.0) ** 3 for case in cases}


def fit_logit(cases: list[Case], names: list[str]) -> dict[str, float]:
    """Maximum likelihood with a ridge, by Newton's method. A family counts with the square root
    of its judged columns, so that one large schema does not decide alone."""
    import numpy as np  # noqa: PLC0415

    cases = [case for case in cases if case.features]
    sizes: dict[str, int] = {}
    for case in cases:
        sizes[case.family] = sizes.get(case.family, 0) + bool(case.truth)
    undeclared = weigh_undeclared(cases)
    weights = np.array([
        5 * (1.0 if case.truth else undeclared[case.dump]) / max(sizes[case.family], 1) ** 0.5
        for case in cases
    ])  # fmt: skip
    group = np.repeat(np.arange(len(cases)), [len(case.features) for case in cases])
    rows = np.array([[1.0, *(f.get(n, 0.0) for n in names)] for c in cases for f in c.features])
    truth = np.concatenate([np.arange(len(c.features)) == c.right for c in cases]).astype(float)
    values = np.zeros(rows.shape[1])
    ridge = np.full(len(values), RIDGE)
    ridge[0] = 0.01
    for _ in range(60):
        scores = rows @ values
        top = np.zeros(len(cases))
        np.maximum.at(top, group, scores)
        powers, total = np.exp(scores - top[group]), np.exp(-top)
        np.add.at(total, group, powers)
        shares, weight = powers / total[group], weights[group]
        slope = rows.T @ (weight * (truth - shares)) - ridge * values
        means = np.zeros((len(cases), len(values)))
        np.add.at(means, group, rows * shares[:, None])
        bend = (rows * (weight * shares)[:, None]).T @ rows + np.diag(ridge)
        step = np.linalg.solve(bend - (means * weights[:, None]).T @ means, slope)
        values += step * min(1.0, 3.0 / np.abs(step).max())
        if np.abs(step).max() < 1e-6:
            break
    return {"bias": round(float(values[0]), 3),
            **{n: round(float(v), 3) for n, v in zip(names, values[1:], strict=True)}}  # fmt: skip


def fit_knots(held: list[Held]) -> list[tuple[float, float]]:
    """Isotonic regression (pool adjacent violators) over bins of raw probability."""
    pools: list[list[float]] = []  # weight, weighted raw, weighted right
    edges = [*(0.05 * i for i in range(20)), 1.1]
    for low, high in pairwise(edges):
        inside = [h for h in held if low <= h.raw < high]
        if not inside:
            continue
        pools.append([sum(h.weight for h in inside), sum(h.raw * h.weight for h in inside),
                      sum(h.right * h.weight for h in inside)])  # fmt: skip
        while len(pools) > 1 and pools[-2][2] / pools[-2][0] > pools[-1][2] / pools[-1][0]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    knots = [(round(raw / weight, 3), round(right / weight, 3)) for weight, raw, right in pools]
    return [(0.0, 0.0), *knots, (1.0, max(knots[-1][1], 0.99))]


def write_constants(coefficients: dict[str, float], knots: list[tuple[float, float]]) -> None:
    lines = [f'    "{name}": {value},' for name, value in coefficients.items()]
    points = [f"    ({x}, {y})," for x, y in knots]
    FITTED.write_text("\n".join([
        '"""Fitted by ``python benchmarks/implicit_keys.py --fit``; do not edit by hand.', "",
        "``COEFFICIENTS`` are log-odds for a feature of 1; ``KNOTS`` map raw probability to the",
        "rate observed, half in schema families that were held out. See ``confidence.py``.",
        '"""', "",
        "COEFFICIENTS: dict[str, float] = {", *lines, "}", "",
        "KNOTS: tuple[tuple[float, float], ...] = (", *points, ")", "",
    ]))  # fmt: skip
    print(f"wrote {FITTED.relative_to(ROOT)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("dumps", nargs="?", type=Path, default=ROOT.parent / "shared/schemas/dumps")
    parser.add_argument("--cross", action="store_true", help="hold out the family that is judged")
    parser.add_argument("--fit", action="store_true", help="refit and write the constants")
    parser.add_argument("--wrong", action="store_true", help="list the wrong proposals")
    options = parser.parse_args()
    run(read_dumps(options.dumps), options)


def run(schemas: dict[str, Schema], options: argparse.Namespace) -> None:
    """Fit or judge, as the options say."""
    if options.fit or options.cross:
        cases = [case for name, schema in schemas.items() for case in collect_cases(name, schema)]
        if options.cross:
            show(judge_crossed(cases))
        if options.fit:
            write_constants(*fit_constants(cases))
        return
    wrong: list[str] = []
    show({name: judge(name, schema, wrong) for name, schema in schemas.items()})
    if options.wrong:
        print("\n".join(wrong))


if __name__ == "__main__":
    main()
