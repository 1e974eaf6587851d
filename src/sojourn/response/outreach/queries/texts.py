"""Questions about texts: which words a speaker has read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sojourn.response.outreach.models.texts import TextReview
from sojourn.response.outreach.texts import fingerprint_of, languages, names


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many sentences of a language there are, and how many a speaker has read."""

    code: str
    name: str
    is_rtl: bool
    total: int
    reviewed: int

    @property
    def is_reviewed(self) -> bool:
        """Return whether all of it was read by a speaker."""
        return self.reviewed == self.total


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence beside its English, and who has read it."""

    name: str
    words: str
    english: str
    reviewed_by: str
    reviewed_at: datetime | None


def coverage() -> Sequence[Coverage]:
    """Return the state of every language."""
    read = {(row.language, row.name, row.fingerprint) for row in TextReview.objects.all()}
    return [
        Coverage(
            code=language.code,
            name=language.name,
            is_rtl=language.is_rtl,
            total=len(names()),
            reviewed=sum(
                (language.code, name, fingerprint_of(language.code, name)) in read
                for name in names()
            ),
        )
        for language in languages().values()
    ]


def sentences(code: str) -> Sequence[Sentence]:
    """Return the sentences of a language. Raises KeyError for one that there is not."""
    reviews = {
        (row.name, row.fingerprint): row
        for row in TextReview.objects.filter(language=code).select_related("reviewed_by")
    }
    english = languages()["en"].sentences
    found = []
    for name, words in languages()[code].sentences.items():
        review = reviews.get((name, fingerprint_of(code, name)))
        found.append(
            Sentence(
                name=name,
                words=words,
                english=english[name],
                reviewed_by=str(review.reviewed_by) if review else "",
                reviewed_at=review.reviewed_at if review else None,
            )
        )
    return found
