"""The short way to what follows a column's name: its plainest forms by expression, texts that
were seen before from memory, and only the rest over the tokens."""

from __future__ import annotations

from stageline.schema.ddl.actions import Actions, read_actions
from stageline.schema.ddl.column import MAX_SPECS, read_column
from stageline.schema.ddl.column_spec import ColumnSpec, Reference
from stageline.schema.ddl.session import Session
from stageline.schema.ddl.shapes import Shapes
from stageline.schema.tokens import Tokens

_KIND = 9  # groups of the expression that say nothing about keys
_REFERRED = 12  # the group of what it refers to
_MARK = "\x00"  # no literal of a text holds it
QUOTES = frozenset("\"`['")


def read_rest(token: str, rest: str, line: int, session: Session, forms: Shapes) -> ColumnSpec:
    """The kind of the column ``token`` that ``rest`` follows, as ``read_column`` reads it."""
    specs = session.specs
    flat = _flatten(rest)
    spec = specs.get(flat) or _plain(rest, session, forms)
    if spec is None:
        spec = _with_literal(rest, session)
        if spec is not None:  # a comment, most often: not worth remembering
            return spec
        tokens = Tokens(token + rest, session.dialect.lexis, line)
        spec = read_column(tokens, 1, tokens.size, session)
    if len(specs) >= MAX_SPECS:
        specs.clear()
    specs[rest] = specs[flat] = spec
    return spec


def bare(part: str) -> str:
    """What ``Shapes.part`` matched, without its quotes; they hold no quote that was doubled."""
    return part[1:-1] if part[0] in QUOTES else part


def _flatten(rest: str) -> str:
    """The key of a column's text that differs from others in blanks only, if that is safe."""
    if "'" in rest or '"' in rest or ("\n" in rest and "\n" in rest.strip()):
        return rest.strip()
    return " ".join(rest.split())


def _plain(rest: str, session: Session, forms: Shapes) -> ColumnSpec | None:
    """A type, then at most NULL or NOT NULL, a simple default, a mark of identity and a key."""
    found = forms.column.fullmatch(rest)
    if found is None:
        return None
    dialect = session.dialect
    type_, early, unique, before, null, default, behind, late, counted, *inline = found.groups()
    if not type_.isalnum():
        type_ = " ".join(type_.split())
    identity = early is not None or counted is not None
    if (
        before is not None
        or behind is not None
        or (identity and dialect.key_is_not_null)
        or (dialect.filled_types and dialect.fills(type_))
    ):
        nullable: bool | None = False
    elif null or late:
        nullable = True
    else:
        nullable = False if session.required and session.requires(type_) else None
    spec = ColumnSpec(type_, nullable, default, identity)
    if unique is not None or (dialect.unique_types and type_.upper() in dialect.unique_types):
        spec.uniques, spec.inline = (None,), True
    if found.lastindex and found.lastindex > _KIND:
        above = rest[: found.start(_REFERRED)].strip().count("\n") if inline[2] else 0
        return spec if _read_inline(spec, inline, above, session, forms) else None
    return spec


def _read_inline(
    spec: ColumnSpec, inline: list[str | None], above: int, session: Session, forms: Shapes
) -> bool:
    """PRIMARY KEY or UNIQUE, then REFERENCES, which is ``above`` lines below the type; whether
    they were plain enough."""
    label, key, referred, column, tail, required = inline
    spec.inline = True
    name = bare(label) if label else None
    if key is not None and key[0] in "Pp":
        spec.primary, spec.primary_name = True, name
    elif key is not None:
        spec.uniques += (name,)
    if required is not None:
        spec.nullable = False
    if referred is None:
        return True
    actions = read_tail(tail, session)
    if actions is None:
        return False
    target = session.qualify(forms.part.findall(referred))
    columns = [bare(column)] if column else []
    reference = Reference(
        target, columns, None, actions.on_delete, actions.on_update, actions.enforced, above
    )
    spec.references = (reference,)
    return True


PLAIN = Actions()


def read_tail(tail: str | None, session: Session) -> Actions | None:
    """What stands behind the columns of a foreign key; None if it is more than actions."""
    if not tail or tail.isspace():
        return PLAIN
    known = session.actions.get(tail)
    if known is None:
        tokens = Tokens(tail, session.dialect.lexis)
        known, after = read_actions(tokens, 0, tokens.size)
        if after < tokens.size:
            return None
        session.actions[tail] = known
    return known


def _with_literal(rest: str, session: Session) -> ColumnSpec | None:
    """The kind of a column that differs from others only in one string: its default, comment or
    only label. Read once with a mark in place of the string."""
    parts = rest.split("'")
    if len(parts) != 3 or "\\" in parts[1] or '"' in rest:
        return None
    literal = parts[1]
    key = f"{parts[0]}'{_MARK}'{parts[2]}".strip()
    spec = session.specs.get(key)
    if spec is None:
        tokens = Tokens(key, session.dialect.lexis)
        spec = read_column(tokens, 0, tokens.size, session)
        session.specs[key] = spec
    if spec.inline:
        return None
    return ColumnSpec(
        spec.type.replace(_MARK, literal), spec.nullable,
        spec.default and spec.default.replace(_MARK, literal), spec.identity,
        spec.generated and spec.generated.replace(_MARK, literal),
        spec.comment and spec.comment.replace(_MARK, literal),
    )  # fmt: skip
