"""Deeds of access, by what they are about."""

from sojourn.foundation.access.operations.agreements import (
    AgreementFacts,
    draft_agreement,
    end_agreement,
    sign_agreement,
)
from sojourn.foundation.access.operations.consents import (
    ConsentFacts,
    Party,
    give_consent,
    lift_withholding,
    say_yes,
    withdraw_consent,
    withhold,
)
from sojourn.foundation.access.operations.erasing import forget_person
from sojourn.foundation.access.operations.glass import (
    NOTHING_FOUND,
    break_glass,
    check_can_break,
)
from sojourn.foundation.access.operations.grants import GrantFacts, end_grants, give_grant
from sojourn.foundation.access.operations.keys import (
    CannotRotate,
    Rotated,
    destroy_keys_of,
    drop_old_masters,
    replace_master,
    rotate_organisation,
    wrap_anew,
)
from sojourn.foundation.access.operations.notices import raise_notice, see_notice
from sojourn.foundation.access.rules import (
    CannotAgree,
    CannotBreakGlass,
    CannotConsent,
    CannotShare,
    CannotWithhold,
)

__all__ = [
    "NOTHING_FOUND",
    "AgreementFacts",
    "CannotAgree",
    "CannotBreakGlass",
    "CannotConsent",
    "CannotRotate",
    "CannotShare",
    "CannotWithhold",
    "ConsentFacts",
    "GrantFacts",
    "Party",
    "Rotated",
    "break_glass",
    "check_can_break",
    "destroy_keys_of",
    "draft_agreement",
    "drop_old_masters",
    "end_agreement",
    "end_grants",
    "forget_person",
    "give_consent",
    "give_grant",
    "lift_withholding",
    "raise_notice",
    "replace_master",
    "rotate_organisation",
    "say_yes",
    "see_notice",
    "sign_agreement",
    "withdraw_consent",
    "withhold",
    "wrap_anew",
]
