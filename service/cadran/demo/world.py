"""The company of the demonstration: what does not change from day to day, as plain declarations.

Four sites answer for one company. Pau is in trouble (a third of the traffic, a quarter of the people, never a deflection); Lyon and
Nantes belong to an outsourcer. Everything else in this package refers to a thing by its position in the tuples below.
"""

from __future__ import annotations

from dataclasses import dataclass

ZONE = "Europe/Paris"
SOURCE = "demo"


@dataclass(frozen=True, slots=True)
class Named:
    code: str
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class Site:
    """``traffic`` is the site's share of requests, ``length`` and ``patience`` scale handle times and waits, ``risk`` the losses."""

    code: str
    en: str
    fr: str
    partner: str | None
    traffic: float
    length: float
    waiting: float
    risk: float
    agents: tuple[int, int]
    budget: float


@dataclass(frozen=True, slots=True)
class Channel:
    """``share`` is of handled requests; ``lost`` of all lost ones; ``handle`` mean seconds; ``per_minute`` and ``per_contact`` in euros."""

    code: str
    en: str
    fr: str
    kind: str
    asynchronous: bool
    share: float
    lost: float
    handle: float
    wait: float
    spread: float
    norm: tuple[int, int]
    per_minute: float
    per_contact: float


@dataclass(frozen=True, slots=True)
class Moment:
    code: str
    en: str
    fr: str
    share: float
    length: float
    reasons: tuple[Named, ...]
    complaint: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """``share`` of the customers; ``eagerness`` to get in touch; ``value`` is the median lifetime value in euros."""

    code: str
    en: str
    fr: str
    share: float
    eagerness: float
    value: float


PARTNERS = (Named("HOME", "In-house", "En propre"), Named("ALTO", "Alto Contact", "Alto Contact"))

SITES = (
    Site("PAU", "Pau", "Pau", "HOME", 0.36, 1.42, 2.6, 1.7, (3, 3), 0.38),
    Site("LIL", "Lille", "Lille", "HOME", 0.26, 0.92, 1.0, 0.75, (4, 3), 0.27),
    Site("LYO", "Lyon", "Lyon", "ALTO", 0.23, 0.86, 0.9, 0.7, (3, 3), 0.21),
    Site("NTE", "Nantes", "Nantes", "ALTO", 0.15, 0.88, 0.8, 0.7, (2, 3), 0.14),
)
PAU, LIL, LYO, NTE = range(4)

CHANNELS = (
    Channel("phone", "Phone", "Téléphone", "phone", False, 0.184, 0.58, 372, 52, 1.0, (120, 240), 0.76, 4.10),
    Channel("chat", "Chat", "Tchat", "chat", False, 0.245, 0.15, 338, 15, 0.9, (0, 30), 0.72, 3.60),
    Channel("email", "E-mail", "E-mail", "email", True, 0.375, 0.15, 300, 34_000, 0.8, (86_400, 172_800), 0.75, 3.90),
    Channel("social", "Social media", "Réseaux sociaux", "social", True, 0.166, 0.10, 246, 1_500, 0.9, (1_800, 3_600), 0.75, 3.40),
    Channel("letter", "Letter", "Courrier", "other", True, 0.03, 0.02, 420, 190_000, 0.5, (432_000, 864_000), 0.80, 5.20),
)
PHONE, CHAT, EMAIL, SOCIAL, LETTER = range(5)

MOMENTS = (
    Moment("information", "Information", "Information", 0.17, 0.82, (
        Named("offer", "What is on offer", "Offres et services"),
        Named("opening_hours", "Opening hours", "Horaires"),
        Named("how_to", "How to do something", "Mode d'emploi"))),
    Moment("subscription", "Subscription", "Souscription", 0.10, 1.12, (
        Named("quotation", "Quotation", "Devis"),
        Named("activation", "Activation", "Activation"),
        Named("documents", "Missing documents", "Pièces manquantes"))),
    Moment("delivery", "Delivery", "Livraison", 0.18, 0.90, (
        Named("where_is_it", "Where is my parcel", "Suivi de colis"),
        Named("late", "Late delivery", "Retard de livraison"),
        Named("damaged", "Damaged on arrival", "Colis endommagé"))),
    Moment("billing", "Billing", "Facturation", 0.21, 1.00, (
        Named("not_understood", "Bill not understood", "Facture incomprise"),
        Named("payment", "Payment", "Paiement"),
        Named("direct_debit", "Direct debit", "Prélèvement"),
        Named("refund", "Refund", "Remboursement"))),
    Moment("technical", "Technical support", "Assistance technique", 0.18, 1.28, (
        Named("breakdown", "Breakdown", "Panne"),
        Named("installation", "Installation", "Installation"),
        Named("password", "Password", "Mot de passe"))),
    Moment("contract", "Contract change", "Vie du contrat", 0.11, 1.05, (
        Named("move", "Moving house", "Déménagement"),
        Named("upgrade", "Change of offer", "Changement d'offre"),
        Named("bank_details", "New bank details", "Nouvelles coordonnées bancaires"))),
    Moment("cancellation", "Cancellation", "Résiliation", 0.05, 1.15, (
        Named("competitor", "Better offer elsewhere", "Offre concurrente"),
        Named("no_use", "No more use", "Plus d'usage"))),
    Moment("complaint", "Complaint", "Réclamation", 0.0, 0.86, (
        Named("service_quality", "Quality of service", "Qualité de service"),
        Named("wrong_bill", "Wrong bill", "Erreur de facturation"),
        Named("broken_promise", "Promise not kept", "Promesse non tenue"),
        Named("commercial_practice", "Commercial practice", "Pratique commerciale")), complaint=True),
)  # fmt: skip
COMPLAINT = 7
COMPLAINT_FEE = 12.0  # What the expert back office adds to a handled complaint, in euros.

SEGMENTS = (
    Segment("inactive", "Inactive", "Inactif", 0.29, 0.35, 240.0),
    Segment("occasional", "Occasional", "Occasionnel", 0.24, 0.85, 310.0),
    Segment("regular", "Regular", "Régulier", 0.29, 1.25, 620.0),
    Segment("premium", "Premium", "Premium", 0.12, 1.45, 1_450.0),
    Segment("business", "Business", "Professionnel", 0.06, 1.70, 2_300.0),
)

TRANSFERS = ("back-office", "technical-level-2", "accounts", "retention", "store")

# Opening hours by kind of day, as seconds of the local day; on Sundays and holidays only Lyon is there.
WORKDAY, SATURDAY, SUNDAY = range(3)
HOURS = ((8 * 3600, 19 * 3600), (9 * 3600, 18 * 3600), (10 * 3600, 17 * 3600))
SHIFT_CHANGE = 12 * 3600 + 22 * 60


@dataclass(frozen=True, slots=True)
class Agent:
    code: str
    label: str
    team: str
    site: int


_NAMES = (
    "Amélie Lagarde", "Bastien Cazaux", "Claire Etchebest", "Damien Lalanne", "Élodie Bordenave", "Fabrice Casteigt",
    "Gaëlle Delattre", "Hugo Vasseur", "Inès Caron", "Julien Lefebvre", "Karima Benali", "Loïc Dubois", "Manon Carlier",
    "Nadia Perrin", "Olivier Chavanne", "Pauline Gonon", "Quentin Berthet", "Rachel Meunier", "Samir Haddad",
    "Tiphaine Le Goff", "Ugo Martel", "Valérie Guérin", "Wassim Aoudia", "Yann Kerhervé",
)  # fmt: skip


def team_code(site: int, half: int) -> str:
    return f"{SITES[site].code}-{'AM' if half == 0 else 'PM'}"


def _agents() -> tuple[Agent, ...]:
    names = iter(_NAMES)
    staff: list[Agent] = []
    for site, described in enumerate(SITES):
        for half, size in enumerate(described.agents):
            team = team_code(site, half)
            staff += [Agent(f"{team}-{number + 1}", next(names), team, site) for number in range(size)]
    return tuple(staff)


AGENTS = _agents()
# The agents of a site's morning (0) and afternoon (1) team, by position.
TEAMS = tuple(
    tuple(tuple(n for n, agent in enumerate(AGENTS) if agent.team == team_code(site, half)) for half in (0, 1))
    for site in range(len(SITES))
)
