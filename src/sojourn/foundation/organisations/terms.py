"""The words of organisations."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """What an organisation is to the migrant. There is no kind for immigration enforcement."""

    STATE_OF_ORIGIN = "state_of_origin", _("State of origin")
    HOST_STATE = "host_state", _("Host State civil protection")
    INTERNATIONAL = "international", _("International organisation")
    CIVIL_SOCIETY = "civil_society", _("Civil society organisation")
    EMPLOYER = "employer", _("Employer, recruiter or university")


class OfficeKind(TextChoices):
    """What an office is."""

    HEADQUARTERS = "headquarters", _("Crisis centre")
    EMBASSY = "embassy", _("Embassy")
    CONSULATE = "consulate", _("Consulate")
    FIELD_OFFICE = "field_office", _("Field office")


class Role(TextChoices):
    """What a user may do for an organisation. Each is given for a time, by someone else."""

    DUTY_OFFICER = "duty_officer", _("Duty officer")
    POST_OFFICER = "post_officer", _("Post officer")
    WARDEN = "warden", _("Warden")
    PARTNER_CASEWORKER = "partner_caseworker", _("Partner caseworker")
    HOST_AUTHORITY = "host_authority", _("Host authority")
    ADMINISTRATOR = "administrator", _("Administrator of the organisation")
    DATA_PROTECTION_OFFICER = "data_protection_officer", _("Data-protection officer")
