"""A flow that is called with a document, and passes only digests on to Prefect."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import signature
from typing import Any, get_type_hints

from prefect import Flow
from prefect.exceptions import ParameterTypeError
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from blocks.places import resolve_place
from tasks.workflow.request import KEPT, keep


class DocumentFlow(Flow[..., Any]):
    """Checks and keeps the document and its inputs before a flow run is made.

    So a wrong document is an error of the call and leaves no run behind, and what Prefect keeps
    of the call is two digests. A deployment's run gets its parameters as they were given.
    """

    def __call__(
        self, *args: Any, return_state: bool = False, wait_for: Any = None, **kwargs: Any
    ) -> Any:
        """Run the document; the other parameters are those of the function."""
        call = signature(self.fn).bind(*args, **kwargs)
        call.apply_defaults()
        given = call.arguments
        store = resolve_place(given["store"]).store
        kept = keep(given["document"], given["inputs"], store)
        passed = {**given, "document": kept.snapshot, "inputs": {KEPT: kept.inputs}}
        return super().__call__(return_state=return_state, wait_for=wait_for, **passed)

    def validate_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Parameters cast to their annotated types; raises ``ParameterTypeError``.

        Prefect makes a model of them for each run anew, which costs as much as three requests,
        and takes ``{"$ref": ...}`` for a block, wherever in a document or its inputs it stands.
        """
        try:
            read = _parameters_of(self.fn).model_validate(parameters)
        except ValidationError as error:
            raise ParameterTypeError.from_validation_error(error) from None
        return dict(read)


@cache
def _parameters_of(function: Callable[..., Any]) -> type[BaseModel]:
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


def document_flow(**options: Any) -> Callable[[Callable[..., Any]], DocumentFlow]:
    """As ``prefect.flow``, for a function whose first parameters are a document and its inputs."""
    return lambda function: DocumentFlow(function, **options)
