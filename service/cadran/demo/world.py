"""The company of the demonstration: declarations of everything that does not change from day to day.

Four sites answer for one company. Pau is in trouble: it has most of the traffic, too few agents for its long
conversations, and never deflects. Lyon and Nantes belong to an outsourcer. The other modules refer to a thing by its
position in the tuples below.
"""

from __future__ import annotations

from dataclasses import dataclass

ZONE = "Europe/Paris"
SOURCE = "demo"
# A row of a canonical file: the text of each column, or None.
Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class NamedMember:
    """A code with its labels in English and French."""

    code: str
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class Site(NamedMember):
    """A site: its share of the ``traffic``, and the factors of its handle times, waits and losses.

    ``length`` scales handle times, ``waiting`` scales waits and ``risk`` scales losses. ``agents`` counts the agents of
    the morning and of the afternoon shift. Each shift is a team, unless the site has ``one_team``. ``budget`` is the
    site's share of the company's budget.
    """

    partner: str
    traffic: float
    length: float
    waiting: float
    risk: float
    agents: tuple[int, int]
    budget: float
    one_team: bool = False


@dataclass(frozen=True, slots=True)
class Channel(NamedMember):
    """A channel: its share of handled requests and of ``lost`` ones, its mean seconds and its prices.

    ``handle`` and ``wait`` are mean seconds. ``spread`` is the spread of the delay of written answers. ``norm``
    contains the promised seconds, good and bad. ``per_minute`` is the tariff and ``per_contact`` the outsourcer's
    price, in euros.
    """

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
class Moment(NamedMember):
    """A moment of truth: its share of all requests except complaints, and the relative length of its conversations."""

    share: float
    length: float
    reasons: tuple[NamedMember, ...]
    complaint: bool = False


@dataclass(frozen=True, slots=True)
class Segment(NamedMember):
    """A segment: its ``share`` of the customers and their ``eagerness`` to get in touch.

    ``value`` is the median lifetime value in euros.
    """

    share: float
    eagerness: float
    value: float


PARTNERS = (NamedMember("HOME", "In-house", "En propre"), NamedMember("ALTO", "Alto Contact", "Alto Contact"))

# fmt: off
SITES = (
    Site(
        "PAU", "Pau", "Pau", partner="HOME",
        traffic=0.36, length=1.42, waiting=2.6, risk=1.70, agents=(3, 4), budget=0.38,
    ),
    Site(
        "LIL", "Lille", "Lille", partner="HOME",
        traffic=0.26, length=0.92, waiting=1.0, risk=0.75, agents=(3, 3), budget=0.27,
    ),
    Site(
        "LYO", "Lyon", "Lyon", partner="ALTO",
        traffic=0.23, length=0.86, waiting=0.9, risk=0.70, agents=(3, 3), budget=0.21,
    ),
    Site(
        "NTE", "Nantes", "Nantes", partner="ALTO",
        traffic=0.15, length=0.88, waiting=0.8, risk=0.70, agents=(2, 2), budget=0.14, one_team=True,
    ),
)
# fmt: on
PAU, LIL, LYO, NTE = range(4)

# fmt: off
CHANNELS = (
    Channel(
        "phone", "Phone", "Téléphone", kind="phone", asynchronous=False, share=0.184, lost=0.58,
        handle=372, wait=52, spread=1.0, norm=(120, 240), per_minute=0.76, per_contact=4.10,
    ),
    Channel(
        "chat", "Chat", "Tchat", kind="chat", asynchronous=False, share=0.245, lost=0.15,
        handle=338, wait=15, spread=0.9, norm=(30, 30), per_minute=0.72, per_contact=3.60,
    ),
    Channel(
        "email", "E-mail", "E-mail", kind="email", asynchronous=True, share=0.375, lost=0.15,
        handle=300, wait=34_000, spread=0.8, norm=(86_400, 172_800), per_minute=0.75, per_contact=3.90,
    ),
    Channel(
        "social", "Social media", "Réseaux sociaux", kind="social", asynchronous=True, share=0.166, lost=0.10,
        handle=246, wait=1_500, spread=0.9, norm=(1_800, 3_600), per_minute=0.75, per_contact=3.40,
    ),
    Channel(
        "letter", "Letter", "Courrier", kind="other", asynchronous=True, share=0.03, lost=0.02,
        handle=420, wait=190_000, spread=0.5, norm=(432_000, 864_000), per_minute=0.80, per_contact=5.20,
    ),
)
# fmt: on
PHONE, CHAT, EMAIL, SOCIAL, LETTER = range(5)

MOMENTS = (
    Moment("information", "Information", "Information", 0.17, 0.82, (
        NamedMember("offer", "What is on offer", "Offres et services"),
        NamedMember("opening_hours", "Opening hours", "Horaires"),
        NamedMember("how_to", "How to do something", "Mode d'emploi"))),
    Moment("subscription", "Subscription", "Souscription", 0.10, 1.12, (
        NamedMember("quotation", "Quotation", "Devis"),
        NamedMember("activation", "Activation", "Activation"),
        NamedMember("documents", "Missing documents", "Pièces manquantes"))),
    Moment("delivery", "Delivery", "Livraison", 0.18, 0.90, (
        NamedMember("where_is_it", "Where is my parcel", "Suivi de colis"),
        NamedMember("late", "Late delivery", "Retard de livraison"),
        NamedMember("damaged", "Damaged on arrival", "Colis endommagé"))),
    Moment("billing", "Billing", "Facturation", 0.21, 1.00, (
        NamedMember("not_understood", "Bill not understood", "Facture incomprise"),
        NamedMember("payment", "Payment", "Paiement"),
        NamedMember("direct_debit", "Direct debit", "Prélèvement"),
        NamedMember("refund", "Refund", "Remboursement"))),
    Moment("technical", "Technical support", "Assistance technique", 0.18, 1.28, (
        NamedMember("breakdown", "Breakdown", "Panne"),
        NamedMember("installation", "Installation", "Installation"),
        NamedMember("password", "Password", "Mot de passe"))),
    Moment("contract", "Contract change", "Vie du contrat", 0.11, 1.05, (
        NamedMember("move", "Moving house", "Déménagement"),
        NamedMember("upgrade", "Change of offer", "Changement d'offre"),
        NamedMember("bank_details", "New bank details", "Nouvelles coordonnées bancaires"))),
    Moment("cancellation", "Cancellation", "Résiliation", 0.05, 1.15, (
        NamedMember("competitor", "Better offer elsewhere", "Offre concurrente"),
        NamedMember("no_use", "No more use", "Plus d'usage"))),
    Moment("complaint", "Complaint", "Réclamation", 0.0, 0.86, (
        NamedMember("service_quality", "Quality of service", "Qualité de service"),
        NamedMember("wrong_bill", "Wrong bill", "Erreur de facturation"),
        NamedMember("broken_promise", "Promise not kept", "Promesse non tenue"),
        NamedMember("commercial_practice", "Commercial practice", "Pratique commerciale")), complaint=True),
)  # fmt: skip
TECHNICAL, COMPLAINT = 4, 7
COMPLAINT_FEE = 12.0  # Euros that the expert back office adds to a handled complaint.

SEGMENTS = (
    Segment("inactive", "Inactive", "Inactif", 0.29, 0.35, 240.0),
    Segment("occasional", "Occasional", "Occasionnel", 0.24, 0.85, 310.0),
    Segment("regular", "Regular", "Régulier", 0.29, 1.25, 620.0),
    Segment("premium", "Premium", "Premium", 0.12, 1.45, 1_450.0),
    Segment("business", "Business", "Professionnel", 0.06, 1.70, 2_300.0),
)

TRANSFERS = ("back-office", "technical-level-2", "accounts", "retention", "store")
TO_SPECIALIST = TRANSFERS[1]

# Opening hours by kind of day, as seconds of the local day; on Sundays and holidays only Lyon is open.
WORKDAY, SATURDAY, SUNDAY = range(3)
HOURS = ((8 * 3600, 19 * 3600), (9 * 3600, 18 * 3600), (10 * 3600, 17 * 3600))
SHIFT_CHANGE = 12 * 3600 + 22 * 60


@dataclass(frozen=True, slots=True)
class Agent:
    """The holder of a post at the start of the story, in the morning or in the afternoon shift of a site."""

    code: str
    label: str
    site: int
    afternoon: bool

    @property
    def team(self) -> str:
        return team_code(self.site, self.afternoon)


_NAMES = (
    "Amélie Lagarde", "Bastien Cazaux", "Claire Etchebest", "Damien Lalanne", "Élodie Bordenave", "Fabrice Casteigt",
    "Gaëlle Delattre", "Hugo Vasseur", "Inès Caron", "Julien Lefebvre", "Karima Benali", "Loïc Dubois", "Manon Carlier",
    "Nadia Perrin", "Olivier Chavanne", "Pauline Gonon", "Quentin Berthet", "Rachel Meunier", "Samir Haddad",
    "Tiphaine Le Goff", "Ugo Martel", "Valérie Guérin", "Yann Kerhervé",
)  # fmt: skip


def team_code(site: int, half: int) -> str:
    """Return the code of the team of a site's morning (0) or afternoon (1) shift."""
    return SITES[site].code if SITES[site].one_team else _shift_code(site, half)


def _shift_code(site: int, half: int) -> str:
    return f"{SITES[site].code}-{'AM' if half == 0 else 'PM'}"


def _agents() -> tuple[Agent, ...]:
    names = iter(_NAMES)
    return tuple(
        Agent(f"{_shift_code(site, half)}-{number + 1}", next(names), site, bool(half))
        for site, described in enumerate(SITES)
        for half, size in enumerate(described.agents)
        for number in range(size)
    )


# The agents who take contacts from the queues.
AGENTS = _agents()
# The specialist takes no contacts from the queues, only calls that other agents transfer. She is the fifth agent of the
# team of Nantes.
SPECIALIST = len(AGENTS)
STAFF = (*AGENTS, Agent("NTE-N2-1", "Zoé Le Bihan", NTE, afternoon=False))
# The agents of a site's morning (0) and afternoon (1) shift, by position.
TEAMS = tuple(
    tuple(
        tuple(n for n, agent in enumerate(AGENTS) if (agent.site, agent.afternoon) == (site, half)) for half in (0, 1)
    )
    for site in range(len(SITES))
)
