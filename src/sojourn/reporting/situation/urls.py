"""Addresses of the situation report, under a crisis."""

from django.urls import path

from sojourn.reporting.situation import views

app_name = "situation"
urlpatterns = [
    path("<uuid:crisis_id>/situation/", views.report, name="report"),
    path("<uuid:crisis_id>/situation.pdf", views.pdf, name="pdf"),
    path("<uuid:crisis_id>/situation.csv", views.table, name="table"),
]
