"""Metrics of agents' time and staff: occupancy, adherence, contacts per hour, turnover, tiredness.

Seconds come from states and schedules, clipped to quarter-hours. Each instant of an agent counts once.
"""

from __future__ import annotations

from cadran.domain.metric import Label, Metric, ratio
from cadran.domain.metrics.revisions import OPEN_STATES_COUNT

#: How many days back the last ten worked days of an agent are searched.
LOOK_BACK_DAYS = 60

AGENTS = (
    Metric(
        "occupancy",
        Label("Occupancy", "Taux d'occupation"),
        Label(
            "Time on contact or in after-contact work, divided by that time plus available time. Simultaneous contacts"
            " count once.",
            "Temps en contact ou en post-traitement sur ce temps plus le temps disponible ; des contacts simultanés"
            " comptent une fois.",
        ),
        "ratio",
        "mean",
        "",
        ratio("oc", "oc + idle"),
        basis="worked",
        also=("AGENT_OCCUPANCY",),
        revisions=(OPEN_STATES_COUNT,),
    ),
    Metric(
        "utilisation",
        Label("Utilisation", "Taux d'utilisation"),
        Label(
            "Time on contact or in after-contact work, divided by time logged in (every state except offline).",
            "Temps en contact ou en post-traitement sur temps connecté (tout état sauf déconnecté).",
        ),
        "ratio",
        "mean",
        "",
        ratio("oc", "login"),
        basis="worked",
        revisions=(OPEN_STATES_COUNT,),
    ),
    Metric(
        "adherence",
        Label("Adherence to schedule", "Respect du planning"),
        Label(
            "Planned work during which the agent was available, on contact or in after-contact work, divided by planned"
            " work (without breaks, trainings, meetings and absences), as far as the site's states are known.",
            "Travail planifié pendant lequel l'agent était disponible, en contact ou en post-traitement, sur travail"
            " planifié (hors pauses, formations, réunions et absences), dans la limite des états connus du site.",
        ),
        "ratio",
        "mean",
        "higher",
        ratio("adherent", "planned"),
        basis="planned",
        revisions=(OPEN_STATES_COUNT,),
    ),
    Metric(
        "shrinkage",
        Label("Shrinkage", "Taux de shrinkage"),
        Label(
            "Rostered time (work, breaks, trainings, meetings, absences) during which the agent was neither available"
            " nor on contact nor in after-contact work, divided by rostered time.",
            "Temps au planning (travail, pauses, formations, réunions, absences) pendant lequel l'agent n'était ni"
            " disponible, ni en contact, ni en post-traitement, sur temps au planning.",
        ),
        "ratio",
        "mean",
        "lower",
        ratio("unavailable", "rostered"),
        basis="planned",
        revisions=(OPEN_STATES_COUNT,),
    ),
    Metric(
        "contacts_per_agent_hour",
        Label("Contacts per agent hour", "Contacts par heure d'agent"),
        Label(
            "Legs handled by known agents, inbound and outbound, counted when the agent took them, divided by hours"
            " logged in. Only legs taken within a worked shift (log-ins less than four hours apart) count, so that legs"
            " and hours are about the same presence.",
            "Prises en charge par des agents connus, entrantes et sortantes, comptées à l'instant où l'agent les prend,"
            " sur heures connectées. Seules comptent celles prises pendant une vacation travaillée (temps connecté, à moins"
            " de quatre heures d'intervalle) : les deux portent sur la même présence.",
        ),
        "per_hour",
        "mean",
        "higher",
        ratio("taken", "login_hours"),
        basis="taken",
        revisions=(OPEN_STATES_COUNT,),
    ),
    Metric(
        "late_login",
        Label("Late log-in", "Retard de connexion"),
        Label(
            "Mean seconds from the start of a shift's first planned work to the first log-in within the shift, over the"
            " planned shifts with a log-in (n). Activities less than four hours apart form one shift.",
            "Secondes entre le début du premier travail planifié d'une vacation et la première connexion, en moyenne"
            " sur les vacations planifiées où l'agent s'est connecté (n) ; moins de quatre heures séparent les activités"
            " d'une vacation.",
        ),
        "seconds",
        "mean",
        "lower",
        ratio("late", "shifts"),
        basis="planned",
        revisions=(OPEN_STATES_COUNT,),
    ),
    Metric(
        "early_logout",
        Label("Early log-out", "Déconnexion anticipée"),
        Label(
            "Mean seconds from the last instant logged in within a planned shift to the end of its last planned work,"
            " over the planned shifts with a log-in (n).",
            "Secondes entre le dernier instant connecté d'une vacation planifiée et la fin de son dernier travail"
            " planifié, en moyenne sur les vacations planifiées où l'agent s'est connecté (n).",
        ),
        "seconds",
        "mean",
        "lower",
        ratio("early", "shifts"),
        basis="planned",
        also=("delog",),
        revisions=(OPEN_STATES_COUNT,),
    ),
    Metric(
        "turnover",
        Label("Staff turnover", "Taux de rotation du personnel"),
        Label(
            "Agents whose last day is in the window, divided by the mean number of agents employed on its days, by their"
            " current team. Agents without a known first day are left out.",
            "Agents dont le dernier jour tombe dans la période sur nombre moyen d'agents employés pendant celle-ci,"
            " dans leur équipe actuelle ; les agents sans date d'entrée sont laissés de côté.",
        ),
        "ratio",
        "mean",
        "lower",
        ratio("leavers", "mean_staff"),
        basis="employed",
    ),
    Metric(
        "tired_agents",
        Label("Tired agents", "Agents fatigués"),
        Label(
            "Share of agents whose occupancy exceeds 85% and whose handle time in the last eight quarter-hours of their"
            " shifts exceeds that of the first eight by more than 20%, at the same mix of moments and channels. It is"
            " about agents with five or more worked shifts of five hours or more on their last ten worked days, within"
            " the sixty days before the bucket's end, and about these shifts.",
            "Parmi les agents ayant au moins cinq vacations d'au moins cinq heures sur leurs dix derniers jours"
            " travaillés (des soixante jours avant la fin de la période) : ceux dont l'occupation y dépasse 85 % et dont"
            " le temps de traitement des huit derniers quarts d'heure des vacations dépasse de plus de 20 % celui des"
            " huit premiers, à répartition égale par moment et canal.",
        ),
        "ratio",
        "share",
        "lower",
        ratio("tired", "judged"),
        basis="worked",
        group_min=5,
        looks_back_days=LOOK_BACK_DAYS,
        revisions=(OPEN_STATES_COUNT,),
    ),
)
