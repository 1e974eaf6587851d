"""Django's handle on the app."""

from django.apps import AppConfig


class ReferralConfig(AppConfig):
    """Services and referrals."""

    name = "sojourn.response.referral"
    label = "referral"
