"""The parameters of a flow: cast as Prefect casts them, and refused in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from inspect import getdoc, signature
from pathlib import Path
from typing import Annotated, Any, Generic, ParamSpec, TypeVar, get_type_hints

from prefect import Flow
from prefect.utilities.callables import parameter_docstrings
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from stageline.errors import InputError
from stageline.keys import shown
from stageline.near import near
from tasks.client import ready_client

P = ParamSpec("P")
R = TypeVar("R")


def _no_truth(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")  # noqa: TRY004  (what pydantic takes)
    return value


NUMBER = BeforeValidator(_no_truth)
"""For the annotation of a number: pydantic would take ``True`` for 1."""

Attempts = Annotated[int, Field(ge=1), NUMBER]

# A storage that is named is not asked for: Prefect would ask its server which one is the default,
# for each run, and would open that.
KEEPS_NOTHING: dict[str, Any] = {"persist_result": False, "result_storage": Path("unused")}

_OF_PREFECT = frozenset({"return_state", "wait_for"})
_WORDS = {
    "string": "text",
    "boolean": "true or false",
    "number": "a number",
    "object": "a mapping",
    "array": "a list",
}


class CheckedFlow(Flow[P, R], Generic[P, R]):
    """A flow that refuses wrong parameters with an ``InputError`` that names them.

    A direct call is refused before a flow run is made; the run of a deployment fails with the
    same words.
    """

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:  # type: ignore[override]
        """Run the flow; ``return_state`` and ``wait_for`` are Prefect's."""
        given = {name: value for name, value in kwargs.items() if name not in _OF_PREFECT}
        self.validate_parameters(self.bind(*args, **given))
        with ready_client():
            return super().__call__(*args, **kwargs)

    def bind(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """All parameters of a call by name, defaults with them. Raises ``InputError``."""
        try:
            call = signature(self.fn).bind(*args, **kwargs)
        except TypeError as error:
            named = _described(self.fn)
            strange = [name for name in kwargs if name not in named]
            hint = f" {near(strange[0], named)}" if strange else ""
            raise InputError(f"{self.name}: {error}.{hint}") from None
        call.apply_defaults()
        return call.arguments

    def validate_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Parameters cast to their annotated types. Raises ``InputError``.

        Prefect makes a model of them for each run anew, which costs as much as three requests,
        and takes ``{"$ref": ...}`` for a block, wherever in a document or its inputs it stands.
        """
        try:
            return dict(_model_of(self.fn).model_validate(parameters))
        except ValidationError as error:
            raise InputError(_explain(self.fn, error, parameters)) from None


def checked_flow(**options: Any) -> Callable[[Callable[P, R]], CheckedFlow[P, R]]:
    """As ``prefect.flow``; what the flow gives is kept by the job, and not by Prefect too."""
    return lambda function: CheckedFlow(function, **KEEPS_NOTHING, **options)


@cache
def _model_of(function: Callable[..., Any]) -> type[BaseModel]:
    """The parameters of a function as a model."""
    kinds = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {
        name: (kinds[name], ... if one.default is one.empty else one.default)
        for name, one in signature(function).parameters.items()
    }
    return create_model(
        "Parameters",
        __config__=ConfigDict(arbitrary_types_allowed=True, extra="forbid"),
        **fields,
    )


def _described(function: Callable[..., Any]) -> dict[str, str]:
    """What the docstring says of each parameter."""
    said = parameter_docstrings(getdoc(function))
    return {name: said.get(name, "") for name in signature(function).parameters}


def _explain(function: Callable[..., Any], error: ValidationError, given: Mapping[str, Any]) -> str:
    """One sentence for each parameter that does not fit."""
    said, kinds = _described(function), _model_of(function).model_json_schema()["properties"]
    found = dict.fromkeys(str(item["loc"][0]) for item in error.errors(include_url=False))
    return " ".join(
        _sentence(name, given, kinds[name], said[name])
        if name in kinds
        else f"There is no parameter {shown(name)}. {near(name, said)}"
        for name in found
    )


def _sentence(
    name: str, given: Mapping[str, Any], schema: Mapping[str, Any], description: str
) -> str:
    about = " ".join(description.split()).rstrip(".")
    what = f"is {shown(given[name])}" if name in given else "is missing"
    why = f": {about[:1].lower()}{about[1:]}" if about else ""
    return f"{name} {what}; give {_allowed(schema)}{why}."


def _allowed(schema: Mapping[str, Any]) -> str:
    """What fits a JSON Schema, in words."""
    if "anyOf" in schema:
        kinds = [kind for kind in schema["anyOf"] if kind.get("type") != "null"]
        return " or ".join(dict.fromkeys(_allowed(kind) for kind in kinds))
    if schema["type"] != "integer":
        return _WORDS[schema["type"]]
    least, most = schema.get("minimum"), schema.get("maximum")
    return "a whole number" + (f" from {least} {f'to {most}' if most else 'on'}" if least else "")
