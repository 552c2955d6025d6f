"""The GraphQL types of contracts, and the conversion of a stored contract. The members are those of REST."""

from __future__ import annotations

from typing import Any, Final

import strawberry

from cadran.contracts.documents.contract import ContractStateDocument, encode_contract
from cadran.contracts.documents.periods import ContractPeriodDocument, encode_periods
from cadran.contracts.graphql.enums import ENUMS, SettledHours
from cadran.contracts.model.contract import PERIODS_MAX
from cadran.contracts.model.form import ContractForm
from cadran.contracts.model.form_parts import ForceMajeureForm, RuleForm, ShiftForm, TermForm, VolumesForm
from cadran.contracts.reader import ContractReader
from cadran.contracts.store import StoredContract
from cadran.graphql.context import Context
from cadran.graphql.declaration.document_types import GraphQLKinds, declare_type
from cadran.graphql.fields import describe_field
from cadran.graphql.identifiers import CONTRACT, encode_id

#: The cost of a contract, in values: those outside its lists, and those of each entry of its lists.
_VALUES, _VALUES_OF_ENTRY = 18, 8
KINDS: Final = GraphQLKinds(ENUMS)


@declare_type(KINDS, RuleForm)
class ContractRule:
    """A rule as GraphQL shows it."""


@declare_type(KINDS, TermForm)
class ContractTerm:
    """A term as GraphQL shows it."""


@declare_type(KINDS, ShiftForm)
class ContractShift:
    """A shift as GraphQL shows it."""

    document: strawberry.Private[dict[str, Any]]


@declare_type(KINDS, ForceMajeureForm)
class ContractForceMajeure:
    """A time of force majeure as GraphQL shows it."""


@strawberry.type(description="The forecast contacts of a window.")
class ContractExpectedVolume:
    """One entry of ``VolumesForm.expected``."""

    start: str = strawberry.field(description="The start of the window on the contract's clock: 2015-12-01T09:00.")
    contacts: int = strawberry.field(description="The number of forecast contacts.")


@declare_type(KINDS, VolumesForm)
class ContractVolumes:
    """Forecast contacts, as a list of windows."""

    document: strawberry.Private[dict[str, Any]]

    @describe_field("The forecast of each window, oldest first.")
    def expected(self, info: strawberry.Info[Context, None]) -> list[ContractExpectedVolume]:
        """Return the forecast of each window."""
        expected = self.document["expected"]
        info.context.spend(2 * len(expected))
        return [ContractExpectedVolume(start=start, contacts=number) for start, number in sorted(expected.items())]


@declare_type(KINDS, ContractPeriodDocument, leave_out=["settlement", "statement"])
class ContractPeriod:
    """A period as GraphQL shows it, without addresses of REST."""

    document: strawberry.Private[ContractPeriodDocument]


@declare_type(
    KINDS, ContractForm, ContractStateDocument, description="An SLA contract with a partner, in its latest version."
)
class Contract:
    """The document of ``/v1/contracts/{contract}``, with hours split into a word and shifts."""

    document: strawberry.Private[dict[str, Any]]
    stored: strawberry.Private[StoredContract]

    @describe_field(
        f"The settlement periods that have begun, newest first; the latest {PERIODS_MAX} at most. The field sla of the"
        " query has their settlements."
    )
    def periods(self, info: strawberry.Info[Context, None]) -> list[ContractPeriod]:
        """Return the periods that have begun."""
        found = encode_periods(self.stored, info.context.desk.clock())
        info.context.spend(len(found) * len(ContractPeriodDocument.__annotations__))
        return [ContractPeriod(document=each) for each in found]

    @describe_field("The id of the contract, unique across types. Arguments take the code of the contract instead.")
    def id(self) -> strawberry.ID:
        """Return the global id of the contract's code."""
        return strawberry.ID(encode_id(CONTRACT, self.document["contract"]))

    @describe_field("The hours that are settled; null: the shifts.")
    def hours(self) -> SettledHours | None:
        """Return the word for the hours; None if the hours are shifts."""
        hours = self.document["hours"]
        return SettledHours(hours) if isinstance(hours, str) else None

    @describe_field("The shifts that are settled; empty: the hours.")
    def shifts(self) -> list[ContractShift]:
        """Return the shifts; none if the hours are a word."""
        hours = self.document["hours"]
        return [] if isinstance(hours, str) else [ContractShift(document=each) for each in hours]


def find_reader(context: Context) -> ContractReader:
    """Return the reader of contracts, and mark the response as not cacheable, as over REST."""
    context.uncached = True
    return context.service(ContractReader)


def make_contract(context: Context, stored: StoredContract) -> Contract:
    """Convert a stored contract, and charge its values to the cost limit of the request."""
    document = encode_contract(stored)
    lists = [value for value in document.values() if isinstance(value, list)]
    context.spend(_VALUES + _VALUES_OF_ENTRY * sum(map(len, lists)))
    return Contract(document=document, stored=stored)
