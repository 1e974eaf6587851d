"""Puts a report together: questions asked, numbers controlled, words found in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import get_language, gettext

from sojourn.foundation.caseload.models import Crisis
from sojourn.foundation.caseload.terms import AlertLevel, CrisisKind, Facet, Measure
from sojourn.foundation.people.terms import Channel
from sojourn.methods import cldr, disclosure
from sojourn.reporting.board import rules as board_rules
from sojourn.reporting.board.labels import label_of, names_in
from sojourn.reporting.board.queries import Sight
from sojourn.reporting.situation import queries, rules
from sojourn.reporting.situation.rules import Report, Row, Section
from sojourn.reporting.situation.terms import Edition
from sojourn.response.referral.terms import State
from sojourn.response.triage.terms import NeedKind

HEADLINE: Final = (*board_rules.THREE, *board_rules.OTHERS)


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is about: which crisis, as of when, whose numbers, for whom."""

    crisis: Crisis
    as_of: datetime
    sight: Sight
    edition: Edition

    @property
    def scope(self) -> queries.Scope:
        """Return whose cases are counted, and as of when."""
        return queries.Scope(self.crisis, self.as_of, self.sight.organisations or None)

    @property
    def is_internal(self) -> bool:
        """Return whether the numbers are exact. Only those who work on the cases can have them so."""
        return self.edition == Edition.INTERNAL and self.sight.is_exact


def report_on(question: Question) -> Report:
    """Return the report. The same question has the same answer at any later time."""
    groups = queries.groups_as_of(question.scope)
    counts = rules.by_facet(groups)
    make = board_rules.board_of if question.is_internal else board_rules.controlled_board_of
    board = make(counts)
    names = names_in(board, question.crisis, at=question.as_of)
    crisis, edition = question.crisis, Edition.INTERNAL if question.is_internal else Edition.SHARED
    language = get_language() or "en"
    makers: tuple[Callable[[Question], Section | None], ...] = (_needs, _messages, _referrals)
    made = (make_section(question) for make_section in makers)
    return Report(
        crisis=crisis.name,
        kind=f"{CrisisKind(crisis.kind).label} · {AlertLevel(crisis.alert_level).label}",
        countries=tuple(cldr.country_name(code, language) for code in crisis.countries),
        is_exercise=crisis.is_exercise,
        as_of=question.as_of,
        zone=crisis.time_zone,
        edition=edition.value,
        edition_words=str(edition.label),
        headline=_headline(board.figures),
        sections=(
            *(_breakdown(one, names) for one in board.breakdowns if one.rows),
            *(section for section in made if section is not None),
        ),
        unknown=_unknown(question, groups, counts),
        is_internal=question.is_internal,
    )


def _headline(figures: board_rules.Figures) -> tuple[Row, ...]:
    return tuple(
        Row(measure.value, str(measure.label), (getattr(figures, measure.value),))
        for measure in HEADLINE
    )


def _breakdown(breakdown: board_rules.Breakdown, names: Mapping[str, str]) -> Section:
    measures = (*board_rules.THREE, Measure.EXPOSED, Measure.REACHED)
    return Section(
        topic=breakdown.facet.value,
        title=gettext("By %(facet)s") % {"facet": breakdown.facet.label.lower()},
        columns=tuple(str(measure.label) for measure in measures),
        indicators=tuple(measure.value for measure in measures),
        rows=tuple(
            Row(
                row.value,
                label_of(breakdown.facet, row.value, names),
                tuple(getattr(row.figures, measure.value) for measure in measures),
            )
            for row in breakdown.rows
        ),
    )


def _messages(question: Question) -> Section | None:
    until = rules.world_time(question.crisis.clock, question.as_of)
    found = queries.messages_by_channel(question.scope, until=until)
    return _counted(
        question,
        topic="channel",
        title=gettext("Messages by channel"),
        columns=(gettext("Written"), gettext("Sent"), gettext("Delivered")),
        indicators=("messages_written", "messages_sent", "messages_delivered"),
        found={channel: (str(Channel(channel).label), counts) for channel, counts in found.items()},
    )


def _needs(question: Question) -> Section | None:
    """Needs by kind. Fear of return is told to nobody outside the organisation, not even as a number."""
    found = {
        kind: counts
        for kind, counts in queries.needs_by_kind(question.scope).items()
        if question.is_internal or kind != NeedKind.ASYLUM
    }
    return _counted(
        question,
        topic="need",
        title=gettext("Needs by kind"),
        columns=(gettext("Open"), gettext("Life in danger"), gettext("Met")),
        indicators=("need_open", "need_life_in_danger", "need_met"),
        found={kind: (str(NeedKind(kind).label), counts) for kind, counts in found.items()},
    )


def _referrals(question: Question) -> Section | None:
    """Who does what, where: people referred to each service, by how far it came."""
    states = (
        State.OFFERED,
        State.CONSENTED,
        State.SENT,
        State.ACCEPTED,
        State.SERVED,
        State.REFUSED,
    )
    found = queries.referrals_by_service(question.scope)
    return _counted(
        question,
        topic="service",
        title=gettext("Referrals: who does what, where"),
        columns=tuple(str(state.label) for state in states),
        indicators=tuple(f"referral_{state.value}" for state in states),
        found={
            words: (words, tuple(counts.get(state, 0) for state in states))
            for words, counts in found.items()
        },
    )


def _counted(
    question: Question,
    *,
    topic: str,
    title: str,
    columns: tuple[str, ...],
    indicators: tuple[str, ...],
    found: Mapping[str, tuple[str, tuple[int, ...]]],
) -> Section | None:
    """Return a section of counts by code, under the control of the edition; None when there is nothing."""
    if not found:
        return None
    table = {
        code: dict(zip(indicators, counts, strict=True)) for code, (_, counts) in found.items()
    }
    control = disclosure.controlled(table)
    rows = tuple(
        Row(
            code,
            words,
            tuple(
                table[code][indicator] if question.is_internal else control.cell(code, indicator)
                for indicator in indicators
            ),
        )
        for code, (words, _) in found.items()
    )
    return Section(topic=topic, title=title, columns=columns, indicators=indicators, rows=rows)


def _unknown(
    question: Question,
    groups: Sequence[rules.Group],
    counts: Mapping[Facet, Mapping[str, Mapping[Measure, int]]],
) -> tuple[str, ...]:
    """Say what is not known, and how old what is known is."""
    ages = rules.ages_of_unaccounted(groups)
    words = {
        "day": gettext("Unaccounted for, last known within a day: %(n)s"),
        "week": gettext("Unaccounted for, last known within a week: %(n)s"),
        "month": gettext("Unaccounted for, last known within a month: %(n)s"),
        "year": gettext("Unaccounted for, last known within a year: %(n)s"),
        "older": gettext("Unaccounted for, last known longer ago: %(n)s"),
        "unknown": gettext("Unaccounted for, without a known time of the last position: %(n)s"),
    }
    said = [
        sentence % {"n": _written(ages[age], question)}
        for age, sentence in words.items()
        if ages.get(age)
    ]
    for facet, sentence in (
        (Facet.LANGUAGE, gettext("People whose language is not known: %(n)s")),
        (Facet.AREA, gettext("People without a known area: %(n)s")),
        (Facet.NATIONALITY, gettext("People whose nationality is not known: %(n)s")),
    ):
        people = sum(counts[facet].get("", {}).get(measure, 0) for measure in board_rules.THREE)
        if people:
            said.append(sentence % {"n": _written(people, question)})
    return tuple(said)


def _written(count: int, question: Question) -> str:
    number = rules.shown(count, is_internal=question.is_internal)
    return gettext("few") if number is None else f"{number:,}"
