"""The words of exposure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Method(TextChoices):
    """How the share of exposed people among those on no list was told."""

    REGISTER_SHARE = "register_share", _("As in our own register")
    AREA_SHARE = "area_share", _("By the share of the country's area")
