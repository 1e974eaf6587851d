"""Addresses. Each app brings its own; each view declares its audience (see access.pages)."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("sojourn.site.account_urls")),
    path("", include("sojourn.foundation.access.urls")),
    path("", include("sojourn.foundation.accounts.urls")),
    path("", include("sojourn.preparedness.registration.urls")),
    path("", include("sojourn.procedures.sharing.urls")),
    path("", include("sojourn.procedures.oversight.urls")),
    path("", include("sojourn.procedures.self_service.urls")),
    path("", include("sojourn.preparedness.alerts.urls")),
    path("", include("sojourn.procedures.alert_to_outreach.urls")),
    path("", include("sojourn.procedures.exercise.urls")),
    path("", include("sojourn.procedures.four_eyes.urls")),
    path("", include("sojourn.procedures.lock_down.urls")),
    path("", include("sojourn.site.pages")),
    path("crises/", include("sojourn.reporting.board.urls")),
    path("crises/", include("sojourn.response.exposure.urls")),
    path("outreach/", include("sojourn.response.outreach.urls")),
    path("triage/", include("sojourn.response.triage.urls")),
    path("", include("sojourn.response.referral.urls")),
    path("crises/", include("sojourn.reporting.situation.urls")),
]
