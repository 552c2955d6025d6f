"""The document of a settlement, for every edge."""

from __future__ import annotations

from cadran.contracts.reader import Report
from cadran.contracts.settlement.definitions import FIRST_VERSION
from cadran.contracts.statement.documents import LocalizedStatementDocument, SettlementDocument
from cadran.contracts.statement.statement import localize


def encode_settlement(report: Report, language: str) -> SettlementDocument:
    """Return the statement with its texts in one language, its restatements, signature and warnings."""
    statement: LocalizedStatementDocument = localize(report.statement, language)
    for term in statement["terms"]:
        # Statements that were sealed before definitions had versions name none.
        term.setdefault("metric_version", FIRST_VERSION)
        # Nor did they count unknown waits.
        term.setdefault("unknown_waits", None)
        term.setdefault("unknown_waits_share", None)
    return {
        **statement,
        "restatements": report.restatements,
        "signature": report.signature,
        "warnings": [{"code": code, "detail": detail[language]} for code, detail in report.warnings.items()],
    }
