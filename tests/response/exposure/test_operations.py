from datetime import timedelta

import numpy as np
import pytest
import shapely
from tests.conftest import end

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload import operations as caseload
from sojourn.foundation.caseload import queries as caseload_queries
from sojourn.foundation.caseload.models import Case, CaseStep
from sojourn.foundation.caseload.operations import CaseChange, CaseFinding
from sojourn.foundation.caseload.terms import Answer, Standing
from sojourn.foundation.people.models import Person
from sojourn.methods.exposure import blocks
from sojourn.methods.footprint import Band, Footprint
from sojourn.methods.raster import Raster
from sojourn.response.exposure import operations
from sojourn.response.exposure.models import (
    ExposureRun,
    LocationBlock,
    LocationIndex,
    Placement,
    UnlistedEstimate,
)
from sojourn.response.exposure.operations import Question, StockFigure, runs
from sojourn.response.exposure.queries import BlockTable

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(crisis, footprint, officer, noon):
    """A function that runs the footprint, or another, against everyone."""

    def _run(area=footprint, *, at=noon, **question):
        return operations.run_exposure(
            crisis=crisis,
            footprint=area,
            source="alert:1",
            question=Question(**question),
            by=officer,
            at=at,
        )

    return _run


def case_of(person):
    return Case.objects.get(person=person)


def located(index):
    """Everyone in the blocks: number, key and level."""
    rows = [blocks.unpacked(row.n, row.data) for row in index.blocks.order_by("key_lo")]
    assert all(
        row.key_lo == int(part.key[0])
        for row, part in zip(index.blocks.order_by("key_lo"), rows, strict=True)
    )
    return sorted(
        (int(number), int(key), int(level))
        for part in rows
        for number, key, level in zip(part.person, part.key, part.level, strict=True)
    )


def placed(index):
    return sorted(Placement.objects.filter(index=index).values_list("number", "key", "level"))


def test_everyone_inside_near_or_too_old_gets_a_case_with_its_reason(seen, run):
    severe, strong = seen(28, 84.5), seen(28, 85.5)
    edge, close = seen(28, 84.001, accuracy_km=20), seen(28, 86.2)
    old, elsewhere = seen(28, 84.5, days_ago=400), seen(29.5, 81, days_ago=400)
    away, nowhere = seen(29.5, 81), seen(14.6, 121, days_ago=400, country="PHL")

    run(near_km=50, too_old_days=180)

    told = {
        case.person_id: (case.answer, case.band, case.probability) for case in Case.objects.all()
    }
    assert told[severe.pk] == (Answer.INSIDE, "8", 1)
    assert told[strong.pk] == (Answer.INSIDE, "6", 1)
    assert told[edge.pk][:2] == (Answer.POSSIBLE, "8")
    assert 0.1 < told[edge.pk][2] < 1
    assert told[close.pk] == (Answer.NEAR, "", 0)
    assert told[old.pk][:2] == (Answer.TOO_OLD, "8")
    assert told[elsewhere.pk] == (Answer.TOO_OLD, "", None)
    assert {away.pk, nowhere.pk}.isdisjoint(told)
    assert "“severe”" in case_of(severe).reason
    assert "too old to tell" in case_of(old).reason
    assert case_of(severe).area == "Bagmati"


def test_the_probability_halves_with_the_half_life_of_such_people(seen, run):
    visitor = seen(28, 84.5, days_ago=14, occupation="visitor")
    student = seen(28, 84.5, days_ago=180, occupation="student")

    run(too_old_days=1000)

    assert case_of(visitor).probability == pytest.approx(0.25)
    assert case_of(student).probability == pytest.approx(0.5)


def test_a_second_run_changes_nothing_and_is_told_as_a_run(seen, run):
    seen(28, 84.5)
    run()
    steps = CaseStep.objects.count()
    run()

    assert CaseStep.objects.count() == steps == 1
    assert ExposureRun.objects.count() == 2
    assert AuditEvent.objects.filter(what="exposure.run").count() == 2


def test_a_run_that_was_broken_off_is_finished_by_the_next_and_nothing_is_doubled(
    seen, run, crisis, monkeypatch
):
    people = [seen(28, 84.5, name=f"person {number}") for number in range(7)]
    monkeypatch.setattr(runs, "AT_ONCE", 2)
    whole, calls = caseload.open_cases, []

    def until_the_power_fails(**given):
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(**given)

    monkeypatch.setattr(caseload, "open_cases", until_the_power_fails)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert Case.objects.count() == 4
    assert not ExposureRun.objects.exists()  # what is not whole is not shown
    assert caseload_queries.drift(crisis) == {}

    run()

    assert Case.objects.count() == CaseStep.objects.count() == len(people)
    assert sum(ExposureRun.objects.get().counts.values_list("people", flat=True)) == len(people)
    assert AuditEvent.objects.get(what="exposure.run").keys["opened"] == 3
    assert caseload_queries.drift(crisis) == {}


def test_an_update_adds_cases_changes_bands_by_steps_and_removes_nobody(
    seen, run, crisis, officer, noon
):
    stays, worsens = seen(28, 84.5, name="stays"), seen(28, 85.5, name="worsens")
    leaves, comes = seen(27.2, 85.5, name="leaves"), seen(28.5, 88, name="comes")
    run(near_km=1)
    caseload.change_cases(
        crisis=crisis,
        case_ids=[case_of(leaves).pk],
        change=CaseChange(what="safe_reply", standing=Standing.SAFE),
        by=officer,
        at=noon,
    )
    later = noon + timedelta(hours=3)
    run(Footprint((Band(8, "severe", shapely.box(84, 27.5, 89, 29)),)), at=later, near_km=1)

    assert (case_of(stays).answer, case_of(stays).band) == (Answer.INSIDE, "8")
    assert case_of(stays).steps.count() == 1
    assert case_of(worsens).band == "8"
    assert list(case_of(worsens).steps.order_by("at").values_list("band", flat=True)) == ["6", "8"]
    assert case_of(comes).opened_at == later
    gone = case_of(leaves)
    assert (gone.answer, gone.standing) == (Answer.OUTSIDE, Standing.SAFE)
    assert gone.steps.order_by("-at").first().what == "no_longer_inside"
    assert caseload_queries.drift(crisis) == {}


def test_who_comes_back_inside_is_exposed_again(seen, run, footprint):
    person = seen(28, 84.5)
    run()
    run(Footprint((Band(6, "elsewhere", shapely.box(10, 10, 11, 11)),)))
    run(footprint)

    assert case_of(person).answer == Answer.INSIDE
    assert case_of(person).steps.count() == 3


def test_someone_who_came_to_us_stays_so_unless_found_inside(seen, run, crisis, officer, noon):
    near, inside = seen(28, 86.2), seen(28, 84.5)
    caseload.open_cases(
        crisis=crisis,
        findings=[CaseFinding(person=one, answer=Answer.REPORTED) for one in (near, inside)],
        what="walked_in",
        by=officer,
        at=noon,
    )
    run(near_km=50)

    assert case_of(near).answer == Answer.REPORTED
    assert case_of(inside).answer == Answer.INSIDE


def test_people_of_an_exercise_and_of_other_organisations_stay_apart(
    seen, run, other_state, partner
):
    mine, theirs = seen(28, 84.5), seen(28, 84.5, responsible=other_state)
    pretend, not_taking_part = seen(28, 84.5, is_exercise=True), seen(28, 84.5, responsible=partner)
    found = run()

    assert set(Case.objects.values_list("person_id", flat=True)) == {mine.pk, theirs.pk}
    assert {(one.organisation_id, one.people) for one in found.counts.all()} == {
        (mine.responsible_id, 1),
        (theirs.responsible_id, 1),
    }
    assert {pretend.pk, not_taking_part.pk}.isdisjoint(
        Case.objects.values_list("person_id", flat=True)
    )


def test_an_erased_person_is_not_found(seen, run, noon):
    person = seen(28, 84.5)
    Person.objects.filter(pk=person.pk).update(erased_at=noon)
    run()

    assert not Case.objects.exists()


def test_a_grid_is_a_footprint_and_only_near_it_is_near(seen, run):
    inside, close, away = seen(28, 85), seen(28, 86.0), seen(28, 87.5)
    values = np.full((40, 40), 3.0)
    values[15:26, 15:26] = 7.2
    raster = Raster(83, 26, 0.1, 0.1, values)
    run(Footprint((Band(5, "moderate"), Band(7, "very strong")), raster), near_km=60)

    assert (case_of(inside).answer, case_of(inside).band) == (Answer.INSIDE, "7")
    assert case_of(close).answer == Answer.NEAR
    assert not Case.objects.filter(person=away).exists()


def test_a_footprint_of_nothing_and_a_closed_crisis_are_refused(run, crisis, officer, noon):
    with pytest.raises(operations.CannotRun, match="covers no area"):
        run(Footprint(()))
    end(crisis, by=officer, at=noon)
    with pytest.raises(operations.CannotRun, match="closed"):
        run()
    assert not ExposureRun.objects.exists()


def test_the_newest_claim_counts_not_the_last_one_entered(seen, run):
    person = seen(14.6, 121, days_ago=1)
    seen.again(person, 28, 84.5, days_ago=30)
    run()
    assert not Case.objects.exists()

    seen.again(person, 28, 84.5, days_ago=0)
    run()
    assert case_of(person).answer == Answer.INSIDE


def test_one_person_is_moved_in_the_blocks_at_once(seen, state, officer, noon, crisis, run):
    person, other = seen(28, 84.5), seen(28, 85.5)
    operations.place_people(organisation=state, is_exercise=False, by=officer, at=noon)
    index = LocationIndex.objects.get(organisation=state)
    assert located(index) == placed(index)

    seen.again(person, -10, 120)
    assert operations.move_person(person=person) is True
    assert operations.move_person(person=person) is False
    assert located(index) == placed(index)
    assert len(located(index)) == 2
    run()
    assert set(Case.objects.values_list("person_id", flat=True)) == {other.pk}


def test_a_person_without_whereabouts_is_nowhere(register):
    assert operations.move_person(person=register()) is False


def test_a_person_of_another_organisation_now_leaves_the_old_index(
    seen, state, other_state, officer, noon
):
    person = seen(28, 84.5)
    operations.place_people(organisation=state, is_exercise=False, by=officer, at=noon)
    Person.objects.filter(pk=person.pk).update(responsible=other_state)
    seen.again(person, 28, 85)
    operations.place_people(organisation=other_state, is_exercise=False, by=officer, at=noon)

    old, new = (LocationIndex.objects.get(organisation=one) for one in (state, other_state))
    assert located(old) == []
    assert located(new) == placed(new)


def test_blocks_split_when_they_grow_and_vanish_when_they_empty(
    seen, state, officer, noon, monkeypatch
):
    monkeypatch.setattr(blocks, "BLOCK", 2)
    monkeypatch.setattr(
        "sojourn.response.exposure.operations.places.blocks.packed_blocks",
        lambda positions, pack=blocks.packed_blocks: pack(positions, 2),
    )
    monkeypatch.setattr("sojourn.response.exposure.operations.places.REBUILD_SHARE", 1e9)
    everyone = [seen(10 + step, 20 + step) for step in range(9)]
    operations.place_people(organisation=state, is_exercise=False, by=officer, at=noon)
    index = LocationIndex.objects.get(organisation=state)
    for person in everyone[:5]:
        seen.again(person, -40, -60)
        operations.move_person(person=person)
        assert located(index) == placed(index)
    for person in everyone[5:]:
        seen.again(person, -41, -61)
    operations.place_people(organisation=state, is_exercise=False, by=officer, at=noon)

    assert located(index) == placed(index)
    assert LocationBlock.objects.filter(index=index, n=0).count() == 0


def test_the_table_of_blocks_gives_what_memory_gives(seen, state, officer, noon):
    for step in range(30):
        seen(step, 3 * step)
    operations.place_people(organisation=state, is_exercise=False, by=officer, at=noon)
    index = LocationIndex.objects.get(organisation=state)
    table = BlockTable(index)
    directory = table.directory()
    fetched = [one for part in table.fetch(directory.key_lo) for one in part.person.tolist()]

    assert sorted(fetched) == [number for number, _, _ in placed(index)]
    assert directory.n.sum() == 30


def test_people_on_no_list_are_estimated_from_the_stock_with_a_reason(
    seen, run, state, officer, noon
):
    seen(28, 84.5, nationality="PHL")
    operations.enter_stocks(
        organisation=state,
        figures=[StockFigure("NPL", "PHL", 1_000, 2020, "UN DESA")],
        by=officer,
        at=noon,
    )
    run()
    estimate = UnlistedEstimate.objects.get()

    assert estimate.listed == 1
    assert 0 < estimate.low < estimate.best < estimate.high < 1_000
    assert "of the country's area" in estimate.reason
    assert estimate.source == "UN DESA, 2020: 1000"


def test_a_stock_entered_again_replaces_the_old_figure(state, officer, noon):
    for people in (10, 20):
        operations.enter_stocks(
            organisation=state,
            figures=[StockFigure("NPL", "PHL", people, 2020, "UN DESA")],
            by=officer,
            at=noon,
        )

    from sojourn.response.exposure.models import MigrantStock

    assert MigrantStock.objects.get().people == 20


def test_many_moves_at_once_find_their_blocks_too(seen, state, officer, noon, monkeypatch):
    monkeypatch.setattr("sojourn.response.exposure.operations.places.FEW", 1)
    monkeypatch.setattr("sojourn.response.exposure.operations.places.REBUILD_SHARE", 1e9)
    everyone = [seen(step, 3 * step) for step in range(8)]
    operations.place_people(organisation=state, is_exercise=False, by=officer, at=noon)
    for person in everyone[2:6]:
        seen.again(person, -40, -60)
    operations.place_people(organisation=state, is_exercise=False, by=officer, at=noon)
    index = LocationIndex.objects.get(organisation=state)

    assert located(index) == placed(index)
