"""What OpenAPI says of contracts and of what is due by them: operations and JSON Schemas."""

from __future__ import annotations

from typing import Any, Final

from cadran.contracts.model.form import ContractForm
from cadran.contracts.rest.sla import SLA, STATEMENT
from cadran.domain.bounds import WORD_MAX
from cadran.rest import examples
from cadran.rest.change_operations import FAILED, IDEMPOTENCY, IF_MATCH, body
from cadran.rest.document_shape import as_answered, or_null, without_defaults
from cadran.rest.operations import named, parameter, shared, unchanged
from cadran.rest.responses import found, made, refused, versioned
from cadran.rest.schemas import BOUND, INSTANT, NUMBER, TEXT, WORD, Schema, array, record, reference
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
    "What is due by a contract for a period. Each term is told over the whole period, by sums, and by its measurement "
    "windows; with what is left before it breaks, what to expect at the period's end, and what is due, line by line. A "
    "sealed period is told as it was sealed; what has come out otherwise since stands beside it, in restatements. The "
    "signature is a detached JWS (RFC 7515, appendix F) of the bytes of /v1/sla/{contract}/statement."
)
_SLA_CSV: Final = (
    "contract,period,sealed,term,label,metric,better,unit,target,attained,met,numerator,denominator,n\r\n"
    "ALTO-2015,2015-12,true,answer,Calls,service_level(within=120),higher,ratio,0.8,0.84,true,"
    "420,500,500\r\n"
)


_CONTRACTS: Final[dict[str, Any]] = {
    "get": {
        **named("listContracts", "contracts", "The contracts that the key may know of."),
        "responses": {
            "200": found("The contracts.", "Contracts", cached=False),
            **refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
        },
    },
    "post": {
        **named("createContract", "contracts", "A new contract, by an administrator."),
        "parameters": [IDEMPOTENCY],
        "requestBody": body("ContractForm", examples.CONTRACT),
        "responses": {
            "201": made("It is kept.", "Contract"),
            **refused("BadRequest", "Conflict", "UnsupportedMedia", "LateBody", "LargeBody", "Refused", *FAILED),
        },
    },
}
_CONTRACT: Final[dict[str, Any]] = {
    "get": {
        **named("getContract", "contracts", "A contract as it is now, with its versions and sealed periods."),
        "parameters": [_CODE],
        "responses": {
            "200": versioned("The contract.", "Contract"),
            **refused("BadRequest", "NotFound", "NotAcceptable", "Refused", *FAILED),
        },
    },
    "patch": {
        **named(
            "amendContract",
            "contracts",
            "Another version of a contract, by an administrator. Members that are sent replace those of the version in "
            "effect on effective_from (null: left out); it holds from that day on, and never reaches into a sealed "
            "period.",
        ),
        "parameters": [_CODE, {**IF_MATCH, "example": '"1"'}, IDEMPOTENCY],
        "requestBody": body("ContractChange", {"effective_from": "2016-01-01", "valid_to": "2017-01-01"}),
        "responses": {
            "200": versioned("The new version.", "Contract"),
            **refused(
                "BadRequest", "NotFound", "Conflict", "PreconditionFailed", "UnsupportedMedia", "LateBody", "LargeBody",
                "Refused", "PreconditionRequired", *FAILED,
            ),
        },
    },
}  # fmt: skip
_STATEMENT: Final = found("The statement, byte for byte.", "Statement", cached=False)
_OF_CONTRACT: Final = ("BadRequest", "NotFound", "NotAcceptable", "Refused", *FAILED)
SLA_OPERATIONS: Final[dict[str, dict[str, Any]]] = {
    "/v1/contracts": _CONTRACTS,
    "/v1/contracts/{contract}": _CONTRACT,
    "/v1/sla/{contract}": {
        "get": {
            **named("getSla", "contracts", _ABOUT),
            "parameters": [_CODE, *map(parameter, SLA), *shared("AcceptLanguage", "IfNoneMatch")],
            "responses": {
                "200": found("The statement.", "Sla", csv=_SLA_CSV),
                **unchanged(),
                **refused(*_OF_CONTRACT),
            },
        }
    },
    "/v1/sla/{contract}/statement": {
        "get": {
            **named(
                "getStatement",
                "contracts",
                "The sealed statement of a period as canonical JSON (RFC 8785), with its detached signature in "
                "Cadran-Signature. Its texts are in both languages.",
            ),
            "parameters": [_CODE, *map(parameter, STATEMENT)],
            "responses": {
                "200": {
                    **_STATEMENT,
                    "headers": {
                        **_STATEMENT["headers"],
                        "Cadran-Signature": {"description": "A detached JWS.", "schema": TEXT},
                    },
                },
                **refused(*_OF_CONTRACT, "Conflict"),
            },
        }
    },
    JWKS_PATH: {
        "get": {
            **named(
                "getStatementKeys", "contracts", "The keys that signatures of statements are verified with (RFC 7517)."
            ),
            "parameters": shared("IfNoneMatch"),
            "responses": {
                "200": found("The key set.", "KeySet"),
                **unchanged(),
                **refused("NotAcceptable", "Refused", "BadRequest", "Internal"),
            },
        }
    },
}

_FLAG: Final[Schema] = {"type": "boolean"}
_WHOLE: Final[Schema] = {"type": ["integer", "null"]}
_MAYBE: Final[Schema] = {"type": ["boolean", "null"]}
_LINE: Final[Schema] = array(reference("SlaLine"))
_FORM: Final = without_defaults(ContractForm.model_json_schema(ref_template="#/components/schemas/{model}"))
_MEMBERS: Final[Schema] = _FORM["properties"]
#: The parts of a contract, as they are sent and as they are answered.
_ANSWERED: Final = {name: f"Contract{name.removesuffix('Form')}" for name in _FORM["$defs"] if name.endswith("Form")}
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_TOLD: Final[Schema] = {
    "version": {"type": "integer"},
    "effective_from": _DAY,
    "versions": array(
        record(
            "When a version took effect.",
            {"version": {"type": "integer"}, "effective_from": _DAY, "created_at": INSTANT},
        )
    ),
    "sealed": array(record("A sealed period.", {"period": TEXT, "version": {"type": "integer"}, "sealed_at": INSTANT})),
}
_STATED: Final[Schema] = {
    "contract": TEXT,
    "partner": TEXT,
    "version": {"type": "integer", "description": "The version that settles the period."},
    "period": record("The period.", {"name": TEXT, "start": BOUND, "end": BOUND, "zone": TEXT}),
    "over": {**_FLAG, "description": "Whether the data reach past its end."},
    "sealed": _FLAG,
    "sealed_at": {**INSTANT, "type": ["string", "null"]},
    "as_of": {**INSTANT, "type": ["string", "null"], "description": "How far the data reached."},
    "data_version": TEXT,
    "currency": {**TEXT, "description": "ISO 4217."},
    "amount": {"type": "number", "description": "What is due: above 0 by the partner, below 0 to it."},
}
_FIGURES: Final[Schema] = {
    "attained": NUMBER,
    "numerator": {"type": "number"},
    "denominator": {"type": "number"},
    "n": {"type": "number"},
}

_RESTATED: Final[Schema] = record(
    "The figures of a term.",
    {**dict.fromkeys(_FIGURES, NUMBER), "windows": NUMBER, "windows_met": NUMBER, "amount": NUMBER},
)


SLA_SCHEMAS: Final[dict[str, Schema]] = {
    **_FORM["$defs"],
    **{answer: as_answered(_FORM["$defs"][form], _ANSWERED) for form, answer in _ANSWERED.items()},
    "ContractForm": {name: value for name, value in _FORM.items() if name != "$defs"},
    "ContractChange": {
        "type": "object",
        "description": "Members of a contract to replace (null: left out), and the day from which that holds.",
        "required": ["effective_from"],
        "properties": {"effective_from": _DAY, **{name: or_null(each) for name, each in _MEMBERS.items()}},
        "additionalProperties": False,
    },
    "Contracts": record("The contracts known.", {"contracts": array(reference("Contract"))}),
    "Contract": {
        "type": "object",
        "description": "A contract as it is now, with its versions and sealed periods.",
        "required": [*_FORM["required"], *_TOLD],
        "properties": {**as_answered(_MEMBERS, _ANSWERED), **_TOLD},
    },
    "Sla": record(
        "A contract's period.",
        {
            **_STATED,
            "label": TEXT,
            "terms": array(reference("SlaTerm")),
            "excluded": array(reference("SlaExcluded")),
            "lines": _LINE,
            "restatements": array(
                record(
                    "A term since its sealing.",
                    {"term": TEXT, "sealed": _RESTATED, "now": _RESTATED, "change": _RESTATED},
                )
            ),
            "signature": {**WORD, "description": "The detached JWS of the sealed statement."},
            "warnings": array(reference("Notice")),
            "generated_at": INSTANT,
            "stale_after": INSTANT,
        },
    ),
    "SlaTerm": record(
        "A term over the period.",
        {
            "term": TEXT,
            "label": TEXT,
            "metric": TEXT,
            "better": {"enum": ["higher", "lower"]},
            "unit": TEXT,
            "target": {"type": "number"},
            **_FIGURES,
            "met": _MAYBE,
            "window": TEXT,
            **{
                name: {"type": "integer"}
                for name in ("windows", "windows_met", "windows_empty", "windows_excluded", "windows_pending")
            },
            "margin": record(
                "What is left.",
                {"misses_left": _WHOLE, "late_calls_left": _WHOLE, "hits_needed": _WHOLE, "seconds_left": NUMBER},
            ),
            "forecast": record(
                "What to expect at the period's end.",
                {
                    "method": {"enum": ["complete", "weekday_mean", "none"]},
                    "value": NUMBER,
                    "low": NUMBER,
                    "high": NUMBER,
                },
            ),
            "penalty": record("What is due for the term.", {"amount": {"type": "number"}, "lines": _LINE}),
            "by_window": array(reference("SlaWindow")),
        },
        optional=("by_window",),
    ),
    "SlaWindow": record(
        "A measurement window.",
        {
            "start": BOUND,
            "end": BOUND,
            **_FIGURES,
            "met": _MAYBE,
            "state": {"enum": ["met", "missed", "empty", "excluded", "pending"]},
        },
    ),
    "SlaExcluded": record(
        "A time that is not settled.",
        {
            "start": BOUND,
            "end": BOUND,
            "kind": {"enum": ["force_majeure", "volume"]},
            "reason": TEXT,
            "contacts": _WHOLE,
            "expected": _WHOLE,
        },
    ),
    "SlaLine": record(
        "A line of what is due.",
        {
            "code": {"enum": ["missed_window", "point", "step", "bonus", "cap"]},
            "label": TEXT,
            "quantity": {"type": "number"},
            "rate": {"type": "number"},
            "amount": {"type": "number"},
        },
    ),
    "Statement": {
        "type": "object",
        "description": "A sealed statement: as Sla, with every text in English and French, and every window.",
        "required": [*_STATED],
        "properties": _STATED,
    },
    "KeySet": record("A JSON Web Key Set.", {"keys": array({"type": "object"})}),
}
