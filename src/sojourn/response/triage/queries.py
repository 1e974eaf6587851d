"""Questions about the queue and about one case. All that leads to people takes the viewer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, prefetch_related_objects

from sojourn.foundation.access import sealing
from sojourn.foundation.access.terms import Purpose
from sojourn.foundation.access.viewer import Viewer
from sojourn.foundation.caseload.models import Case, Crisis
from sojourn.foundation.organisations import queries as organisation_queries
from sojourn.foundation.organisations.models import User
from sojourn.foundation.organisations.terms import Role
from sojourn.foundation.people import queries as people
from sojourn.response.triage.models import Assessment, Need, Note, Override, Report, TriageTask
from sojourn.response.triage.reasons import shown
from sojourn.response.triage.terms import Circumstance, EscalationLevel, NeedKind, NeedSeverity

OFFICERS = (Role.DUTY_OFFICER, Role.POST_OFFICER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """What the queue is narrowed to. An empty value narrows nothing."""

    priority: int | None = None
    kind: str = ""
    office: UUID | None = None
    held: str = ""  # mine, nobody
    clock: str = ""  # overdue, escalated
    is_off_return_path: bool = False
    text: str = ""  # a name, telephone or document number


def cases(viewer: Viewer) -> QuerySet[Case]:
    """Return the cases that the viewer may see for assistance.

    The same as `caseload.cases`, asked case by case: a queue reads its first page along the index and stops, where a
    set of all people would be gathered first (measured: 60 times slower at 100,000 cases).
    """
    seen = people.people(viewer=viewer, purpose=Purpose.ASSISTANCE)
    return Case.objects.filter(Exists(seen.filter(pk=OuterRef("person_id")))).select_related(
        "crisis", "person", "office", "assigned_to", "household", "responsible"
    )


def queue(viewer: Viewer, crisis: Crisis) -> QuerySet[Case]:
    """Return the queue of a crisis: by priority, then by when the clock runs out, then by age.

    Bare cases, in the order of the index; `rows` adds people, posts and holders for those that are shown.
    """
    return (
        cases(viewer)
        .select_related(None)
        .filter(crisis=crisis, priority__isnull=False)
        .order_by("priority", "due_at", "id")
    )


def narrowed(found: QuerySet[Case], narrow: Narrow, *, user: User, at: datetime) -> QuerySet[Case]:
    """Return the part of a queue that a reader asked for."""
    if narrow.priority:
        found = found.filter(priority=narrow.priority)
    if narrow.kind:
        needs = Need.objects.filter(case=OuterRef("pk"), kind=narrow.kind, met_at__isnull=True)
        found = found.filter(Exists(needs))
    if narrow.office:
        found = found.filter(office_id=narrow.office)
    if narrow.held:
        found = found.filter(assigned_to=user if narrow.held == "mine" else None)
    if narrow.clock == "overdue":
        found = found.filter(due_at__lte=at)
    elif narrow.clock == "escalated":
        found = found.filter(triage__escalation__gt=EscalationLevel.NONE)
    if narrow.is_off_return_path:
        found = found.filter(triage__is_off_return_path=True)
    return found


def sought(found: QuerySet[Case], text: str, *, viewer: Viewer, crisis: Crisis) -> list[Case]:
    """Return those of a queue whom a text may mean, likeliest first, then in the order of the queue.

    A name in any script and spelling, a telephone number or its last digits, or a document number, whole.
    """
    waiting = Case.objects.filter(crisis=crisis, priority__isnull=False, person=OuterRef("pk"))
    likeness = {
        one.person.pk: one.likeness
        for one in people.search(
            viewer=viewer, purpose=Purpose.ASSISTANCE, text=text, within=Exists(waiting)
        )
    }
    cases = list(found.filter(person__in=list(likeness)))
    return sorted(cases, key=lambda case: -likeness[case.person_id])  # keeps the order of the queue


@dataclass(frozen=True, slots=True)
class Counts:
    """How the queue of a crisis stands."""

    waiting: int
    overdue: int
    nobody: int
    mine: int
    escalated: int
    unread: int


def counts(viewer: Viewer, crisis: Crisis, *, at: datetime) -> Counts:
    """Return the counts of a queue in one question. `unread`: cases with a text that nobody has read."""
    unread = Report.objects.filter(case=OuterRef("pk"), confirmed_at__isnull=True)
    found = (
        queue(viewer, crisis)
        .order_by()
        .aggregate(
            waiting=Count("pk"),
            overdue=Count("pk", filter=Q(due_at__lte=at)),
            nobody=Count("pk", filter=Q(assigned_to__isnull=True)),
            mine=Count("pk", filter=Q(assigned_to=viewer.user)),
            escalated=Count("pk", filter=Q(triage__escalation__gt=0)),
            unread=Count("pk", filter=Exists(unread)),
        )
    )
    return Counts(**found)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    case: Case
    kinds: tuple[str, ...]
    reason: str
    is_overdue: bool


def rows(found: Sequence[Case], *, at: datetime) -> list[Row]:
    """Return the lines for some cases of a queue, in few questions however many there are."""
    prefetch_related_objects(found, "person", "office", "assigned_to", "triage")
    keys = [case.pk for case in found]
    kinds: dict[UUID, dict[str, str]] = {}
    needs = Need.objects.filter(case__in=keys, met_at__isnull=True).order_by("said_at", "id")
    for need in needs:
        label = str(NeedKind(need.kind).label)
        kinds.setdefault(need.case_id, {}).setdefault(need.kind, label)
    reasons: dict[UUID, str] = {}
    assessments = Assessment.objects.filter(case__in=keys).order_by("at", "id")
    for case_id, said in assessments.values_list("case_id", "reasons"):
        reasons[case_id] = shown(said[:1])[0].words
    return [
        Row(
            case=case,
            kinds=tuple(kinds.get(case.pk, {}).values()),
            reason=reasons.get(case.pk, ""),
            is_overdue=case.due_at is not None and case.due_at <= at,
        )
        for case in found
    ]


def may_work(viewer: Viewer, case: Case) -> bool:
    """Return whether the viewer is an officer of the organisation that is responsible for the case."""
    return any(
        held.role in OFFICERS and held.organisation_id == case.responsible_id
        for held in viewer.memberships
    )


def officers(viewer: Viewer, *, at: datetime) -> QuerySet[User]:
    """Return the officers of the viewer's organisations, to whom a case may be given."""
    organisations = [held.organisation_id for held in viewer.memberships if held.role in OFFICERS]
    in_force = organisation_queries.roles_in_force(at=at).filter(
        organisation__in=organisations, role__in=OFFICERS
    )
    return User.objects.filter(pk__in=in_force.values("user_id")).order_by(
        "display_name", "username"
    )


@dataclass(frozen=True, slots=True)
class KindOfNeed:
    """All that was told of one kind of need in a case: the gravest severity, all circumstances, since when."""

    kind: NeedKind
    severity: NeedSeverity
    signs: tuple[str, ...]
    since_at: datetime
    told: int
    met_at: datetime | None


def needs_of(case: Case) -> list[KindOfNeed]:
    """Return the needs of a case by kind, those that stand first, then the oldest."""
    by_kind: dict[tuple[str, bool], list[Need]] = {}
    for need in case.needs.order_by("said_at", "id"):
        by_kind.setdefault((need.kind, need.met_at is not None), []).append(need)
    found = [_kind_of_need(kind, needs) for (kind, _), needs in by_kind.items()]
    return sorted(found, key=lambda one: (one.met_at is not None, one.since_at))


def _kind_of_need(kind: str, needs: Sequence[Need]) -> KindOfNeed:
    order = ["life", "urgent", "unknown", "can_wait"]
    gravest = min((need.severity for need in needs), key=order.index)
    signs = {sign for need in needs for sign in need.signs}
    return KindOfNeed(
        kind=NeedKind(kind),
        severity=NeedSeverity(gravest),
        signs=tuple(str(Circumstance(sign).label) for sign in sorted(signs)),
        since_at=needs[0].said_at,
        told=len(needs),
        met_at=needs[-1].met_at,
    )


def newest_assessment(case: Case) -> Assessment | None:
    """Return what the rules said last."""
    return case.assessments.order_by("-at", "-id").first()


def override_of(case: Case) -> Override | None:
    """Return the overruling in force."""
    return case.overrides.filter(ended_at__isnull=True).select_related("by").first()


def reason_of(override: Override) -> str:
    """Return why an officer overruled the rules."""
    return sealing.open_sealed(
        override.reason_sealed, table="triage_override", column="reason", row=override.pk
    )


@dataclass(frozen=True, slots=True)
class Told:
    """One report with its text opened, for who may read it."""

    report: Report
    text: str
    suggestions: tuple[str, ...]


def reports_of(case: Case) -> list[Told]:
    """Return what was told in a case that the caller may see, newest first."""
    return [told(report) for report in case.reports.order_by("-said_at", "-id")]


def told(report: Report) -> Told:
    """Return a report with its text and the names of what word lists suggested."""
    text = ""
    if report.text_sealed is not None:
        text = sealing.open_sealed(
            report.text_sealed, table="triage_report", column="text", row=report.pk
        )
    labels = dict(NeedKind.choices)
    return Told(
        report=report,
        text=text,
        suggestions=tuple(
            f"{labels.get(found['kind'], NeedSeverity.LIFE.label)} ({found['word']})"
            for found in report.suggestions
        ),
    )


def notes_of(case: Case, viewer: Viewer) -> list[tuple[Note, str]]:
    """Return the notes that the viewer's own organisations wrote, newest first."""
    found = case.notes.filter(organisation__in=viewer.organisation_ids).select_related("by")
    return [
        (
            note,
            sealing.open_sealed(note.text_sealed, table="triage_note", column="text", row=note.pk),
        )
        for note in found.order_by("-at", "-id")
    ]


def tasks_of(case: Case) -> list[tuple[TriageTask, str]]:
    """Return the tasks of a case, those still to do first."""
    found = case.tasks.select_related("assigned_to").order_by("made_at", "id")
    shown = [
        (
            task,
            sealing.open_sealed(
                task.words_sealed, table="triage_triagetask", column="words", row=task.pk
            ),
        )
        for task in found
    ]
    return sorted(shown, key=lambda pair: pair[0].done_at is not None)


def members_of(case: Case, viewer: Viewer) -> list[Case]:
    """Return the cases of the others in the household, of those whom the viewer may see."""
    if case.household_id is None:
        return []
    found = cases(viewer).filter(crisis=case.crisis_id, household=case.household_id)
    return list(found.exclude(pk=case.pk).order_by("person__birth_year", "id"))


def names_of(keys: Iterable[str]) -> Mapping[str, str]:
    """Return audit key → name to show, for the users among some keys."""
    ids = [key.removeprefix("user:") for key in set(keys) if key.startswith("user:")]
    return {user.audit_key: str(user) for user in User.objects.filter(pk__in=ids)}
