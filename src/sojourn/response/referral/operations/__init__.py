"""Deeds on services and referrals."""

from sojourn.response.referral.operations.directory import (
    Brought,
    ServiceFacts,
    add_service,
    assure_service,
    bring_services,
    change_service,
)
from sojourn.response.referral.operations.referrals import (
    accept_referral,
    close_referral,
    forget_words,
    offer_referral,
    record_consent,
    refuse_referral,
    send_referral,
    send_without_consent,
    serve_referral,
    withdraw_all,
    withdraw_referral,
)
from sojourn.response.referral.rules import CannotRefer

__all__ = [
    "Brought",
    "CannotRefer",
    "ServiceFacts",
    "accept_referral",
    "add_service",
    "assure_service",
    "bring_services",
    "change_service",
    "close_referral",
    "forget_words",
    "offer_referral",
    "record_consent",
    "refuse_referral",
    "send_referral",
    "send_without_consent",
    "serve_referral",
    "withdraw_all",
    "withdraw_referral",
]
