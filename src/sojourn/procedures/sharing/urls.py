"""Addresses of sharing."""

from django.urls import path

from sojourn.procedures.sharing.views import confidential, emergency, hers, protection, staff

app_name = "sharing"
urlpatterns = [
    path("register/<uuid:person_id>/sharing/", staff.sharing, name="sharing"),
    path("register/<uuid:person_id>/sharing/yes/", staff.say_yes, name="say_yes"),
    path(
        "register/<uuid:person_id>/sharing/<uuid:consent_id>/back/",
        staff.take_back,
        name="take_back",
    ),
    path("register/<uuid:person_id>/sharing/withhold/", staff.withhold, name="withhold"),
    path(
        "register/<uuid:person_id>/sharing/withhold/<uuid:withholding_id>/lift/",
        staff.lift,
        name="lift",
    ),
    path("register/<uuid:person_id>/confidential/", confidential.notes, name="confidential"),
    path(
        "register/<uuid:person_id>/confidential/<uuid:note_id>/open/",
        confidential.open_note,
        name="open_note",
    ),
    path(
        "register/<uuid:person_id>/confidential/<uuid:note_id>/destroy/",
        confidential.destroy,
        name="destroy_note",
    ),
    path("emergency/", emergency.emergency, name="emergency"),
    path("protection/", protection.notices, name="notices"),
    path("protection/<uuid:notice_id>/seen/", protection.seen, name="seen"),
    path("protection/why/", protection.why, name="why"),
    path("protection/purposes/", protection.purposes, name="purposes"),
    path("p/<str:token>/sharing/", hers.sharing, name="hers"),
    path("p/<str:token>/sharing/yes/", hers.say_yes, name="hers_yes"),
    path("p/<str:token>/sharing/<uuid:consent_id>/back/", hers.take_back, name="hers_back"),
    path("p/<str:token>/sharing/withhold/", hers.withhold, name="hers_withhold"),
    path("p/<str:token>/sharing/withhold/<uuid:withholding_id>/lift/", hers.lift, name="hers_lift"),
]
