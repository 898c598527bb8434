"""Add to ninja's OpenAPI document what every operation has in common: the problems, and the words around."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from centralka import __version__

from .charges import PaymentProblem
from .problems import MEDIA_TYPE, Problem, WrongField

DESCRIPTION = """
Everything that the panel does with accounts and calls, for programs. The same rules hold in both.

**Token.** `Authorization: Bearer <token>`. An owner makes tokens in the panel; each belongs to one company and
may read (*reader*), also change (*manager*), or also manage people and tokens (*owner*). What belongs to another
company answers 404.

**Errors** are problem details (RFC 9457, `application/problem+json`); `errors` names each wrong field.

**Lists** answer `{"items": […], "next": cursor or null}`; pass `next` as `cursor` to go on.

**Language.** Sentences are Polish or English: as `Accept-Language` asks, else in the company's language.

**Unknown** fields and query parameters are refused: nothing is silently ignored.
"""
TAGS = [
    {"name": "SIP accounts", "description": "What phones register with."},
    {"name": "Voicemail", "description": "Messages in the mailboxes, and the greetings before them."},
    {"name": "Fraud", "description": "Rules against stolen passwords, and what they stopped."},
    {"name": "Faxes", "description": "Accounts that receive faxes, what came in, and what is sent."},
    {"name": "Numbers", "description": "The company's public numbers, and saved numbers of others."},
    {"name": "Calls", "description": "What happened, and what would happen."},
    {"name": "Text messages", "description": "SMS: out and in, sender names, and who wants no more."},
    {"name": "Company", "description": "The company that the token belongs to."},
    {
        "name": "People and tokens",
        "description": "Who, and which programs, work in the company. Takes an owner's token.",
    },
    {"name": "Operator", "description": "For whoever runs the installation; takes the operator's token."},
    {"name": "Problems", "description": "What the `type` of an error means."},
]
_SENTENCES = {
    400: "The body is not what its content type says, or names a field twice.",
    401: "No token, a wrong one, or one that was revoked or has expired.",
    402: "It costs something that was not agreed to, or that cannot be paid; `charges` says what.",
    403: "The token's role is too small, or it is a token of the other kind (company, operator).",
    404: "There is no such thing, or it belongs to another company.",
    405: "The address is right, the method is not; `Allow` names those that are.",
    409: "A unique value is taken, somebody saved meanwhile, what is to be removed is in use, or a call is over.",
    413: "The body is larger than 1 MiB (a file of prices or to be faxed: 20 MB, a greeting: 10 MB).",
    415: "The body is of another media type than this operation takes.",
    422: "One or more fields or query parameters are wrong; `errors` names each.",
    500: "Our fault.",
    503: "Something else held the database for too long; nothing was saved. Send it again after `Retry-After` seconds.",
    507: "The disk of the installation is full; nothing was saved.",
}
MISSING: dict[str, Any] = {"responses": {404: {"$ref": "#/components/responses/Problem404"}}}
"""`openapi_extra` of an operation that can answer 404 although its address names nothing that could be missing."""
CONFLICT: dict[str, Any] = {"responses": {409: {"$ref": "#/components/responses/Problem409"}}}
"""`openapi_extra` of an operation that can answer 409."""
PAYMENT: dict[str, Any] = {"responses": {402: {"$ref": "#/components/responses/Problem402"}}}
"""`openapi_extra` of an operation that can cost something."""
LOCATION: dict[str, Any] = {
    "responses": {201: {"headers": {"Location": {"description": "Where it is now.", "schema": {"type": "string"}}}}}
}
"""`openapi_extra` of an operation that makes something."""


class _Document(OpenAPISchema):
    """The document, in which a name means one thing.

    Raises:
        ValueError: two classes have one name. Ninja would describe both by the last: wrong for the other.
    """

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        if different := [name for name, found in definitions.items() if self.schemas.get(name, found) != found]:
            raise ValueError(f"two things are called {', '.join(different)}")
        super().add_schema_definitions(definitions)


def complete_schema(api: NinjaAPI, root: str) -> dict[str, Any]:
    """Make the OpenAPI document, with every answer that an operation can give."""
    schema: dict[str, Any] = dict(_Document(api, root))
    # The product's: the interface's own is in its address.
    schema["info"] |= {"version": __version__}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _say_optional(operation["parameters"])
            _keep_examples_in_schemas(operation["parameters"])
            for status in _statuses(path, method, operation):
                operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    schema["components"]["schemas"] |= _problem_schemas()
    schema["components"]["responses"] = {f"Problem{status}": _response(status) for status in _SENTENCES}
    schema["tags"] = TAGS
    return schema


def _statuses(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    found = [405, 500]
    if method != "get":
        found += [503, 507]
    if "security" in operation:
        found += [401, 403]
    if "{" in path:
        found.append(404)
    if "requestBody" in operation:
        found += [400, 413, 415, 422]
    if any(parameter["in"] == "query" for parameter in operation["parameters"]):
        found.append(422)
    return sorted(set(found))


def _say_optional(parameters: list[dict[str, Any]]) -> None:
    """Say that a parameter may be left out, not that it may be null: an address has no null."""
    for parameter in parameters:
        if choices := parameter["schema"].pop("anyOf", None):
            (only,) = (choice for choice in choices if choice != {"type": "null"})
            parameter["schema"] |= only


def _keep_examples_in_schemas(parameters: list[dict[str, Any]]) -> None:
    """Move the list of examples, which ninja puts beside a schema, into it.

    Beside it there may only be a map of named ones (OpenAPI 3.1.0, 4.8.12); makers of clients refuse a list there.
    """
    for parameter in parameters:
        if examples := parameter.pop("examples", None):
            parameter["schema"]["examples"] = examples


def _response(status: int) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{'PaymentProblem' if status == 402 else 'Problem'}"}
    response: dict[str, Any] = {
        "description": _SENTENCES[status],
        "content": {MEDIA_TYPE: {"schema": reference}},
    }
    if status == 401:
        response["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}}
    return response


def _problem_schemas() -> dict[str, Any]:
    found: dict[str, Any] = {"WrongField": WrongField.model_json_schema()}
    for shape in (Problem, PaymentProblem):
        schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs")
        found[shape.__name__] = schema
    return found
