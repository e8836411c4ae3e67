"""HTTP Request of n8n, in the shapes that it has had."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stageline.workflow.canvas.draft import Draft, task
from stageline.workflow.canvas.scripts import UntranslatedError
from stageline.workflow.canvas.terms import Raw, Text
from stageline.workflow.canvas.tolerance import Data, mapping, mappings, text
from stageline.workflow.imports._n8n.items import Items

_OPEN = frozenset({"", "none"})
_JSON = frozenset({"", "json"})


def http(found: Items, draft: Draft, parameters: Data) -> bool:
    """Only requests whose address, headers and body are plain, and that need no credentials."""
    if reason := _reason(parameters):
        found.canvas.warn("unsupported_request", f"This request {reason}.",
                          "Write it anew with http_request.", draft.id)  # fmt: skip
        return False
    method = text(parameters.get("method")) or text(parameters.get("requestMethod")) or "GET"
    try:
        given = {
            "url": found.value(draft, parameters.get("url")),
            "method": Raw(method.upper()),
            "headers": _pairs(found, draft, parameters, "header"),
            "params": _pairs(found, draft, parameters, "query"),
            **_body(found, draft, parameters),
        }
    except UntranslatedError as error:
        found.lost(draft, error)
        return False
    return task(draft, "http_request", {n: v for n, v in given.items() if v})


def _reason(parameters: Data) -> str:
    """Why a request cannot be made here; empty if it can."""
    if not parameters.get("url"):
        return "has no address"
    authentication = text(parameters.get("authentication"))
    if authentication not in _OPEN:
        kinds = (parameters.get(n) for n in ("genericAuthType", "nodeCredentialType"))
        kind = next((text(k) for k in kinds if k), authentication)
        return f"needs credentials ({kind[:100]}), which exports do not hold"
    kind = text(parameters.get("contentType")) or text(parameters.get("bodyContentType"))
    if kind not in _JSON and (_sends(parameters, "Body") or "sendBody" not in parameters):
        return f"sends its body as {kind[:100]}"
    return ""


def _sends(parameters: Data, part: str) -> bool:
    """Whether a part is switched on; versions before 3 had no switches."""
    return parameters.get(f"send{part}", "requestMethod" in parameters) is True


def _pairs(found: Items, draft: Draft, parameters: Data, kind: str) -> dict[str, Any]:
    """Names and values of the headers, the query or the body, listed or as JSON."""
    old = mappings(mapping(parameters.get(f"{kind}ParametersUi")).get("parameter"))
    new = mappings(mapping(parameters.get(f"{kind}Parameters")).get("parameters"))
    listed = {text(e.get("name")): found.value(draft, e.get("value")) for e in old or new}
    names = (f"json{kind.title()}", f"{kind}ParametersJson")
    written = next((v for n in names if isinstance(v := parameters.get(n), str) and v.strip()), "")
    if listed or not written or kind == "body":
        return listed
    data = data_of(found, draft, written)
    if not isinstance(data, dict):
        raise UntranslatedError(written)
    return data


def _body(found: Items, draft: Draft, parameters: Data) -> dict[str, Any]:
    if not _sends(parameters, "Body"):
        return {}
    if pairs := _pairs(found, draft, parameters, "body"):
        return {"json": pairs}
    body = parameters.get("jsonBody", parameters.get("bodyParametersJson"))
    if not isinstance(body, str) or not body.strip():
        return {}
    return {"json": data_of(found, draft, body)}


def data_of(found: Items, draft: Draft, written: str) -> Any:
    """What a text of JSON means, in which strings may hold expressions. Raises
    ``UntranslatedError``."""
    try:
        data = json.loads(written.removeprefix("="))
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, Mapping | list):
        return _filled(found, draft, data, written.startswith("="))
    value = found.value(draft, written)
    if isinstance(value, Text | Raw):
        raise UntranslatedError(written)
    return value


def _filled(found: Items, draft: Draft, data: Any, lively: bool) -> Any:
    if isinstance(data, Mapping):
        return {name: _filled(found, draft, value, lively) for name, value in data.items()}
    if isinstance(data, list):
        return [_filled(found, draft, value, lively) for value in data]
    written = isinstance(data, str) and lively
    return found.value(draft, f"={data}") if written else Raw(data)
