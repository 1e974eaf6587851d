"""Addresses of triage."""

from django.urls import path

from sojourn.response.triage.views import case, deeds, queue, walk_in

app_name = "triage"
urlpatterns = [
    path("", queue.crises, name="queue"),
    path("rules/", queue.rules, name="rules"),
    path("crises/<uuid:crisis_id>/", queue.crisis_queue, name="crisis"),
    path("crises/<uuid:crisis_id>/next/", queue.take_next, name="take_next"),
    path("crises/<uuid:crisis_id>/assign/", queue.assign_many, name="assign_many"),
    path("crises/<uuid:crisis_id>/walk-in/", walk_in.walk_in, name="walk_in"),
    path("cases/<uuid:case_id>/", case.case, name="case"),
    path("cases/<uuid:case_id>/<slug:deed>/", deeds.deed, name="deed"),
]
