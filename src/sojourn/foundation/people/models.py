"""Facts about people. Names of cells sealed by `access.sealing`: `<table>.<column>` of the row's own key."""

from django.db import models
from django.db.models import Q

from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Office, Organisation, User
from sojourn.foundation.people.terms import Channel, DocumentKind, Occupation, Sex, Source


class Household(models.Model):
    """People who move and decide together, related or not."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200, blank=True)


class Person(models.Model):
    """Someone who is abroad, as one organisation knows them. Nothing but a name to call by is needed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200, help_text="as the person writes it, in their script")
    other_names = models.JSONField(default=list, blank=True, help_text="other spellings")
    description = models.CharField(max_length=300, blank=True, help_text="when no name is known")
    nationality = models.CharField(max_length=3, blank=True, help_text="ISO 3166-1 alpha-3")
    second_nationality = models.CharField(max_length=3, blank=True)
    languages = models.JSONField(default=list, blank=True, help_text="BCP 47, preferred first")
    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    occupation = models.CharField(
        max_length=16, choices=Occupation.choices, default=Occupation.UNKNOWN
    )
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="members", null=True, blank=True
    )
    responsible = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="people", help_text="holds the record"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    warden = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="named_by"
    )
    is_exercise = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["responsible", "is_exercise", "id"], name="people_of_organisation"
            ),
            models.Index(fields=["responsible", "office", "id"], name="people_of_post"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def audit_key(self) -> str:
        """Return the key under which the audit trail knows this person."""
        return f"person:{self.pk}"

    @property
    def language(self) -> str:
        """Return the preferred language, or an empty string when none is known."""
        return str(self.languages[0]) if self.languages else ""


class NameToken(models.Model):
    """A searchable piece of a name; see `methods.names`."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="name_tokens")
    token = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "person"], name="name_token_once_per_person")
        ]


class ContactPoint(models.Model):
    """A way to reach a person. Several people may share one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="contact_points")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = models.CharField(max_length=254, help_text="E.164, or an e-mail address")
    rank = models.PositiveSmallIntegerField(default=1, help_text="1 is tried first")
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="the person said STOP")
    invalid_at = models.DateTimeField(null=True, blank=True, help_text="the network said so")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "channel", "address"], name="contact_point_once_per_person"
            )
        ]
        indexes = [models.Index(fields=["channel", "address"], name="contact_by_address")]


class IdentityDocument(models.Model):
    """A paper that says who someone is. The number is sealed; the index finds an equal one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=16, choices=DocumentKind.choices)
    country = models.CharField(max_length=3, blank=True)
    number_sealed = models.BinaryField()
    number_index = models.BinaryField(max_length=16, db_index=True)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "country", "number_index"],
                name="document_once_per_person",
            )
        ]


class Whereabouts(models.Model):
    """One claim of where a person is or was: place, time, source, accuracy. Appended, never changed.

    `key` is a Z-order key cut to `level`; an exact point given for rescue is sealed beside it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="whereabouts")
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=12, choices=Source.choices)
    accuracy_km = models.FloatField()
    key = models.BigIntegerField()
    level = models.PositiveSmallIntegerField()
    country = models.CharField(max_length=3, blank=True)
    area = models.CharField(max_length=120, blank=True, help_text="name or code of the area")
    place = models.CharField(max_length=200, blank=True, help_text="in words, as said")
    exact_sealed = models.BinaryField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(accuracy_km__gte=0), name="accuracy_is_a_distance"),
            models.CheckConstraint(condition=Q(level__lte=16), name="position_is_cut_to_a_cell"),
        ]
        indexes = [models.Index(fields=["person", "-observed_at"], name="whereabouts_newest")]


class ConfidentialNote(models.Model):
    """What a person told one organisation in confidence, such as her immigration status. In no export, list or search.

    Sealed under that organisation's own key of the vault; opened on purpose, with a reason, and never copied.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="confidential_notes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text_sealed = models.BinaryField()
    written_by = models.CharField(max_length=64, help_text="audit key")
    written_at = models.DateTimeField()


class ConfidentialLook(models.Model):
    """Someone opened a confidential note, with a reason, which is sealed too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    note = models.ForeignKey(ConfidentialNote, on_delete=models.CASCADE, related_name="looks")
    by = models.CharField(max_length=64, help_text="audit key")
    at = models.DateTimeField()
    reason_sealed = models.BinaryField()
