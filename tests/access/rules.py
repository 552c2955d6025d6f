"""The access rules: one for each endpoint, and one for each root field of GraphQL.

The right of an endpoint is the one that its operation declares.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from cadran.api.registry import OPERATIONS
from cadran.domain.access.role import ROLES, Right

#: Roles that see only Pau. The other roles see every site.
BOUND: Final = frozenset({"supervisor", "agent", "partner", "board"})
#: The expected HTTP status of a request.
Status = int


@dataclass(frozen=True, slots=True)
class Rule:
    """The expected access to an endpoint or a root field.

    ``ask`` is a request within Pau's scope that names no site. Appending ``narrow`` makes it ask for Lille. Roles
    without ``right`` are refused with 403; roles in ``other`` get the status given there; all other roles get
    ``success``.
    """

    ask: str
    right: Right | None = "figures"
    narrow: str = "&site=LIL"
    other: tuple[tuple[str, Status], ...] = ()
    body: Any = None
    success: Status = 200

    def status(self, role: str) -> Status:
        """Return the HTTP status that a role gets for ``ask``."""
        if self.right is not None and self.right not in ROLES[role].rights:
            return 403
        return dict(self.other).get(role, self.success)


P: Final = "period=2015-11"
ONE: Final = "/v1/objectives/{objective}"
RESULTS: Final = f"{ONE}/key-results"
PAU_RESULT: Final = "/v1/objectives/2/key-results/4"
RESULT: Final = {"title": "Quick", "metric": "qos", "baseline": 0.5, "target": 0.9}
OBJECTIVE: Final = {
    "title": "Answer",
    "owner": {"kind": "site", "code": "PAU"},
    "start": "2015-11-01",
    "end": "2015-12-01",
    "key_results": [RESULT],
}
#: The requests name metrics that the board's key lists, such as fcr. Resources without these metrics refuse the board.
REQUESTS: Final[dict[tuple[str, str], Rule]] = {
    ("GET", "/problems/{code}"): Rule("/problems/forbidden", narrow=""),
    ("GET", "/v1/indicators"): Rule(f"/v1/indicators?metrics=fcr&by=site&annotations=true&targets=true&{P}"),
    ("GET", "/v1/scorecard"): Rule(f"/v1/scorecard?{P}"),
    ("GET", "/v1/now"): Rule("/v1/now?", other=(("board", 403),)),
    ("GET", "/v1/usual-day"): Rule(f"/v1/usual-day?metrics=fcr&by=site&{P}"),
    ("GET", "/v1/change"): Rule(f"/v1/change?metric=fcr&by=site&against=2015-10&{P}"),
    ("GET", "/v1/distribution"): Rule(f"/v1/distribution?of=fcr&across=day&{P}"),
    ("GET", "/v1/goodwill-return"): Rule(f"/v1/goodwill-return?{P}", other=(("board", 403),)),
    ("GET", "/v1/staffing"): Rule("/v1/staffing?calls=350&handle_time=320", narrow=""),
    ("GET", "/v1/contacts"): Rule(f"/v1/contacts?{P}"),
    ("GET", "/v1/recovery"): Rule(f"/v1/recovery?{P}"),
    ("GET", "/v1/survey-eligibility"): Rule(f"/v1/survey-eligibility?{P}"),
    ("GET", "/v1/survey-lists"): Rule(f"/v1/survey-lists?list=non_respondents&{P}"),
    ("GET", "/v1/agents"): Rule(f"/v1/agents?{P}"),
    ("GET", "/v1/reports/{name}"): Rule(f"/v1/reports/handling-time?{P}", other=(("board", 403),)),
    ("POST", "/v1/keys"): Rule("/v1/keys", narrow="", body={"name": "x", "role": "analyst"}, success=201),
    ("DELETE", "/v1/keys/{key}"): Rule("/v1/keys/nonesuch", narrow="", success=404),
    ("POST", "/v1/keys/{key}/rotate"): Rule("/v1/keys/nonesuch/rotate", narrow="", body={}, success=404),
    ("POST", "/v1/documents"): Rule("/v1/documents", narrow="", body={"document": "{ __typename }"}, success=201),
    ("DELETE", "/v1/documents/{document}"): Rule("/v1/documents/sha256:0", narrow="", success=404),
    ("POST", "/v1/embed-tokens"): Rule("/v1/embed-tokens", narrow="", body={"metrics": ["contacts"]}, success=201),
    # C-PAU is Pau's contract. Callers bound to Pau get 404 for Lille's contract (test_objectives_and_contracts.py).
    ("POST", "/v1/contracts"): Rule("/v1/contracts", narrow="", body={"contract": "X"}, success=422),
    ("GET", "/v1/contracts/{contract}"): Rule("/v1/contracts/C-PAU", narrow=""),
    ("PATCH", "/v1/contracts/{contract}"): Rule(
        "/v1/contracts/C-PAU", narrow="", body={"effective_from": "2015-11-01"}, success=428
    ),
    ("GET", "/v1/sla/{contract}"): Rule(f"/v1/sla/C-PAU?{P}", narrow=""),
    ("GET", "/v1/sla/{contract}/statement"): Rule(f"/v1/sla/C-PAU/statement?{P}", narrow="", success=409),
    ("GET", "/v1/objectives"): Rule("/v1/objectives", narrow="?owner=site:LIL"),
    ("POST", "/v1/objectives"): Rule("/v1/objectives", narrow="", body=OBJECTIVE, success=201),
    ("GET", ONE): Rule("/v1/objectives/2", narrow=""),
    # A caller who may change an objective must send the version it changes (If-Match), else 428.
    ("PATCH", ONE): Rule("/v1/objectives/2", narrow="", body={}, success=428),
    ("DELETE", ONE): Rule("/v1/objectives/2", narrow="", success=428),
    ("POST", RESULTS): Rule("/v1/objectives/2/key-results", narrow="", body=RESULT, success=201),
    ("GET", f"{RESULTS}/{{key_result}}"): Rule("/v1/objectives/2/key-results/4", narrow=""),
    ("PATCH", f"{RESULTS}/{{key_result}}"): Rule(PAU_RESULT, narrow="", body={}, success=428),
    ("DELETE", f"{RESULTS}/{{key_result}}"): Rule(PAU_RESULT, narrow="", success=428),
    ("GET", f"{RESULTS}/{{key_result}}/check-ins"): Rule(f"{PAU_RESULT}/check-ins", narrow=""),
    ("POST", f"{RESULTS}/{{key_result}}/check-ins"): Rule(
        f"{PAU_RESULT}/check-ins", narrow="", body={"confidence": 0.5}, success=201
    ),
    ("GET", "/graphql"): Rule("/graphql?query=%7B__typename%7D", narrow=""),
    ("POST", "/graphql"): Rule("/graphql", narrow="", body={"query": "{ __typename }"}),
}
#: The rights that the operations declare. The probes are public; GraphQL checks the rights of its fields.
_RIGHTS: Final[dict[tuple[str, str], Right | None]] = {
    **{(each.method, each.path): each.right for each in OPERATIONS},
    ("GET", "/live"): None,
    ("GET", "/ready"): None,
    ("GET", "/graphql"): "figures",
    ("POST", "/graphql"): "figures",
}
#: A resource without a request in the list is asked for at its path.
ENDPOINTS: Final[dict[tuple[str, str], Rule]] = {
    key: replace(REQUESTS.get(key) or Rule(key[1], narrow=""), right=right) for key, right in _RIGHTS.items()
}

W: Final = 'period: {named: "2015-11"}'
#: The selection of each root field. A test replaces ``@`` by a filter.
FIELDS: Final[dict[str, Rule]] = {
    "indicators": Rule(f"indicators({W}, by: [SITE] @) {{ rows {{ site {{ code }} fcr {{ value }} }} }}"),
    "scorecard": Rule(f"scorecard({W} @) {{ figures {{ value target }} }}"),
    "now": Rule('now(zone: "Europe/Paris" @) { agentsAvailable { value } asOf }', other=(("board", 403),)),
    "usualDay": Rule(f"usualDay({W} @) {{ rows {{ fcr {{ value }} }} }}"),
    "change": Rule(
        f'change(metric: "fcr", {W}, against: {{named: "2015-10"}}, by: [SITE] @) {{ total {{ value numerator }} }}'
    ),
    "distribution": Rule(f'distribution(of: "fcr", {W}, across: DAY @) {{ counts }}'),
    "goodwillReturn": Rule(
        f"goodwillReturn({W} @) {{ figures {{ value numerator }} gestures {{ limit figures {{ value n }} }} }}",
        other=(("board", 403),),
    ),
    "staffing": Rule("staffing(calls: 350, handleTime: 320) { requiredAgents }", narrow=""),
    "contacts": Rule(f"contacts({W} @) {{ contacts {{ contact site }} }}", "contacts"),
    "recovery": Rule(f"recovery({W} @) {{ customers {{ customer site }} }}", "people"),
    "surveyEligibility": Rule(f"surveyEligibility({W} @) {{ customers {{ customer site }} }}", "people"),
    "customerEligibility": Rule('customerEligibility(customer: "PAU-c0") { known }', "people", ""),
    "surveyList": Rule(f"surveyList(list: NON_RESPONDENTS, {W} @) {{ surveys {{ customer }} }}", "people"),
    "agents": Rule(f"agents({W} @) {{ rows {{ agent {{ code }} }} }}", "people"),
    "report": Rule(
        f"report(name: HANDLING_TIME, {W} @) {{ sections {{ columns }} annotations {{ annotation }} }}",
        other=(("board", 403),),
    ),
    "sla": Rule('sla(contract: "C-PAU", period: "2015-11") { terms { attained } }', "contracts", ""),
    "contract": Rule('contract(code: "C-PAU") { terms { metric } sealed { period } }', "contracts", ""),
    "contracts": Rule("contracts { contract partner sites }", "contracts", ""),
    "objective": Rule("objective(id: 2) { title keyResults { value checkIns { comment } } }", narrow=""),
    "objectives": Rule("objectives { edges { node { title keyResults { value where { values } } } } }", narrow=""),
    "me": Rule("me { name role rights sites metrics limits { requestsMinute } expiresAt }", narrow=""),
    "catalogue": Rule("catalogue { metrics { slug } }", narrow=""),
}


_NEW: Final = 'title: "Quick", metric: "qos", baseline: 0.5, target: 0.9'
_OBJECTIVE: Final = 'title: "Answer", owner: {kind: SITE, code: "PAU"}, start: "2015-11-01", end: "2015-12-01"'
_CONTRACT: Final = (
    'contract: "X", partner: "NONE", sites: ["PAU"], zone: "Europe/Paris", validFrom: "2015-11-01",'
    ' terms: [{term: "a", metric: "qos", target: 0.8, window: DAY}]'
)
#: The mutations that change an objective name no version, so callers with the right are refused with 422.
MUTATIONS: Final[dict[str, Rule]] = {
    "createContract": Rule(f"createContract(input: {{{_CONTRACT}}}) {{ contract }}", "administer", success=422),
    "amendContract": Rule(
        'amendContract(code: "C-PAU", effectiveFrom: "2015-11-01", input: {}) { version }', "administer", success=422
    ),
    "createObjective": Rule(f"createObjective(input: {{{_OBJECTIVE}}}) {{ id }}", "steer"),
    "changeObjective": Rule("changeObjective(id: 2, input: {}) { id }", "steer", success=422),
    "closeObjective": Rule('closeObjective(id: 2, retrospective: "x") { id }', "steer", success=422),
    "deleteObjective": Rule("deleteObjective(id: 2)", "steer", success=422),
    "addKeyResult": Rule(f"addKeyResult(objective: 2, input: {{{_NEW}}}) {{ id }}", "steer"),
    "changeKeyResult": Rule("changeKeyResult(objective: 2, keyResult: 4, input: {}) { id }", "steer", success=422),
    "deleteKeyResult": Rule("deleteKeyResult(objective: 2, keyResult: 4) { id }", "steer", success=422),
    "checkIn": Rule("checkIn(objective: 2, keyResult: 4, input: {confidence: 0.5}) { id }", "steer"),
}
