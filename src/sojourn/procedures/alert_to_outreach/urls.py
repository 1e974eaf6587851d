"""Addresses of the procedure."""

from django.urls import path

from sojourn.procedures.alert_to_outreach import views

app_name = "alert_to_outreach"
urlpatterns = [
    path("alerts/<uuid:alert_id>/start/", views.start, name="start"),
    path("alerts/events/<uuid:event_id>/recall/", views.recall, name="recall"),
]
