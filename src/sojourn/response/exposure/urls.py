"""Addresses of exposure, below those of a crisis."""

from django.urls import path

from sojourn.response.exposure import views

app_name = "exposure"
urlpatterns = [
    path("<uuid:crisis_id>/exposure/", views.crisis, name="crisis"),
    path("<uuid:crisis_id>/exposure/people.csv", views.people_csv, name="people_csv"),
    path("<uuid:crisis_id>/exposure/compare/", views.compare, name="compare"),
    path("<uuid:crisis_id>/exposure/stock/", views.stock, name="stock"),
]
