"""The OpenAPI operations and JSON Schemas of contracts and of what is due by a contract."""

from __future__ import annotations

from typing import Any, Final

from cadran.contracts.documents.contract import ContractStateDocument
from cadran.contracts.model.form import ContractForm
from cadran.contracts.rest.sla import SLA, STATEMENT
from cadran.contracts.statement.documents import (
    SlaDocument,
    SlaExclusionDocument,
    SlaLineDocument,
    SlaTermDocument,
    SlaWindowDocument,
    StatementDocument,
)
from cadran.domain.bounds import WORD_MAX
from cadran.rest import examples
from cadran.rest.change_operations import FAILED, IDEMPOTENCY, IF_MATCH, describe_body
from cadran.rest.document_schemas import describe_documents
from cadran.rest.document_shape import make_nullable, remove_defaults, to_response_schema
from cadran.rest.operations import (
    describe_not_modified,
    describe_operation,
    describe_parameter,
    refer_to_parameters,
)
from cadran.rest.responses import describe_created, describe_found, describe_refused, describe_versioned
from cadran.rest.schemas import TEXT, Schema, make_array, make_record, refer_to
from cadran.web.authentication import JWKS_PATH

_CODE: Final[dict[str, Any]] = {
    "name": "contract",
    "in": "path",
    "required": True,
    "description": "The contract's code.",
    "schema": {"type": "string", "maxLength": WORD_MAX},
    "example": "ALTO-2015",
}
_ABOUT: Final = (
    "Get what is due by a contract for a period. Each term has its figure over the whole period, its measurement "
    "windows, the margin before its target is missed, a forecast for the period, and the amount due, line by line. "
    "A sealed period is shown as it was sealed; restatements list the figures that have changed since. The signature "
    "is a detached JWS (RFC 7515, appendix F) of the bytes of /v1/sla/{contract}/statement."
)
_SLA_CSV: Final = (
    "contract,period,sealed,term,label,metric,better,unit,target,attained,met,numerator,denominator,n\r\n"
    "ALTO-2015,2015-12,true,answer,Calls,service_level(within=120),higher,ratio,0.8,0.84,true,"
    "420,500,500\r\n"
)


_CONTRACTS: Final[dict[str, Any]] = {
    "get": {
        **describe_operation("listContracts", "contracts", "List the contracts that the caller may see."),
        "responses": {
            "200": describe_found("The contracts, by code.", "Contracts", cached=False),
            **describe_refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
        },
    },
    "post": {
        **describe_operation("createContract", "contracts", "Create a contract. For administrators."),
        "parameters": [IDEMPOTENCY],
        "requestBody": describe_body("ContractForm", examples.CONTRACT),
        "responses": {
            "201": describe_created("The contract was created.", "Contract"),
            **describe_refused(
                "BadRequest", "Conflict", "UnsupportedMedia", "LateBody", "LargeBody", "Refused", *FAILED
            ),
        },
    },
}
_CONTRACT: Final[dict[str, Any]] = {
    "get": {
        **describe_operation(
            "getContract", "contracts", "Get a contract: its latest version, all versions and the sealed periods."
        ),
        "parameters": [_CODE],
        "responses": {
            "200": describe_versioned("The contract in its latest version.", "Contract"),
            **describe_refused("BadRequest", "NotFound", "NotAcceptable", "Refused", *FAILED),
        },
    },
    "patch": {
        **describe_operation(
            "amendContract",
            "contracts",
            "Add a version to a contract. The members of the request replace those of the version in effect on "
            "effective_from; null removes a member. The new version holds from that day on. It cannot change a sealed "
            "period. For administrators.",
        ),
        "parameters": [_CODE, {**IF_MATCH, "example": '"1"'}, IDEMPOTENCY],
        "requestBody": describe_body("ContractChange", {"effective_from": "2016-01-01", "valid_to": "2017-01-01"}),
        "responses": {
            "200": describe_versioned("The contract with its new version.", "Contract"),
            **describe_refused(
                "BadRequest", "NotFound", "Conflict", "PreconditionFailed", "UnsupportedMedia", "LateBody", "LargeBody",
                "Refused", "PreconditionRequired", *FAILED,
            ),
        },
    },
}  # fmt: skip
_STATEMENT: Final = describe_found("The sealed statement, byte for byte.", "Statement", cached=False)
_OF_CONTRACT: Final = ("BadRequest", "NotFound", "NotAcceptable", "Refused", *FAILED)
SLA_OPERATIONS: Final[dict[str, dict[str, Any]]] = {
    "/v1/contracts": _CONTRACTS,
    "/v1/contracts/{contract}": _CONTRACT,
    "/v1/sla/{contract}": {
        "get": {
            **describe_operation("getSla", "contracts", _ABOUT),
            "parameters": [
                _CODE,
                *map(describe_parameter, SLA),
                *refer_to_parameters("AcceptLanguage", "IfNoneMatch"),
            ],
            "responses": {
                "200": describe_found("The settlement of the period.", "Sla", csv=_SLA_CSV),
                **describe_not_modified(),
                **describe_refused(*_OF_CONTRACT),
            },
        }
    },
    "/v1/sla/{contract}/statement": {
        "get": {
            **describe_operation(
                "getStatement",
                "contracts",
                "Get the sealed statement of a period as canonical JSON (RFC 8785). The header Cadran-Signature has "
                "its detached signature. Its texts are in English and French.",
            ),
            "parameters": [_CODE, *map(describe_parameter, STATEMENT)],
            "responses": {
                "200": {
                    **_STATEMENT,
                    "headers": {
                        **_STATEMENT["headers"],
                        "Cadran-Signature": {
                            "description": "The detached JWS of the response body (RFC 7515, appendix F).",
                            "schema": TEXT,
                        },
                    },
                },
                **describe_refused(*_OF_CONTRACT, "Conflict"),
            },
        }
    },
    JWKS_PATH: {
        "get": {
            **describe_operation(
                "getStatementKeys", "contracts", "Get the public keys that verify signatures of statements (RFC 7517)."
            ),
            "parameters": refer_to_parameters("IfNoneMatch"),
            "responses": {
                "200": describe_found("The JSON Web Key Set.", "KeySet"),
                **describe_not_modified(),
                **describe_refused("NotAcceptable", "Refused", "BadRequest", "Internal"),
            },
        }
    },
}

_BODY: Final[Schema] = ContractForm.model_json_schema(ref_template="#/components/schemas/{model}")
_FORM: Final[Schema] = remove_defaults(_BODY)
#: The name of the schema of a request → the name of the schema of a response, for each part of a contract.
_ANSWERED: Final = {name: f"Contract{name.removesuffix('Form')}" for name in _FORM["$defs"] if name.endswith("Form")}
#: The members that only responses have.
_STATE: Final = describe_documents({"State": ContractStateDocument})["State"]

SLA_SCHEMAS: Final[dict[str, Schema]] = {
    **_FORM["$defs"],
    **{answer: to_response_schema(_FORM["$defs"][form], _ANSWERED) for form, answer in _ANSWERED.items()},
    "ContractForm": {name: value for name, value in _FORM.items() if name != "$defs"},
    "ContractChange": {
        "type": "object",
        "description": "The members of a contract to replace, and the day from which the change holds. An absent "
        "member stays as it is; null removes a member.",
        "required": ["effective_from"],
        "properties": {
            "effective_from": {
                "type": "string",
                "format": "date",
                "description": "The day from which the change holds: the first day of a period, or valid_from.",
            },
            **{name: make_nullable(each) for name, each in _BODY["properties"].items()},
        },
        "additionalProperties": False,
    },
    "Contracts": make_record(
        "The contracts that the caller may see.",
        {"contracts": make_array(refer_to("Contract"), "The contracts, by code.")},
    ),
    "Contract": {
        "type": "object",
        "description": "A contract: the members of its latest version, all versions and the sealed periods.",
        "required": [*_FORM["required"], *_STATE["required"]],
        "properties": {**to_response_schema(_FORM["properties"], _ANSWERED), **_STATE["properties"]},
    },
    **describe_documents(
        {
            "Sla": SlaDocument,
            "SlaTerm": SlaTermDocument,
            "SlaWindow": SlaWindowDocument,
            "SlaExcluded": SlaExclusionDocument,
            "SlaLine": SlaLineDocument,
            "Statement": StatementDocument,
        }
    ),
    "KeySet": make_record(
        "A JSON Web Key Set (RFC 7517).",
        {"keys": make_array({"type": "object"}, "The public keys, as JSON Web Keys.")},
    ),
}
