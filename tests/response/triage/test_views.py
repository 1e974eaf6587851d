"""Pages of triage with Django's client: every role, others' records, every deed and its refusal."""

from uuid import uuid4

import pytest
from django.urls import reverse

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload.models import Case
from sojourn.foundation.people.models import Person
from sojourn.response.triage.models import Entry, Need, Note, Override, Report, TriageTask
from sojourn.response.triage.operations import Said

ROLES = [
    "officer",
    "consul",
    "warden",
    "caseworker",
    "host_officer",
    "administrator",
    "other_officer",
]


@pytest.fixture
def waiting(case, ask, medical):
    """Maria waits for a doctor."""
    return ask(case, medical, text="my leg <b>hurts</b>")


@pytest.fixture
def enter(client, request):
    """A function that signs somebody in by the name of their fixture."""

    def _enter(name):
        client.force_login(request.getfixturevalue(name))
        return client

    return _enter


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("officer", (302, 200, 200, 200, 200)),
        ("consul", (302, 200, 200, 404, 200)),
        ("warden", (302, 200, 403, 404, 200)),
        ("caseworker", (403, 403, 403, 404, 200)),
        ("host_officer", (403, 403, 403, 403, 200)),
        ("administrator", (403, 403, 403, 403, 200)),
        ("other_officer", (302, 200, 200, 404, 200)),
    ],
)
def test_each_role_sees_its_own_and_no_more(enter, waiting, role, statuses):
    client = enter(role)
    addresses = [
        reverse("triage:queue"),
        reverse("triage:crisis", args=[waiting.crisis_id]),
        reverse("triage:walk_in", args=[waiting.crisis_id]),
        reverse("triage:case", args=[waiting.pk]),
        reverse("triage:rules"),
    ]
    found = tuple(client.get(address).status_code for address in addresses)
    if role in {"warden", "consul"}:  # their organisation leads the crisis
        assert found[1] == 200
    assert found == statuses


def test_another_states_queue_is_empty_and_its_cases_cannot_be_touched(enter, waiting):
    client = enter("other_officer")
    page = client.get(reverse("triage:crisis", args=[waiting.crisis_id]))
    assert "Maria" not in page.content.decode()
    answer = client.post(
        reverse("triage:deed", args=[waiting.pk, "note"]), {"note-note": "x", "note-key": uuid4()}
    )
    assert answer.status_code == 404
    client.post(reverse("triage:take_next", args=[waiting.crisis_id]))
    waiting.refresh_from_db()
    assert waiting.assigned_to is None


def test_a_post_officer_sees_the_people_of_the_post(enter, register, open_case, ask, post):
    ask(open_case(register("Juan Cruz", office=post)), Said("documents"))
    case = Case.objects.get()
    client = enter("consul")
    assert (
        "Juan Cruz" in client.get(reverse("triage:crisis", args=[case.crisis_id])).content.decode()
    )
    assert client.get(reverse("triage:case", args=[case.pk])).status_code == 200


def test_a_warden_may_record_and_note_but_not_decide(enter, register, open_case, ask, warden):
    case = ask(open_case(register("Juan Cruz", warden=warden)), Said("documents"))
    client = enter("warden")
    page = client.get(reverse("triage:case", args=[case.pk])).content.decode()
    assert "Record a call" in page
    assert "Overrule" not in page
    note = {"note-note": "Seen at the school", "note-key": uuid4()}
    assert client.post(reverse("triage:deed", args=[case.pk, "note"]), note).status_code == 302
    refused = client.post(
        reverse("triage:deed", args=[case.pk, "close"]), {"close-reason": "helped"}
    )
    assert refused.status_code == 403


def test_the_queue_says_who_why_and_until_when(enter, waiting):
    page = enter("officer").get(reverse("triage:crisis", args=[waiting.crisis_id])).content.decode()
    assert "Maria Santos" in page
    assert "Medical help is needed and cannot wait a day." in page
    assert "Overdue" in page
    assert "1 case holds a message that nobody has read" in page


def test_an_unchanged_queue_answers_with_nothing(enter, waiting):
    client = enter("officer")
    address = reverse("triage:crisis", args=[waiting.crisis_id])
    digest = client.get(address).context["digest"]
    assert client.get(address, {"seen": digest}, headers={"hx-request": "true"}).status_code == 204
    renewed = client.get(address, {"seen": "old"}, headers={"hx-request": "true"})
    assert renewed.status_code == 200
    assert renewed.content.decode().lstrip().startswith("<section")


@pytest.mark.parametrize(
    ("asked", "is_shown"),
    [
        ({"priority": "2"}, True),
        ({"priority": "1"}, False),
        ({"kind": "medical"}, True),
        ({"kind": "shelter"}, False),
        ({"held": "mine"}, False),
        ({"held": "nobody"}, True),
        ({"clock": "overdue"}, True),
        ({"clock": "escalated"}, False),
        ({"off_return": "on"}, False),
        ({"priority": "nonsense"}, True),
    ],
)
def test_the_queue_is_narrowed(enter, waiting, asked, is_shown):
    page = enter("officer").get(reverse("triage:crisis", args=[waiting.crisis_id]), asked)
    assert ("Maria Santos" in page.content.decode()) == is_shown


def test_taking_the_next_opens_it(enter, waiting, officer):
    client = enter("officer")
    address = reverse("triage:take_next", args=[waiting.crisis_id])
    assert client.post(address).url == reverse("triage:case", args=[waiting.pk])
    waiting.refresh_from_db()
    assert waiting.assigned_to == officer
    assert client.post(address).url == reverse("triage:crisis", args=[waiting.crisis_id])


def test_ticked_cases_are_given(enter, waiting, officer):
    client = enter("officer")
    address = reverse("triage:assign_many", args=[waiting.crisis_id])
    refused = client.post(address, {"to": officer.pk})
    assert refused.status_code == 422
    assert "Tick the cases first" in refused.content.decode()
    client.post(address, {"cases": [waiting.pk], "to": officer.pk})
    waiting.refresh_from_db()
    assert waiting.assigned_to == officer


def test_the_page_of_a_case_is_one_screen_with_all_reasons(enter, waiting):
    page = enter("officer").get(reverse("triage:case", args=[waiting.pk])).content.decode()
    for words in [
        "Maria Santos",
        "my leg &lt;b&gt;hurts&lt;/b&gt;",
        "Medical help is needed and cannot wait a day.",
        "Nobody knows where they are.",
        "Found by exposure",
        "Priority 2 by rules 1",
        "Refer to a service",
    ]:
        assert words in page
    assert AuditEvent.objects.filter(what="case.read", person_id=waiting.person_id).count() == 1


def _do(client, case, deed, **data):
    prefixed = {f"{deed}-{name}": value for name, value in data.items()}
    bare = {"meet", "unmeet", "task-done", "task-again"}
    return client.post(
        reverse("triage:deed", args=[case.pk, deed]), data if deed in bare else prefixed
    )


def test_a_call_is_recorded_once_however_often_it_is_sent(enter, waiting):
    client = enter("officer")
    key = uuid4()
    for _ in range(2):
        answer = _do(
            client, waiting, "call", key=key, need_shelter="urgent", signs=["pregnant"], text="Cold"
        )
        assert answer.status_code == 302
    assert Report.objects.filter(source="call").count() == 1
    assert Need.objects.get(kind="shelter").signs == ["pregnant"]


def test_a_text_is_confirmed_by_a_person(enter, waiting):
    client = enter("officer")
    report = Report.objects.get()
    assert (
        "A person must read this"
        in client.get(reverse("triage:case", args=[waiting.pk])).content.decode()
    )
    _do(client, waiting, "confirm", key=uuid4(), report=report.pk, need_medical="life", text="")
    report.refresh_from_db()
    assert report.confirmed_at is not None


def test_a_need_is_met_and_stands_again(enter, waiting):
    client = enter("officer")
    _do(client, waiting, "meet", kind="medical")
    assert Need.objects.get().met_at is not None
    _do(client, waiting, "unmeet", kind="medical")
    assert Need.objects.get().met_at is None


def test_a_refused_overruling_keeps_what_was_typed(enter, waiting):
    client = enter("officer")
    refused = _do(client, waiting, "overrule", priority=1, reason="soon")
    assert refused.status_code == 422
    assert "the next officer must understand it" in refused.content.decode()
    assert "soon" in refused.content.decode()
    assert not Override.objects.exists()
    _do(client, waiting, "overrule", priority=1, reason="She is alone with a newborn")
    page = client.get(reverse("triage:case", args=[waiting.pk])).content.decode()
    assert "She is alone with a newborn" in page
    _do(client, waiting, "rules-again")
    assert Override.objects.get().ended_at is not None


def test_a_case_held_by_another_is_not_taken_unseen(enter, waiting, officer, second_officer):
    waiting.assigned_to = second_officer
    waiting.save()
    client = enter("officer")
    refused = _do(client, waiting, "assign", to=officer.pk, seen="")
    assert refused.status_code == 422
    assert "Second Officer holds this case now" in refused.content.decode()
    _do(client, waiting, "assign", to=officer.pk, seen=second_officer.pk)
    waiting.refresh_from_db()
    assert waiting.assigned_to == officer
    _do(client, waiting, "release")
    waiting.refresh_from_db()
    assert waiting.assigned_to is None


def test_notes_and_tasks_count_once(enter, waiting):
    client = enter("officer")
    key = uuid4()
    for _ in range(2):
        _do(client, waiting, "note", key=key, note="Speaks Waray")
        _do(client, waiting, "task", key=key, words="Call the hospital")
    assert Note.objects.count() == TriageTask.objects.count() == 1
    page = client.get(reverse("triage:case", args=[waiting.pk])).content.decode()
    assert "Speaks Waray" in page
    assert "Call the hospital" in page
    task = TriageTask.objects.get()
    _do(client, waiting, "task-done", task=task.pk)
    task.refresh_from_db()
    assert task.done_at is not None
    _do(client, waiting, "task-again", task=task.pk)
    task.refresh_from_db()
    assert task.done_at is None


def test_closing_and_opening_again(enter, waiting):
    client = enter("officer")
    refused = _do(client, waiting, "close", reason="other", closing_words="")
    assert refused.status_code == 422
    _do(client, waiting, "close", reason="helped", closing_words="")
    page = client.get(reverse("triage:case", args=[waiting.pk])).content.decode()
    assert "This case is closed" in page
    _do(client, waiting, "reopen")
    assert Entry.objects.get().closed_at is None


def test_a_deed_that_does_not_exist_is_not_found(enter, waiting):
    assert _do(enter("officer"), waiting, "promote").status_code == 404


def test_a_task_of_another_case_cannot_be_reached(
    enter, waiting, register, open_case, officer, noon
):
    from sojourn.response.triage import operations

    other = open_case(register("Other"))
    task = operations.add_task(case=other, words="x", by=officer, at=noon)
    assert _do(enter("officer"), waiting, "task-done", task=task.pk).status_code == 404


def _typed(**data):
    return {"key": uuid4(), "document_kind": "passport", "source": "walk_in"} | data


@pytest.fixture
def counter(crisis):
    """The address of the walk-in page."""
    return reverse("triage:walk_in", args=[crisis.pk])


def test_a_person_in_no_register_is_a_case_by_one_form(enter, counter):
    client = enter("officer")
    assert client.get(counter).status_code == 200
    answer = client.post(
        counter,
        _typed(
            name="सुनिता गुरुङ",
            phone="९८१२३४५६७८",
            need_medical="life",
            companions="Asha, 2021\nBibek",
        ),
    )
    case = Case.objects.get(person__name="सुनिता गुरुङ")
    assert answer.url == reverse("triage:case", args=[case.pk])
    assert case.priority == 1
    assert case.person.contact_points.get().address == "+9779812345678"
    assert set(case.person.household.members.values_list("name", "birth_year")) == {
        ("सुनिता गुरुङ", None),
        ("Asha", 2021),
        ("Bibek", None),
    }


def test_sending_the_form_twice_takes_in_one_person(enter, counter):
    client = enter("officer")
    typed = _typed(description="man in a green coat")
    for _ in range(2):
        client.post(counter, typed)
    assert Person.objects.count() == 1


def test_a_number_that_cannot_be_read_turns_nobody_away(enter, counter):
    enter("officer").post(counter, _typed(name="Ali", phone="12"))
    page = enter("officer").get(reverse("triage:case", args=[Case.objects.get().pk]))
    assert "Telephone, as written: 12" in page.content.decode()


def test_nobody_at_all_is_refused_with_a_sentence(enter, counter):
    refused = enter("officer").post(counter, _typed(text="help"))
    assert refused.status_code == 422
    assert "One of them is needed" in refused.content.decode()
    assert not Person.objects.exists()


def test_somebody_we_may_know_is_shown_before_a_second_record_is_made(enter, counter, case):
    client = enter("officer")
    typed = _typed(name="Maria Santos", need_documents="can_wait")
    offered = client.post(counter, typed)
    assert offered.status_code == 422
    assert "Is it one of these?" in offered.content.decode()
    assert Person.objects.count() == 1

    chosen = client.post(counter, typed | {"person": case.person.pk})
    assert chosen.url == reverse("triage:case", args=[case.pk])
    assert Person.objects.count() == 1
    case.refresh_from_db()
    assert case.priority == 4


def test_another_person_of_the_same_name_is_taken_in(enter, counter, case):
    enter("officer").post(counter, _typed(name="Maria Santos", is_new="1"))
    assert Person.objects.filter(name="Maria Santos").count() == 2


def test_search_finds_in_any_spelling_and_fills_the_form(enter, counter, case):
    client = enter("officer")
    assert "Maria Santos" in client.get(counter, {"q": "MARÍA SANTOZ"}).content.decode()
    page = client.get(counter, {"q": "Nobody Known"}).content.decode()
    assert "Nobody we know" in page
    assert 'value="Nobody Known"' in page


def test_another_states_person_is_neither_found_nor_taken(enter, counter, case):
    client = enter("other_officer")
    assert "Nobody we know" in client.get(counter, {"q": "Maria Santos"}).content.decode()
    answer = client.post(counter, _typed(name="X", person=case.person.pk))
    assert answer.status_code == 404


def test_the_rules_are_published_word_for_word(enter, db):
    from sojourn.methods.priority import table_of

    page = enter("host_officer").get(reverse("triage:rules"))
    for rule in table_of().rules:
        assert rule.source.replace("'", "&#x27;") in page.content.decode()
