"""Deeds on campaigns: draft, see who would get what, start, pause, go on, try again."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.caseload.terms import Answer, Standing
from sojourn.foundation.organisations.models import Organisation, User
from sojourn.foundation.people.models import ContactPoint
from sojourn.foundation.people.terms import Channel
from sojourn.foundation.turns import one_step, turn
from sojourn.response.outreach.models.campaigns import Campaign, NotMessaged
from sojourn.response.outreach.models.outbox import Dispatch, Message
from sojourn.response.outreach.operations import outbox
from sojourn.response.outreach.operations.links import (
    TOKEN_LENGTH,
    address_of,
    keep_links,
    new_tokens,
)
from sojourn.response.outreach.operations.writing import Saying, draft_for
from sojourn.response.outreach.queries import campaigns as queries
from sojourn.response.outreach.terms import (
    CampaignPurpose,
    CampaignState,
    FallbackPolicy,
    MessageClass,
    MessageState,
    Need,
    WhyNot,
)
from sojourn.response.outreach.texts import LanguagePolicy, TextPurpose, parts_of

EXPOSED: Final = (Answer.INSIDE, Answer.POSSIBLE, Answer.TOO_OLD, Answer.REPORTED)
QUESTIONS: Final = frozenset({CampaignPurpose.CHECK, CampaignPurpose.REMINDER})
NEED_OF: Final = {
    Standing.IN_NEED: Need.HELP,
    Standing.UNACCOUNTED: Need.EXPOSED,
    Standing.SAFE: Need.OTHER,
}
MOST_AGAIN: Final = 1_000
AT_ONCE: Final = 150  # messages in one transaction: a tenth of a second, which nobody notices


class CannotCampaign(Exception):
    """The campaign cannot be drafted or started so; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFacts:
    """What a campaign says, to whom, and what happens without a text in a language of theirs."""

    purpose: CampaignPurpose
    answers: Sequence[Answer] = EXPOSED
    standings: Sequence[Standing] = (Standing.UNACCOUNTED,)
    policy: FallbackPolicy = FallbackPolicy.THEN_LADDER
    ladder: Sequence[str] = ("en",)


@dataclass(slots=True)
class Line:
    """What one language and channel of a preview come to. `sample` is the longest text."""

    language: str
    channel: str
    people: int = 0
    parts: int = 0
    most_parts: int = 0
    sample: str = ""

    @property
    def channel_words(self) -> str:
        """Return the channel in words."""
        return str(Channel(self.channel).label)


@dataclass(slots=True)
class Preview:
    """What starting a campaign would do: lines by language and channel, and who would get nothing, why."""

    lines: list[Line] = field(default_factory=list)
    not_messaged: dict[WhyNot, int] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """Return how many people would be written to."""
        return sum(line.people for line in self.lines)

    @property
    def parts(self) -> int:
        """Return how many SMS it would take."""
        return sum(line.parts for line in self.lines)


@transaction.atomic
def draft_campaign(
    *,
    crisis: Crisis,
    organisation: Organisation,
    facts: CampaignFacts,
    by: Actor,
    at: datetime,
) -> Campaign:
    """Write a campaign down without sending anything. Raises CannotCampaign when it names nobody."""
    if not facts.answers or not facts.standings:
        raise CannotCampaign(_("Please choose who is to be written to."))
    if facts.policy == FallbackPolicy.THEN_LADDER and not facts.ladder:
        raise CannotCampaign(_("Please choose a language for those who have none of ours."))
    campaign = Campaign.objects.create(
        crisis=crisis,
        organisation=organisation,
        purpose=facts.purpose,
        answers=[str(answer) for answer in facts.answers],
        standings=[str(standing) for standing in facts.standings],
        policy=facts.policy,
        ladder=list(facts.ladder),
        drafted_by=by if isinstance(by, User) else None,
        drafted_at=at,
    )
    audit.record(what="campaign.drafted", about=campaign, by=by, at=at, purpose=facts.purpose)
    return campaign


def preview(campaign: Campaign) -> Preview:
    """Return what starting a campaign now would do. Changes nothing; links are as long as real ones."""
    links = None
    if campaign.purpose in QUESTIONS:
        people = _cases(campaign).values_list("person_id", flat=True)
        links = dict.fromkeys(people, address_of("x" * TOKEN_LENGTH))
    drafts, misses = _plan(campaign, links=links)
    lines: dict[tuple[str, str], Line] = {}
    for draft in drafts:
        channel = draft.contact_point.channel
        line = lines.setdefault((draft.language, channel), Line(draft.language, channel))
        line.people += 1
        text = draft.content.text
        if channel == Channel.SMS:
            text = draft.content.short
            parts = parts_of(text).count
            line.parts += parts
            line.most_parts = max(line.most_parts, parts)
        line.sample = max(line.sample, text, key=len)
    found = Preview(sorted(lines.values(), key=lambda line: -line.people))
    for _person, why in misses:
        found.not_messaged[why] = found.not_messaged.get(why, 0) + 1
    return found


def start_campaign(*, campaign: Campaign, by: Actor, at: datetime) -> int:
    """Put the messages into the outbox and list who gets none, with the reason; return how many messages.

    Safe to repeat: nobody gets a second message. `at` is the real moment. In short transactions, so that no reply
    waits for a large one; a start that was broken off leaves a draft, and the next one goes on with it.
    Raises CannotCampaign when it was dropped or its crisis is closed.
    """
    with turn(f"campaign:{campaign.pk}"):
        campaign = Campaign.objects.select_related("crisis").get(pk=campaign.pk)
        if not _is_to_start(campaign):
            return 0
        tokens: Mapping[UUID, str] = {}
        if campaign.purpose in QUESTIONS:
            tokens = new_tokens(_cases(campaign).values_list("person_id", flat=True))
        links = {person: address_of(token) for person, token in tokens.items()}
        drafts, misses = _plan(campaign, links=links)
        queued = 0
        for start in range(0, len(drafts), AT_ONCE):
            some = drafts[start : start + AT_ONCE]
            queued += _queue(campaign, some, tokens, by=by, at=at)
        _note_started(campaign, misses, by=by, at=at)
    return queued


def _is_to_start(campaign: Campaign) -> bool:
    if campaign.state == CampaignState.DROPPED:
        raise CannotCampaign(_("This campaign was dropped."))
    if campaign.state == CampaignState.DRAFT and campaign.crisis.closed_at is not None:
        raise CannotCampaign(_("This crisis is closed."))
    return campaign.state == CampaignState.DRAFT


@one_step()
def _queue(
    campaign: Campaign,
    drafts: Sequence[outbox.Draft],
    tokens: Mapping[UUID, str],
    *,
    by: Actor,
    at: datetime,
) -> int:
    """Queue some messages with their links, unless the campaign was dropped meanwhile."""
    locked = Campaign.objects.select_for_update(of=("self",)).select_related("crisis")
    if not _is_to_start(locked.get(pk=campaign.pk)):
        return 0
    given = {
        draft.person.pk: tokens[draft.person.pk] for draft in drafts if draft.person.pk in tokens
    }
    keep_links(tokens=given, crisis=campaign.crisis, at=at)
    return outbox.queue_messages(drafts=drafts, reason=_reason(campaign), by=by, at=at)


@transaction.atomic
def _note_started(
    campaign: Campaign, misses: Sequence[tuple[UUID, WhyNot]], *, by: Actor, at: datetime
) -> None:
    NotMessaged.objects.bulk_create(
        (NotMessaged(campaign=campaign, person_id=person, why=why) for person, why in misses),
        batch_size=1_000,
        ignore_conflicts=True,
    )
    changed = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.DRAFT).update(
        state=CampaignState.STARTED, confirmed_at=at
    )
    if changed:
        audit.record(
            what="campaign.started",
            about=campaign,
            by=by,
            at=at,
            count=Message.objects.filter(reason_id=campaign.pk).count(),
            not_messaged=len(misses),
        )


@transaction.atomic
def drop_campaign(*, campaign: Campaign, by: Actor, at: datetime) -> bool:
    """Drop a draft. Safe to repeat; what was started, or has begun to, cannot be dropped, only paused."""
    drafts = Campaign.objects.select_for_update().filter(pk=campaign.pk, state=CampaignState.DRAFT)
    begun = Message.objects.filter(reason_id=campaign.pk)
    changed = 0
    if drafts.first() is not None and not begun.exists():
        changed = drafts.update(state=CampaignState.DROPPED)
    return _noted("campaign.dropped", changed, campaign, by, at)


@transaction.atomic
def pause_campaign(*, campaign: Campaign, by: Actor, at: datetime) -> bool:
    """Hold back what waits; what is being sent is finished. Safe to repeat."""
    changed = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.STARTED).update(
        state=CampaignState.PAUSED
    )
    _waiting(campaign).update(is_held=True)
    return _noted("campaign.paused", changed, campaign, by, at)


@transaction.atomic
def go_on_with_campaign(*, campaign: Campaign, by: Actor, at: datetime) -> bool:
    """Let go what was held back. Safe to repeat."""
    changed = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.PAUSED).update(
        state=CampaignState.STARTED
    )
    _waiting(campaign).update(is_held=False, due_at=at)
    return _noted("campaign.gone_on", changed, campaign, by, at)


@transaction.atomic
def try_failed_again(*, campaign: Campaign, by: Actor, at: datetime) -> int:
    """Put messages that failed back in line, for people whom no step of the ladder reached; return how many."""
    failed = Message.objects.filter(reason_id=campaign.pk, state=MessageState.FAILED)
    reached = Message.objects.filter(reason_id=campaign.pk).exclude(state=MessageState.FAILED)
    chosen = failed.exclude(person__in=reached.values("person")).order_by("person", "step")
    again: dict[UUID, Message] = {}
    for message in chosen[:MOST_AGAIN]:
        again.setdefault(message.person_id, message)
    return sum(outbox.send_again(message=message, by=by, at=at) for message in again.values())


def _plan(
    campaign: Campaign, *, links: Mapping[UUID, str] | None
) -> tuple[list[outbox.Draft], list[tuple[UUID, WhyNot]]]:
    """Return the messages of a campaign, and who gets none."""
    saying = Saying(
        purpose=TextPurpose(campaign.purpose),
        crisis=campaign.crisis,
        policy=LanguagePolicy(campaign.policy),
        ladder=[str(language) for language in campaign.ladder],
    )
    drafts: list[outbox.Draft] = []
    misses: list[tuple[UUID, WhyNot]] = []
    ways = [
        (person, standing, _first_way(points)) for person, standing, points in _reachable(campaign)
    ]
    sharing = Counter(_place(way[2][0]) for way in ways if way[2][0] is not None)
    before = _written_to(campaign)
    written = set(before.values())
    for person_id, standing, (point, why) in ways:
        if person_id in before:
            continue
        if point is None:
            misses.append((person_id, why))
            continue
        place = _place(point)
        if place in written:
            misses.append((person_id, WhyNot.SHARED))
            continue
        draft = draft_for(
            replace(saying, is_for_family=sharing[place] > 1),
            point,
            need=NEED_OF[Standing(standing)],
            links=links,
        )
        if draft is None:
            misses.append((person_id, WhyNot.NO_LANGUAGE))
            continue
        written.add(place)
        drafts.append(draft)
    return drafts, misses


def _written_to(campaign: Campaign) -> Mapping[UUID, tuple[UUID, str]]:
    """Return who was written to when the start was broken off, and where."""
    messages = Message.objects.filter(reason_id=campaign.pk).select_related("contact_point__person")
    return {one.person_id: _place(one.contact_point) for one in messages}


def _place(point: ContactPoint) -> tuple[UUID, str]:
    """One telephone of one household, where one message is enough."""
    return point.person.household_id or point.person_id, point.address


def _reachable(campaign: Campaign) -> Iterable[tuple[UUID, str, Sequence[ContactPoint]]]:
    """Yield each person with their standing and all ways to them, first choice first."""
    cases = list(_cases(campaign).order_by("id").values_list("person_id", "standing"))
    points: dict[UUID, list[ContactPoint]] = {}
    wanted = ContactPoint.objects.filter(
        person__in=_cases(campaign).values("person"), channel__in=[Channel.SMS, Channel.EMAIL]
    )
    for point in wanted.select_related("person", "person__responsible", "person__office").order_by(
        "rank", "-added_at", "id"
    ):
        points.setdefault(point.person_id, []).append(point)
    for person_id, standing in cases:
        yield person_id, standing, points.get(person_id, ())


def _cases(campaign: Campaign) -> QuerySet[Case]:
    return queries.cases_of(campaign, only_messaged=campaign.purpose not in QUESTIONS)


def _first_way(points: Collection[ContactPoint]) -> tuple[ContactPoint | None, WhyNot]:
    """Return the first way that is open, or why there is none."""
    for point in points:
        if point.stopped_at is None and point.invalid_at is None:
            return point, WhyNot.NO_CONTACT
    if not points:
        return None, WhyNot.NO_CONTACT
    has_stopped = any(point.stopped_at is not None for point in points)
    return None, WhyNot.STOPPED if has_stopped else WhyNot.INVALID


def _reason(campaign: Campaign) -> outbox.Reason:
    is_question = campaign.purpose in QUESTIONS
    return outbox.Reason(
        what="campaign",
        key=campaign.pk,
        message_class=MessageClass.CHECK if is_question else MessageClass.NOTICE,
        crisis=campaign.crisis,
    )


def _waiting(campaign: Campaign) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(message__reason_id=campaign.pk, state=MessageState.QUEUED)


def _noted(what: str, changed: int, campaign: Campaign, by: Actor, at: datetime) -> bool:
    if changed:
        audit.record(what=what, about=campaign, by=by, at=at)
    return bool(changed)
