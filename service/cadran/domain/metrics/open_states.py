"""The change of the definitions of the metrics that read agents' states: states without an end have an end that counts.

Agents' time is computed once, so the versions before can no longer be computed.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from cadran.domain.metric import Label, Revision

_SINCE: Final = date(2026, 11, 30)

#: The change of the metrics of agents' time: before, states without an end did not count.
OPEN_STATES_COUNT: Final = Revision(
    _SINCE,
    Label(
        "An agent's state without an end counts until the agent's next state, as far as the states of its source are"
        " known, and for 24 hours at most (`CADRAN_OPEN_STATE_HOURS_MAX`); before, it did not count.",
        "Un état d'agent sans fin compte jusqu'à l'état suivant de l'agent, dans la limite des états connus de sa source"
        " et de 24 heures (`CADRAN_OPEN_STATE_HOURS_MAX`) ; auparavant, il ne comptait pas.",
    ),
)
#: The change of the live metrics: before, a later state did not end a state without an end.
OPEN_STATES_END: Final = Revision(
    _SINCE,
    Label(
        "An agent's state without an end holds until the agent's next state, for 24 hours at most"
        " (`CADRAN_OPEN_STATE_HOURS_MAX`); before, it held for 24 hours next to later states.",
        "Un état d'agent sans fin vaut jusqu'à l'état suivant de l'agent, dans la limite de 24 heures"
        " (`CADRAN_OPEN_STATE_HOURS_MAX`) ; auparavant, il valait 24 heures en parallèle des états suivants.",
    ),
)
