"""What source a function's result depends on: its version changes with that, and with no other.

In the function's own module these are the definitions that its body leads to; of every module
of the same top-level package that one of them names, it is the whole file, and so on. Nothing
is executed. A package's ``__init__`` counts where a name is taken from it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from stageline.keys import digest

# Found by expression: parsing a hundred files would take a second. Text in docstrings that
# looks like an import may name a module too many, never one too few.
_FROM = re.compile(
    r"^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|(?:[^\n\\]|\\\n)*)", re.M
)
_IMPORT = re.compile(r"^[ \t]*import[ \t]+([\w., \t]+)", re.M)
# Loading by a name that is computed; a literal one stands in the text.
_LOADERS = ("import_module", "iter_modules", "walk_packages", "__import__")
_BY_NAME = re.compile(rf"\b(?:{'|'.join(_LOADERS)})\(\s*(?![\"'])")
_OWN = re.compile(r"(?<![\w.])__(?:path|name)__")
_COMMENT = re.compile(r"#[^\n]*")


def source_version(root: Path, module: str, name: str) -> str:
    """The sha256 of the source behind the function ``name`` of ``module``, found under ``root``."""
    text, named = _definitions(root, module, name)
    files = _reached(root, named - {module})
    parts = [f"{file.relative_to(root).as_posix()} {_digest(file)}\n" for file in sorted(files)]
    return digest((text + "\n" + "".join(parts)).encode())


def _definitions(root: Path, module: str, name: str) -> tuple[str, set[str]]:
    """The statements of the module that ``name`` leads to, and the modules that these name."""
    file = _file(root, module)
    if file is None:
        raise FileNotFoundError(f"{module} under {root}")
    text = file.read_text("utf-8")
    statements = ast.parse(text).body
    used = _closure(statements, {name})
    kept = [s for s in statements if s in used]
    pieces = [_text_of(text, statement) for statement in kept]
    imports = [piece for piece, s in zip(pieces, kept, strict=True) if _is_import(s)]
    rest = [piece for piece, s in zip(pieces, kept, strict=True) if not _is_import(s)]
    inner = {m for piece in rest for m in _imported(root, module, piece)}
    return "\n".join(rest), inner | {m for p in imports for m in _imported(root, module, p)}


def _closure(statements: list[ast.stmt], names: set[str]) -> set[ast.stmt]:
    """The statements that bind a name in use, or that do something with one at import."""
    used: set[ast.stmt] = set()
    while fresh := [s for s in statements if s not in used and _concerns(s, names)]:
        used.update(fresh)
        names |= {name for s in fresh if not _is_import(s) for name in _names(s)}
    return used


def _concerns(statement: ast.stmt, names: set[str]) -> bool:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return statement.name in names or any(_names(d) & names for d in statement.decorator_list)
    if _is_import(statement):
        return bool(_bound(statement) & names)
    return bool(_names(statement) & names)


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _bound(statement: ast.stmt) -> set[str]:
    assert isinstance(statement, ast.Import | ast.ImportFrom)  # noqa: S101
    return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}


@cache
def _names(node: ast.AST) -> frozenset[str]:
    return frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))


def _text_of(text: str, statement: ast.stmt) -> str:
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(d.lineno for d in decorators)])
    return "\n".join(text.splitlines()[first - 1 : statement.end_lineno])


# --- whole modules ---------------------------------------------------------------------------


def _reached(root: Path, modules: set[str]) -> set[Path]:
    """The files of these modules and of all that they import of the same package."""
    waiting, seen, files = list(modules), set(modules), set()
    while waiting:
        module = waiting.pop()
        file = _file(root, module)
        if file is None:
            continue
        files.add(file)
        fresh = _named_in(root, module, file) - seen
        seen |= fresh
        waiting += fresh
    return files


@cache
def _named_in(root: Path, module: str, file: Path) -> frozenset[str]:
    text = file.read_text("utf-8")
    named = set(_imported(root, module, text))
    if any(loader in text for loader in _LOADERS):
        quoted = re.findall(rf"[\"']({module.partition('.')[0]}\.[\w.]+)[\"']", text)
        named |= {name for name in quoted if _file(root, name)}
        if _BY_NAME.search(text):
            named |= _loaded_by_name(root, file, text, named)
    return frozenset(named)


def _loaded_by_name(root: Path, file: Path, text: str, named: set[str]) -> set[str]:
    """All below the packages that the text imports or quotes, or its own where it says
    ``__path__`` or ``__name__`` alone; where it tells no package, all beside the module."""
    packages = {f for m in named if (f := _file(root, m)) and f.name == "__init__.py"}
    if not packages or _OWN.search(text):
        packages.add(file)
    return {_module(root, other) for f in packages for other in f.parent.rglob("*.py")}


def _imported(root: Path, module: str, text: str) -> Iterator[str]:
    """The modules of the same top-level package that ``text`` imports."""
    top = module.partition(".")[0]
    for match in _FROM.finditer(text):
        source = _absolute(root, module, match[1], match[2])
        if source.partition(".")[0] == top:
            names = re.findall(r"(\w+)(?:\s+as\s+\w+)?", _COMMENT.sub("", match[3]))
            for name in names:
                inner = f"{source}.{name}"
                yield inner if _file(root, inner) else source
    for match in _IMPORT.finditer(text):
        for name in re.findall(r"[\w.]+", match[1]):
            if name.partition(".")[0] == top:
                yield name


def _absolute(root: Path, module: str, dots: str, source: str) -> str:
    if not dots:
        return source
    file = _file(root, module)
    parts = module.split(".")
    inside = parts if file and file.name == "__init__.py" else parts[:-1]
    kept = inside[: len(inside) - len(dots) + 1]
    return ".".join([*kept, source] if source else kept)


@cache
def _file(root: Path, module: str) -> Path | None:
    path = root.joinpath(*module.split("."))
    candidates = (path.with_name(f"{path.name}.py"), path / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)


def _module(root: Path, file: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _digest(file: Path) -> str:
    return digest(file.read_bytes())
