"""The words of accounts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Deed(TextChoices):
    """What one person may not do alone. The value names it in the audit trail."""

    CRISIS_CLOSE = "crisis.close", _("Close a crisis")
    PERSON_ERASE = "person.erase", _("Erase a person's record")
    DOCUMENT_ISSUE = "document.issue", _("Issue a travel document")
    PAYMENT_RELEASE = "payment.release", _("Release a payment")
    FACTORS_RESET = "factors.reset", _("Let in a colleague who lost every second factor")
    DISCLOSURES_UNLOCK = "disclosures.unlock", _("Open the exports of an account again")
    OFFICE_REOPEN = "office.reopen", _("Open a locked office again")


class Ended(TextChoices):
    """Why a session ended by itself."""

    IDLE = "idle", _("You were signed out because nothing was done here for a while.")
    TOO_LONG = "too_long", _("You were signed out because the session had lasted long enough.")


class FactorKind(TextChoices):
    """A second way to show who one is. None goes by e-mail or SMS."""

    CODE = "totp", _("Code from an app")
    PASSKEY = "webauthn", _("Passkey")
    RECOVERY = "recovery_codes", _("Recovery codes")


class Ground(TextChoices):
    """Why one person was enough."""

    EXERCISE = "exercise", _("An exercise")
    NO_SECOND = "no_second", _("Nobody else in the organisation may approve this")


class Why(TextChoices):
    """Why a deed is asked for."""

    OVER = "over", _("It is over")
    ASKED = "asked", _("The person asked for it")
    PERIOD = "period", _("The period of keeping has passed")
    MISTAKE = "mistake", _("It was a mistake")
    NEEDED = "needed", _("It is needed to help")
    LOST = "lost", _("The device was lost or broken")
    SAFE = "safe", _("It is safe again")
