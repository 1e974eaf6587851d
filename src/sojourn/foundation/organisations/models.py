"""Facts about organisations and the people who work in them."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.organisations.terms import OfficeKind, OrganisationKind, Role


class Organisation(models.Model):
    """A power that works on people's cases and holds its own records of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    country = models.CharField(max_length=3, blank=True, help_text="ISO 3166-1 alpha-3")
    is_exercise = models.BooleanField(default=False)
    is_decoy = models.BooleanField(
        default=False, help_text="stands in for another and holds nothing, see `accounts`"
    )

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """A post (embassy, consulate) or a field office, with the place where it stands."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offices")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=OfficeKind.choices)
    country = models.CharField(max_length=3, help_text="where it stands, ISO 3166-1 alpha-3")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    locked_at = models.DateTimeField(null=True, help_text="overrun: roles there do not count since")

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users. There is no superuser: nobody sees everything."""

    def create_user(self, username: str, password: str | None = None, **facts: object) -> "User":
        """Return a new user with a hashed password, or with none that could be used."""
        user = self.model(username=username, **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who works in Sojourn for one or more organisations. Rights come from memberships only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=150, unique=True)
    display_name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=16, default="en", help_text="BCP 47")
    is_active = models.BooleanField(default=True)
    is_decoy = models.BooleanField(default=False, help_text="opened by a second password")
    must_change_password = models.BooleanField(default=False, help_text="someone else knows it")
    let_in_by = models.CharField(
        max_length=64, blank=True, help_text="audit key of who last gave this user a password"
    )
    let_in_at = models.DateTimeField(null=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def audit_key(self) -> str:
        """Return the key under which the audit trail knows this user."""
        return f"user:{self.pk}"


class Membership(models.Model):
    """One role of one user in one organisation, for a time, in one office or in all."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=24, choices=Role.choices)
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("starts_at")),
                name="membership_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.POST_OFFICER) | Q(office__isnull=False),
                name="post_officer_has_a_post",
            ),
        ]
