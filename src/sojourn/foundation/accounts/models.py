"""Facts about accounts."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q

from sojourn.foundation.accounts.terms import Deed, Ground, Why
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.models import Organisation, User


class Approval(models.Model):
    """One deed that one person asked for and another approved or refused. Never the same person.

    `closed_at`: refused, taken back, carried out, or lapsed. Until then there is one for a deed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deed = models.CharField(max_length=24, choices=Deed.choices)
    about = models.CharField(max_length=96, help_text="`<model>:<key>`")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="approvals", help_text="whose deed"
    )
    why = models.CharField(max_length=12, choices=Why.choices)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="approvals_asked")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="approvals_given", null=True
    )
    approved_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    refused_at = models.DateTimeField(null=True)
    alone_on = models.CharField(max_length=12, choices=Ground.choices, blank=True)
    alone_because = models.CharField(max_length=400, blank=True, help_text="in words, shown")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")),
                name="approved_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True, alone_on="")
                | Q(approved_at__isnull=False, approved_by__isnull=False, alone_on="")
                | (
                    Q(approved_at__isnull=False, approved_by__isnull=True)
                    & ~Q(alone_on="")
                    & ~Q(alone_because="")
                ),
                name="approved_by_a_second_or_alone_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True, refused_by__isnull=True)
                | Q(refused_at__isnull=False, refused_by__isnull=False, approved_at__isnull=True),
                name="refused_by_somebody_and_not_approved",
            ),
            models.UniqueConstraint(
                fields=["deed", "about"],
                condition=Q(closed_at__isnull=True),
                name="approval_is_open_once_for_a_deed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "-asked_at"],
                condition=Q(closed_at__isnull=True),
                name="approvals_that_wait",
            )
        ]


class OpenSession(AbstractBaseSession):
    """One browser that is signed in, or about to be. Deleting the row ends it at once."""

    ticket = models.UUIDField(unique=True, help_text="its name in addresses")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions", null=True)
    password_mark = models.CharField(
        max_length=64, blank=True, help_text="a hash that changes with the password"
    )
    device = models.CharField(max_length=60, blank=True, help_text="browser and system, no more")
    is_shared = models.BooleanField(default=False, help_text="on a shared computer")
    opened_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        verbose_name = "open session"
        verbose_name_plural = "open sessions"


class SecondPassword(models.Model):
    """A user's second password: the password of a decoy, who holds the same roles in organisations of nobody.

    `locked_at`: it was used, and the user's own account hands nothing out until two others say so.
    """

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="second_password"
    )
    decoy = models.OneToOneField(User, on_delete=models.PROTECT, related_name="stands_in_for")
    set_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(decoy=F("user")), name="second_password_opens_another_account"
            )
        ]


class Twin(models.Model):
    """The organisation that stands in for a real one in the empty view of one user."""

    second_password = models.ForeignKey(
        SecondPassword, on_delete=models.CASCADE, related_name="twins"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    twin = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["second_password", "organisation"], name="twin_once_for_a_user"
            )
        ]
