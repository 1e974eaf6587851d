"""The priority of a case, judged anew from what is known. Called by every deed that changes what is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.caseload.terms import Stage
from sojourn.foundation.caseload.terms import Standing as CaseStanding
from sojourn.foundation.people.models import Person
from sojourn.methods import priority as method
from sojourn.response.triage import rules
from sojourn.response.triage.models import Assessment, Entry, Need, Override, Report
from sojourn.response.triage.terms import EscalationLevel

STAYS_AT = frozenset({Stage.TRIAGED, Stage.ASSISTED, Stage.EVACUATED})


@dataclass(frozen=True, slots=True)
class _Judged:
    """What holds of a case: class, minutes, reasons as they are kept."""

    rules_priority: int
    priority: int
    due_min: int
    reasons: list[dict[str, object]]
    is_off_return_path: bool


def locked(case_id: UUID) -> Case:
    """Return a case under the lock of its row, so that deeds on it follow one another."""
    cases = Case.objects.select_for_update(of=("self",)).select_related("crisis", "person")
    return cases.get(pk=case_id)


def into_queue(case: Case, *, what: str, by: Actor, at: datetime) -> Entry:
    """Put a case into the queue, or back into it. The person is reached and in need, whatever the stage."""
    entry, _ = Entry.objects.get_or_create(case=case, defaults={"since_at": at})
    if entry.closed_at is not None:
        entry.closed_at, entry.closing_reason, entry.since_at = None, "", at
        entry.escalation, entry.acted_at = EscalationLevel.NONE, None
        entry.save()
    caseload.change_cases(
        crisis=case.crisis,
        case_ids=[case.pk],
        change=caseload.CaseChange(
            what=what,
            stage=None if case.stage in STAYS_AT else Stage.TRIAGED,
            standing=CaseStanding.IN_NEED,
            is_reached=True,
        ),
        by=by,
        at=at,
    )
    return entry


def reassess(
    case: Case, entry: Entry, *, by: Actor, at: datetime, is_restart: bool = False
) -> None:
    """Judge a locked case by the newest rules and write what changed: case, entry and an assessment."""
    if entry.closed_at is not None:
        return
    judged = _judge(case, entry, at)
    before = None
    if case.priority is not None and case.due_at is not None:
        before = rules.Standing(case.priority, case.due_at)
    newest = case.assessments.order_by("-at", "-id").first()
    is_same = newest is not None and (newest.priority, newest.due_min, newest.reasons) == (
        judged.priority,
        judged.due_min,
        judged.reasons,
    )
    if is_same and before is not None and not is_restart:
        return
    due_at = rules.clock_of(
        rules.Clocked(judged.priority, judged.due_min),
        before=before,
        since=entry.since_at,
        at=at,
        is_restart=is_restart,
    )
    Assessment.objects.create(
        case=case,
        at=at,
        by=by.audit_key,
        rules_version=method.NEWEST,
        rules_priority=judged.rules_priority,
        priority=judged.priority,
        due_min=judged.due_min,
        due_at=due_at,
        reasons=judged.reasons,
    )
    if due_at != case.due_at:
        entry.escalation = EscalationLevel.NONE
    entry.is_off_return_path = judged.is_off_return_path
    entry.save(update_fields=["escalation", "is_off_return_path"])
    case.priority, case.due_at = judged.priority, due_at
    Case.objects.filter(pk=case.pk).update(priority=case.priority, due_at=due_at, changed_at=at)
    audit.record(
        what="case.assessed",
        about=case,
        by=by,
        at=at,
        person_id=case.person_id,
        priority=judged.priority,
        rules=method.NEWEST,
    )


def _judge(case: Case, entry: Entry, at: datetime) -> _Judged:
    needs = list(Need.objects.filter(case=case, met_at__isnull=True).order_by("said_at", "id"))
    found = _by_rules(case, entry, needs, at)
    reasons: list[dict[str, object]] = [
        {"rule": reason.rule, "priority": reason.priority, "words": reason.words}
        for reason in found.reasons
    ]
    override = case.overrides.filter(ended_at__isnull=True).first()
    if override is None:
        return _Judged(
            found.priority, found.priority, found.due_min, reasons, found.leaves_path_of_return
        )
    held = _under_override(case, entry, needs, override, at)
    reasons.insert(
        0,
        {
            "rule": "overruled",
            "priority": override.priority,
            "words": "An officer overruled the rules, with a reason on record.",
        },
    )
    return _Judged(
        found.priority, held.priority, held.due_min, reasons, found.leaves_path_of_return
    )


def _by_rules(case: Case, entry: Entry, needs: list[Need], at: datetime) -> method.Priority:
    facts = rules.facts_of(
        [rules.Said(need.kind, need.severity, tuple(need.signs)) for need in needs],
        ages=_ages(case, at),
        waiting=at - entry.since_at if entry.acted_at is None else timedelta(0),
        has_words_of_danger=_has_words_of_danger(case),
    )
    return method.priority_of(facts, method.table_of())


def _under_override(
    case: Case, entry: Entry, needs: list[Need], override: Override, at: datetime
) -> rules.Clocked:
    """What an officer said holds, until somebody says something graver than that."""
    later = [need for need in needs if need.said_at > override.at]
    own = rules.Clocked(override.priority, rules.CLASS_DUE_MIN[override.priority])
    if not later:
        return own
    since = _by_rules(case, entry, later, at)
    if since.priority < override.priority:
        return rules.Clocked(since.priority, since.due_min)
    return own


def _ages(case: Case, at: datetime) -> rules.Held:
    own = case.person.birth_year
    others = []
    if case.household_id:
        others = list(
            Person.objects.filter(household=case.household_id, erased_at__isnull=True)
            .exclude(pk=case.person_id)
            .values_list("birth_year", flat=True)
        )
    return rules.Held(
        own=at.year - own if own else None,
        others=tuple(at.year - year if year else None for year in others),
    )


def _has_words_of_danger(case: Case) -> bool:
    unread = Report.objects.filter(case=case, confirmed_at__isnull=True)
    return any(
        suggestion["kind"] == "danger"
        for suggestions in unread.values_list("suggestions", flat=True)
        for suggestion in suggestions
    )
