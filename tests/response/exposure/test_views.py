import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sojourn.foundation.audit.models import AuditEvent
from sojourn.foundation.caseload.models import Case
from sojourn.response.exposure import operations
from sojourn.response.exposure.models import ExposureRun, MigrantStock

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, crisis):
    """A function that asks for a page of exposure as a user."""

    def _page(user, name="crisis", data=None, **query):
        client.force_login(user)
        url = reverse(f"exposure:{name}", args=[crisis.pk], query=query)
        return client.get(url) if data is None else client.post(url, data)

    return _page


@pytest.fixture
def ran(crisis, footprint, officer, noon, seen):
    inside = seen(28, 84.5, name="Ana Inside")
    seen(28, 86.2, name="Nilo Near")
    operations.run_exposure(
        crisis=crisis, footprint=footprint, source="CAP 1.2 quake-1", by=officer, at=noon
    )
    return inside


def area_file(*, west=84):
    ring = [[west, 27], [west + 2, 27], [west + 2, 29], [west, 29], [west, 27]]
    feature = {
        "type": "Feature",
        "properties": {"level": 7, "name": "very strong"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    return SimpleUploadedFile("area.geojson", text.encode())


def test_before_any_comparison_the_page_says_so(page, officer):
    answer = page(officer)

    assert answer.status_code == 200
    assert "Nothing has been compared yet" in answer.content.decode()


def test_the_page_shows_numbers_bands_and_people_with_reasons(page, officer, ran):
    words = page(officer).content.decode()

    assert "Ana Inside" in words
    assert "is inside “severe”" in words
    assert "Nilo Near" in words
    assert "CAP 1.2 quake-1" in words


def test_one_answer_can_be_chosen(page, officer, ran):
    words = page(officer, answer="near").content.decode()

    assert "Nilo Near" in words
    assert "Ana Inside" not in words


def test_another_state_sees_none_of_these_people(page, other_officer, ran):
    answer = page(other_officer)

    assert answer.status_code == 200
    assert "Ana Inside" not in answer.content.decode()


def test_a_crisis_of_others_is_not_there(page, caseworker, ran):
    assert page(caseworker).status_code == 404


@pytest.mark.parametrize("name", ["host_officer", "administrator"])
def test_who_sees_no_people_is_kept_out(page, request, name, ran):
    assert page(request.getfixturevalue(name)).status_code == 403


def test_a_post_officer_looks_but_does_not_run(page, consul, ran):
    assert page(consul).status_code == 200
    assert page(consul, "compare", {"near_km": 10, "too_old_days": 10}).status_code == 403


def test_a_footprint_from_a_file_is_compared(page, officer, crisis, seen):
    person = seen(28, 84.5)
    answer = page(
        officer, "compare", {"footprint": area_file(), "near_km": 50, "too_old_days": 180}
    )

    assert answer.status_code == 302
    assert Case.objects.get(person=person).band == "7"
    assert ExposureRun.objects.get().source == "area.geojson"


def test_the_last_footprint_is_compared_again_with_other_distances(page, officer, ran, crisis):
    page(officer, "compare", {"near_km": 1, "too_old_days": 36_500})

    run = crisis.exposure_runs.order_by("-at", "-id").first()
    assert (run.near_km, run.source) == (1, "CAP 1.2 quake-1")
    assert sorted(Case.objects.values_list("answer", flat=True)) == ["inside", "outside"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"hello", "no alert of a known kind"),
        (b'{"type": "FeatureCollection", "features": []}', "no shape"),
    ],
)
def test_a_file_of_no_use_is_refused_in_words(page, officer, content, words):
    file = SimpleUploadedFile("alert.xml", content)
    answer = page(officer, "compare", {"footprint": file, "near_km": 50, "too_old_days": 180})

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_without_a_footprint_ever_one_is_asked_for(page, officer):
    assert page(officer, "compare", {"near_km": 50, "too_old_days": 180}).status_code == 422


def test_the_list_is_a_file_without_formulas(page, officer, seen, crisis, footprint, noon):
    seen(28, 84.5, name="=HYPERLINK(1)")
    operations.run_exposure(crisis=crisis, footprint=footprint, source="alert", by=officer, at=noon)
    text = b"".join(page(officer, "people_csv").streaming_content).decode("utf-8-sig")

    assert text.startswith("case,name,nationality,answer")
    assert ",'=HYPERLINK(1)," in text
    assert AuditEvent.objects.filter(what="exposure.exported").count() == 1


def test_a_warden_may_look_but_takes_no_list_away(page, warden, crisis, register):
    assert page(warden, "people_csv").status_code == 403


def test_a_figure_of_migrant_stock_is_entered_and_used(page, officer, ran, crisis):
    answer = page(
        officer,
        "stock",
        {"country": "NPL", "nationality": "phl", "people": 500, "year": 2020, "source": "embassy"},
    )

    assert answer.status_code == 302
    assert MigrantStock.objects.get().nationality == "PHL"
    page(officer, "compare", {"near_km": 50, "too_old_days": 180})
    assert "of the country&#x27;s area" in page(officer).content.decode()


def test_a_table_of_stocks_is_narrowed_to_the_crisis_and_the_own_people(page, officer):
    table = SimpleUploadedFile(
        "stock.csv",
        b"origin_iso3,origin,dest_iso3,dest,y2015,y2020\n"
        b"PHL,Philippines,NPL,Nepal,5,7\nPHL,Philippines,QAT,Qatar,1,2\nBGD,Bangladesh,NPL,Nepal,3,4\n",
    )
    page(officer, "stock", {"table": table, "year": 2019, "source": "UN DESA", "country": "NPL"})

    figure = MigrantStock.objects.get()
    assert (figure.country, figure.nationality, figure.people, figure.year) == (
        "NPL", "PHL", 7, 2020,
    )  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        {"country": "NPL", "nationality": "ZZZ", "people": 5},
        {"country": "NPL", "nationality": "PHL"},
        {"country": "NPL", "table": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")},
    ],
)
def test_a_figure_that_cannot_be_used_is_refused(page, officer, given):
    assert page(officer, "stock", given | {"year": 2020, "source": "x"}).status_code == 422
    assert not MigrantStock.objects.exists()
