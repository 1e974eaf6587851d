"""Facts on who may see whom: agreements, consents, grants, parties withheld, opened glass, notices."""

from django.db import models
from django.db.models import F, Q

from sojourn.foundation.access.terms import (
    Basis,
    ConsentWay,
    DataClass,
    FieldGroup,
    NoticeKind,
    Purpose,
)
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Office, Organisation, User


class Agreement(models.Model):
    """What one organisation may share with another: for one purpose, some fields, an area and a period.

    It counts once both have signed. It is not changed: a wider or narrower one is a new one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="agreements_given"
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="agreements_received"
    )
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    fields = models.JSONField(default=list, help_text="groups of facts, see FieldGroup")
    countries = models.JSONField(default=list, help_text="ISO 3166-1 alpha-3; empty: everywhere")
    reference = models.CharField(max_length=200, blank=True, help_text="of the signed paper")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    drafted_by = models.CharField(max_length=64, help_text="audit key")
    drafted_at = models.DateTimeField()
    giver_signed_at = models.DateTimeField(null=True)
    giver_signatory = models.CharField(max_length=200, blank=True, help_text="name and function")
    receiver_signed_at = models.DateTimeField(null=True)
    receiver_signatory = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, help_text="before its time")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")), name="agreement_is_between_two"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="agreement_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(fields=["giver", "receiver", "purpose"], name="agreement_between"),
        ]

    @property
    def fields_named(self) -> list[str]:
        """Return the groups of facts in words."""
        return [str(group.label) for group in FieldGroup if group.value in self.fields]


class Consent(models.Model):
    """A person's yes: for one purpose and one organisation, with the text that was shown. Withdrawn once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="consents", help_text="who may use it"
    )
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    way = models.CharField(max_length=16, choices=ConsentWay.choices)
    given_by_sealed = models.BinaryField(
        null=True, help_text="name of a guardian or relative, or the reason of vital interest"
    )
    language = models.CharField(max_length=16, help_text="BCP 47, of the text that was shown")
    text = models.TextField(help_text="the text that was shown, whole")
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=64, help_text="audit key")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True, help_text="audit key")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("given_at")),
                name="consent_ends_after_it_was_given",
            ),
            models.UniqueConstraint(
                fields=["person_id", "organisation", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_stands_once_for_a_purpose",
            ),
        ]


class Grant(models.Model):
    """One organisation may see one person for one purpose until it ends. Written by a referral.

    It counts while its agreement is in force and the person's consent stands; in vital interest, alone
    and for a short time.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants")
    person_id = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    basis = models.CharField(max_length=16, choices=Basis.choices, default=Basis.CONSENT)
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="grants", null=True
    )
    country = models.CharField(max_length=3, blank=True, help_text="ISO 3166-1 alpha-3")
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    reason = models.CharField(
        max_length=96, help_text="key of what gave it, such as `referral:<uuid>`"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gte=F("starts_at")),
                name="grant_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(basis=Basis.CONSENT, agreement__isnull=False)
                | Q(basis=Basis.VITAL_INTEREST),
                name="grant_rests_on_an_agreement_or_vital_interest",
            ),
            models.CheckConstraint(
                condition=~Q(basis=Basis.VITAL_INTEREST, agreement__isnull=True)
                | Q(expires_at__isnull=False),
                name="grant_without_agreement_ends",
            ),
            models.UniqueConstraint(
                fields=["organisation", "person_id", "purpose", "reason"],
                name="grant_once_for_a_reason",
            ),
        ]


class Withholding(models.Model):
    """A person does not want a user, an office or a whole organisation to see her record. It is obeyed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField(db_index=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason_sealed = models.BinaryField(null=True)
    said_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64, help_text="audit key")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, office__isnull=True, user__isnull=True)
                | Q(organisation__isnull=True, office__isnull=False, user__isnull=True)
                | Q(organisation__isnull=True, office__isnull=True, user__isnull=False),
                name="withheld_from_one_party",
            )
        ]


class BrokenGlass(models.Model):
    """A user opened a record out of their reach to save a life. It closes by itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="glass_broken")
    person_id = models.UUIDField(db_index=True)
    reason_sealed = models.BinaryField()
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opened_at")), name="glass_closes_after_it_opened"
            )
        ]
        indexes = [models.Index(fields=["user", "closes_at"], name="glass_open_to_user")]


class Notice(models.Model):
    """Something that the data-protection officer of an organisation has to look at. Carries keys, no names."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=24, choices=NoticeKind.choices)
    about = models.CharField(max_length=96, help_text="`<model>:<key>`, or empty")
    by = models.CharField(max_length=64, help_text="audit key of whose deed it is about")
    keys = models.JSONField(default=dict, help_text="identifiers, counts and codes")
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-raised_at"], name="notices_newest")]


class Allowance(models.Model):
    """When one key of one limit may be tried as often as ever again. See `throttle`."""

    key = models.BinaryField(primary_key=True, max_length=16, help_text="blind index")
    whole_at = models.DateTimeField(db_index=True)


class DataKey(models.Model):
    """A key of one organisation for one class of data, wrapped under the master key, which is elsewhere.

    The newest version seals; older ones open what they sealed until everything is sealed anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="data_keys"
    )
    data_class = models.CharField(max_length=10, choices=DataClass.choices)
    version = models.PositiveIntegerField()
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "data_class", "version"], name="data_key_once_per_version"
            )
        ]


class PersonKey(models.Model):
    """The key of one person for one class of data, wrapped under her organisation's. Destroying it is erasure."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField()
    data_class = models.CharField(max_length=10, choices=DataClass.choices)
    under = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="person_keys")
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "data_class"], name="person_key_once_per_class"
            )
        ]
