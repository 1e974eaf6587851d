"""Deeds on needs: somebody tells us, a person confirms what words suggested, a need is met."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from sojourn.foundation.access import sealing
from sojourn.foundation.audit import operations as audit
from sojourn.foundation.audit.terms import Actor
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.identifiers import uuid7
from sojourn.foundation.people.operations import key_of
from sojourn.response.triage import rules
from sojourn.response.triage.models import Entry, Need, Report
from sojourn.response.triage.operations.assessing import into_queue, locked, reassess
from sojourn.response.triage.rules import Said
from sojourn.response.triage.terms import NeedKind, Source


@transaction.atomic
def triage_reply(
    *,
    case: Case,
    text: str,
    needs: Collection[Said],
    by: Actor,
    at: datetime,
    source: Source = Source.REPLY,
) -> Report:
    """Take in what a person wrote: the case comes into the queue with priority, reasons and clock.

    The text is kept whole and sealed. `needs` are those that the person chose; without any the case needs a call.
    What else word lists find in the text is suggested to a person, who confirms it; words that may mean danger to
    life put the call first. The same words at the same moment count once.
    """
    return report_needs(case=case, text=text, needs=needs, source=source, by=by, at=at)


@transaction.atomic
def report_needs(
    *,
    case: Case,
    text: str,
    needs: Collection[Said],
    source: Source,
    by: Actor,
    at: datetime,
    said_by: Actor | None = None,
    key: UUID | None = None,
) -> Report:
    """Write down what was told, and judge the case anew. `said_by` is the person when an officer writes for them.

    A call settles what was not said before and starts the clock anew; one that tells of no need adds none.
    Safe to repeat: the same telling, or the same `key`, counts once.
    """
    case = locked(case.pk)
    teller = (said_by or by).audit_key
    digest = sealing.blind_index(text, name="report")
    known = _known(case, key, source, teller, at, digest)
    if known is not None:
        return known
    key = key or uuid7()
    report = Report(id=key, case=case, source=source, said_by=teller, said_at=at, digest=digest)
    if text.strip():
        report.text_sealed = sealing.seal(
            text, table="triage_report", column="text", row=key, key=key_of(case.person, at=at)
        )
    is_heard = source in {Source.CALL, Source.WALK_IN}  # an officer heard it and chose the needs
    chosen = {need.kind for need in needs}
    suggested = () if is_heard else rules.suggest_needs(text)
    report.suggestions = [asdict(one) for one in suggested if one.kind not in chosen]
    if is_heard or not text.strip():
        report.confirmed_at, report.confirmed_by = at, by.audit_key
    report.save(force_insert=True)
    is_call = source == Source.CALL
    if is_call:
        _settle_unspecified(case, by=by, at=at)
    if needs or not is_call:
        _add_needs(report, needs or [Said(NeedKind.UNSPECIFIED.value)], at)
        into_queue(case, what="in_need", by=by, at=at)
    else:
        _reach(case, by=by, at=at)
    entry = Entry.objects.filter(case=case).first()
    if entry is not None:
        if is_call:
            entry.acted_at = at
            entry.save(update_fields=["acted_at"])
        reassess(case, entry, by=by, at=at, is_restart=is_call)
    audit.record(
        what="needs.reported",
        about=report,
        by=by,
        at=at,
        person_id=case.person_id,
        source=source.value,
        kinds=sorted(chosen),
    )
    return report


@transaction.atomic
def confirm_needs(*, report: Report, needs: Collection[Said], by: Actor, at: datetime) -> Report:
    """A person read the text and says which needs it holds. What the lists suggested counts no more. Safe to repeat."""
    case = locked(report.case_id)
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.confirmed_at is not None:
        return report
    report.confirmed_at, report.confirmed_by = at, by.audit_key
    report.save(update_fields=["confirmed_at", "confirmed_by"])
    if needs:
        report.needs.filter(kind=NeedKind.UNSPECIFIED, met_at__isnull=True).update(
            met_at=at, met_by=by.audit_key
        )
        _add_needs(report, needs, at)
    reassess(case, case.triage, by=by, at=at)
    audit.record(
        what="needs.confirmed",
        about=report,
        by=by,
        at=at,
        person_id=case.person_id,
        kinds=sorted({need.kind for need in needs}),
    )
    return report


@transaction.atomic
def meet_need(*, case: Case, kind: NeedKind, by: Actor, at: datetime) -> int:
    """Note that a kind of need was met, however often it was told. Safe to repeat."""
    case = locked(case.pk)
    met = case.needs.filter(kind=kind, met_at__isnull=True).update(met_at=at, met_by=by.audit_key)
    if met:
        reassess(case, case.triage, by=by, at=at)
        audit.record(
            what="need.met", about=case, by=by, at=at, person_id=case.person_id, kind=kind.value
        )
    return met


@transaction.atomic
def unmeet_need(*, case: Case, kind: NeedKind, by: Actor, at: datetime) -> int:
    """Take the last `meet_need` of a kind back: the need stands again. Safe to repeat."""
    case = locked(case.pk)
    if case.needs.filter(kind=kind, met_at__isnull=True).exists():
        return 0
    last = case.needs.filter(kind=kind).aggregate(last=Max("met_at"))["last"]
    stood = case.needs.filter(kind=kind, met_at=last, met_at__isnull=False).update(
        met_at=None, met_by=""
    )
    if stood:
        reassess(case, case.triage, by=by, at=at)
        audit.record(
            what="need.stood_again",
            about=case,
            by=by,
            at=at,
            person_id=case.person_id,
            kind=kind.value,
        )
    return stood


def _known(
    case: Case, key: UUID | None, source: Source, teller: str, at: datetime, digest: bytes
) -> Report | None:
    if key is not None:
        return Report.objects.filter(case=case, pk=key).first()
    return Report.objects.filter(
        case=case, source=source, said_by=teller, said_at=at, digest=digest
    ).first()


def _reach(case: Case, *, by: Actor, at: datetime) -> None:
    caseload.change_cases(
        crisis=case.crisis,
        case_ids=[case.pk],
        change=caseload.CaseChange(what="called", is_reached=True),
        by=by,
        at=at,
    )


def _settle_unspecified(case: Case, *, by: Actor, at: datetime) -> None:
    case.needs.filter(kind=NeedKind.UNSPECIFIED, met_at__isnull=True).update(
        met_at=at, met_by=by.audit_key
    )


def _add_needs(report: Report, needs: Collection[Said], at: datetime) -> None:
    """Add needs that the report does not hold yet; the gravest counts where a kind is named twice."""
    order = ["life", "urgent", "unknown", "can_wait"]
    kept: dict[str, Said] = {}
    for need in sorted(needs, key=lambda said: order.index(said.severity)):
        known = kept.get(need.kind)
        signs = tuple(sorted({*need.signs, *(known.signs if known else ())}))
        kept[need.kind] = Said(need.kind, known.severity if known else need.severity, signs)
    present = set(report.needs.values_list("kind", flat=True))
    Need.objects.bulk_create(
        Need(
            case_id=report.case_id,
            report=report,
            kind=need.kind,
            severity=need.severity,
            signs=list(need.signs),
            said_at=at,
        )
        for need in kept.values()
        if need.kind not in present
    )
