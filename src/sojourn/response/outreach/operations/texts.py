"""Deeds on texts: somebody who speaks a language has read its words."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.organisations.models import User
from sojourn.response.outreach.models.texts import TextReview
from sojourn.response.outreach.texts import fingerprint_of, languages


class CannotReview(Exception):
    """There are no such words to review; the message says so."""


@transaction.atomic
def review_texts(*, language: str, names: Collection[str], by: User, at: datetime) -> int:
    """Note that a speaker read these sentences as they are now; return how many are new. Safe to repeat.

    Raises CannotReview for a language or a sentence that there is not.
    """
    known = languages().get(language)
    if known is None or not set(names) <= set(known.sentences):
        raise CannotReview(_("There is no such text."))
    done = 0
    for name in names:
        _review, is_new = TextReview.objects.get_or_create(
            language=language,
            name=name,
            fingerprint=fingerprint_of(language, name),
            defaults={"reviewed_by": by, "reviewed_at": at},
        )
        done += is_new
    if done:
        audit.record(what="texts.reviewed", about=None, by=by, at=at, language=language, count=done)
    return done
