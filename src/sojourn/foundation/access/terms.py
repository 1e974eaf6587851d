"""The words of access."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    """Why someone looks at people's records."""

    LOCATING = "locating", _("Locating and contacting")
    ASSISTANCE = "assistance", _("Assistance")
    EVACUATION = "evacuation", _("Evacuation")
    TRACING = "tracing", _("Family tracing")
    REINTEGRATION = "reintegration", _("Reintegration")
    STATISTICS = "statistics", _("Statistics")


class Basis(TextChoices):
    """On what a look at a record rests."""

    PUBLIC_TASK = "public_task", _("Protection of its own nationals")
    CONSENT = "consent", _("Consent")
    VITAL_INTEREST = "vital_interest", _("Vital interest of someone who cannot be asked")
    NOBODY = "nobody", _("No record of a person is opened for it")


class FieldGroup(TextChoices):
    """Groups of facts about a person. There is none for immigration status."""

    IDENTITY = "identity", _("Name, birth, nationality, languages")
    CONTACT = "contact", _("Telephone and e-mail")
    HOUSEHOLD = "household", _("Household")
    WHEREABOUTS = "whereabouts", _("Whereabouts")
    MESSAGES = "messages", _("Messages")
    DOCUMENTS = "documents", _("Identity documents")
    NEEDS = "needs", _("Needs")
    HEALTH = "health", _("Health")


class DataClass(TextChoices):
    """How much harm a column could do in the wrong hands, from none to most."""

    OPEN = "open", _("Open")
    INTERNAL = "internal", _("Internal")
    PERSONAL = "personal", _("Personal")
    SENSITIVE = "sensitive", _("Sensitive")
    VAULT = "vault", _("Vault")


class ConsentWay(TextChoices):
    """Who agreed, and how."""

    HERSELF = "herself", _("The person herself or himself")
    GUARDIAN = "guardian", _("A parent or guardian")
    RELATIVE = "relative", _("A relative, for someone who cannot be asked")
    VITAL_INTEREST = "vital_interest", _("Nobody could be asked: vital interest")


class Because(TextChoices):
    """Why someone can or cannot see a record. The policy explains itself in these words."""

    OWN_ORGANISATION = (
        "own_organisation",
        _("works as duty officer for the organisation that holds the record"),
    )
    OWN_POST = "own_post", _("works at the post that the person belongs to")
    NAMED_WARDEN = "named_warden", _("is the warden whom the person named")
    REFERRED = "referred", _("was sent a referral, under an agreement and with consent")
    VITAL_INTEREST = "vital_interest", _("was sent a referral in the vital interest of the person")
    BROKE_GLASS = "broke_glass", _("opened the record to save a life, for a short time")
    ERASED = "erased", _("the record was erased")
    WITHHELD = (
        "withheld",
        _("the person withheld the record from this user, office or organisation"),
    )
    NO_ROLE = "no_role", _("holds no role that opens records of people")
    OTHER_ORGANISATION = (
        "other_organisation",
        _("works for another organisation, and nothing was shared with it"),
    )
    OTHER_POST = "other_post", _("works at another post")
    NOT_NAMED = "not_named", _("is a warden whom the person did not name")
    NO_AGREEMENT = "no_agreement", _("the agreement between the organisations is not in force")
    NO_CONSENT = "no_consent", _("the person did not consent to this, or withdrew it")
    GRANT_ENDED = "grant_ended", _("what was shared has ended")
    OTHER_AREA = "other_area", _("works in another country than the one it was shared for")
    PURPOSE_OPENS_NOTHING = "purpose_opens_nothing", _("no record is opened for this purpose")


class NoticeKind(TextChoices):
    """What the data-protection officer is told of."""

    BREAK_GLASS = "break_glass", _("Emergency access to a record")
    VITAL_INTEREST = "vital_interest", _("Shared in vital interest, without an agreement")
    MASS_READING = "mass_reading", _("Many records read in a short time")
    OUT_OF_AREA = "out_of_area", _("Records of another area read")
    AT_NIGHT = "at_night", _("Records read at night")
    REFUSALS = "refusals", _("Many attempts to open what is not theirs")
    DURESS = "duress", _("A second password was used")
    LOCK_DOWN = "lock_down", _("An office was locked down")
    CHAIN_BENT = "chain_bent", _("The audit trail was changed")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("Consent withdrawn while a partner was helping")
