"""The JSON Schemas of contracts and of what is due by a contract, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from cadran.contracts.documents.contract import ContractStateDocument
from cadran.contracts.documents.periods import (
    ContractPeriodDocument,
    SlaContractDocument,
    SlaContractsDocument,
    SlaListedTermDocument,
)
from cadran.contracts.model.form import ContractForm
from cadran.contracts.statement.documents import (
    SettlementDocument,
    SlaExclusionDocument,
    SlaLineDocument,
    SlaTermDocument,
    SlaWindowDocument,
    StatementDocument,
)
from cadran.rest.document_schemas import describe_documents
from cadran.rest.document_shape import make_nullable, remove_defaults, to_response_schema
from cadran.rest.schemas import Schema, make_array, make_record, refer_to
from cadran.web.answer_documents import TimesDocument

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
            "Sla": (SettlementDocument, TimesDocument),
            "SlaContracts": SlaContractsDocument,
            "SlaContract": SlaContractDocument,
            "SlaListedTerm": SlaListedTermDocument,
            "ContractPeriod": ContractPeriodDocument,
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
