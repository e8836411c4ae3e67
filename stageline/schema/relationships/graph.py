"""Facts about the graph of tables: cycles, load order, islands, components, join tables.

A table points at the tables that it refers to. Strongly connected components are found with
Tarjan's algorithm (R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J.
Computing 1(2), 1972), written with a stack of its own so that depth is no limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

Edges = Mapping[str, Sequence[str]]
Groups = tuple[tuple[str, ...], ...]


def build_edges(tables: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Sorted neighbours by table, without doubles and without tables that are not given."""
    edges: dict[str, set[str]] = {table: set() for table in sorted(tables)}
    for source, target in pairs:
        if source in edges and target in edges:
            edges[source].add(target)
    return {table: sorted(targets) for table, targets in edges.items()}


def find_strong_components(edges: Edges) -> list[tuple[str, ...]]:
    """Groups of tables that reach each other, every group behind those that it points at."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    waiting: list[str] = []
    inside: set[str] = set()
    groups: list[tuple[str, ...]] = []
    for start in edges:
        path: list[tuple[str, Iterator[str]]] = (
            [] if start in order else [(start, iter(edges[start]))]
        )
        while path:
            table, neighbours = path[-1]
            if table not in order:
                order[table] = low[table] = len(order)
                waiting.append(table)
                inside.add(table)
            step = next(neighbours, None)
            if step is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[table])
                if low[table] == order[table]:
                    groups.append(_pop_group(waiting, inside, table))
            elif step not in order:
                path.append((step, iter(edges[step])))
            elif step in inside:
                low[table] = min(low[table], order[step])
    return groups


def _pop_group(waiting: list[str], inside: set[str], root: str) -> tuple[str, ...]:
    group = [waiting.pop()]
    while group[-1] != root:
        group.append(waiting.pop())
    inside.difference_update(group)
    return tuple(sorted(group))


def find_cycles(edges: Edges) -> Groups:
    """The groups of two or more tables that need each other, each as a round trip where one
    visits every member, otherwise by name."""
    groups = [group for group in find_strong_components(edges) if len(group) > 1]
    return tuple(sorted(_walk_round(edges, group) for group in groups))


def _walk_round(edges: Edges, group: tuple[str, ...]) -> tuple[str, ...]:
    """Follow references from the first member as long as they lead to one not yet seen."""
    walk, left = [group[0]], set(group[1:])
    while left:
        step = next((table for table in edges[walk[-1]] if table in left), None)
        if step is None:
            break
        walk.append(step)
        left.remove(step)
    return (*walk, *sorted(left))


def order_levels(edges: Edges) -> Groups:
    """Levels for loading: a table needs only earlier levels, but for members of its cycle."""
    groups = find_strong_components(edges)
    group_of = {table: number for number, group in enumerate(groups) for table in group}
    level: list[int] = []
    for number, group in enumerate(groups):
        needed = {group_of[target] for table in group for target in edges[table]} - {number}
        level.append(max((level[other] + 1 for other in needed), default=0))
    levels: list[list[str]] = [[] for _ in range(max(level, default=-1) + 1)]
    for number, group in enumerate(groups):
        levels[level[number]].extend(group)
    return tuple(tuple(sorted(tables)) for tables in levels)


def find_components(edges: Edges) -> Groups:
    """The groups of tables that hang together, largest first; single tables are left out."""
    parent = {table: table for table in edges}

    def root(table: str) -> str:
        while parent[table] != table:
            parent[table] = parent[parent[table]]
            table = parent[table]
        return table

    for table, targets in edges.items():
        for target in targets:
            parent[root(table)] = root(target)
    groups: dict[str, list[str]] = {}
    for table in edges:
        groups.setdefault(root(table), []).append(table)
    found = [tuple(sorted(group)) for group in groups.values() if len(group) > 1]
    return tuple(sorted(found, key=lambda group: (-len(group), group)))
