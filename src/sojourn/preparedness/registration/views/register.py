"""Pages of the register: search, narrow, hand out."""

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_GET, require_POST

from sojourn.exchange.sheets_out import as_csv, as_xlsx
from sojourn.foundation.access.pages import CASE_ROLES, StaffRequest, staff_page
from sojourn.foundation.accounts.pages import hands_out
from sojourn.foundation.organisations import queries as organisations
from sojourn.foundation.people import operations as deeds
from sojourn.foundation.people import queries as people
from sojourn.preparedness.registration import forms, operations, queries
from sojourn.preparedness.registration.queries import RegisterFilter
from sojourn.preparedness.registration.views.imports import KEEPERS

ON_A_PAGE: Final = 50


@staff_page(*CASE_ROLES)
@require_GET
def register(request: StaffRequest) -> HttpResponse:
    """Show the people the viewer may see: those a text may mean, or all, narrowed, page by page."""
    form, narrowed, text = _asked(request)
    offered = (
        people.search(viewer=request.viewer, purpose=queries.purpose_of(request.viewer), text=text)
        if text
        else []
    )
    everyone = queries.register(viewer=request.viewer, narrowed=narrowed)
    if text:
        within = set(
            everyone.filter(pk__in=[found.person.pk for found in offered]).values_list(
                "pk", flat=True
            )
        )
        page = [found.person for found in offered if found.person.pk in within]
        more = False
    else:
        after = _key(request.GET.get("after", ""))
        found = everyone.filter(pk__lt=after) if after else everyone
        page = list(found.select_related("office")[: ON_A_PAGE + 1])
        page, more = page[:ON_A_PAGE], len(page) > ON_A_PAGE
    deeds.note_listed(
        people=[one.pk for one in page],
        what="register.searched" if text else "register.listed",
        by=request.user,
        at=now(),
        why=queries.purpose_of(request.viewer).value,
    )
    context = {
        "form": form,
        "people": queries.at_a_glance(page, at=now()),
        "is_search": bool(text),
        "is_narrowed": narrowed != RegisterFilter(),
        "next_after": page[-1].pk if more else None,
        "query": _without(request, "after"),
        "total": None if text else everyone.count(),
        "may_keep": request.viewer.has(*KEEPERS),
        "asked": request.GET.urlencode(),
    }
    template = "registration/_people.html" if request.htmx else "registration/people.html"
    return render(request, template, context)


@staff_page(*KEEPERS)
@require_POST
@hands_out
def export(request: StaffRequest) -> HttpResponse:
    """Hand out the register, narrowed as asked, as XLSX or CSV. It is noted who took how many."""
    _form, narrowed, _text = _asked(request)
    found = queries.register(viewer=request.viewer, narrowed=narrowed)
    rows = list(queries.register_rows(found))
    organisation = request.viewer.organisation_for(*KEEPERS)
    is_csv = request.POST.get("format") == "csv"
    operations.note_export(
        organisation=organisation,
        people=found.order_by().values_list("pk", flat=True),
        by=request.user,
        at=now(),
    )
    if is_csv:
        content, kind = as_csv(queries.REGISTER_HEADINGS, rows), "text/csv"
    else:
        content = as_xlsx(
            queries.REGISTER_HEADINGS,
            rows,
            title="register",
            is_right_to_left=get_language_bidi(),
        )
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = HttpResponse(content, content_type=kind)
    name = "register.csv" if is_csv else "register.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(request: StaffRequest) -> tuple[forms.Narrow, RegisterFilter, str]:
    offices = organisations.offices_of(request.viewer.organisations)
    form = forms.Narrow(request.GET, offices=offices)
    form.is_valid()
    data = form.cleaned_data
    office = data.get("office")
    narrowed = RegisterFilter(
        nationality=data.get("nationality") or "",
        occupation=data.get("occupation") or "",
        office=office.pk if office else None,
        reach=data.get("reach") or "",
        record=_key(request.GET.get("import", "")),
        place=data.get("place") or "",
    )
    return form, narrowed, data.get("q") or ""


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _without(request: StaffRequest, name: str) -> str:
    query = request.GET.copy()
    query.pop(name, None)
    return query.urlencode()
