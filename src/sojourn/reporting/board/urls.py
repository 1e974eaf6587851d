"""Addresses of the board."""

from django.urls import path

from sojourn.reporting.board import views

app_name = "board"
urlpatterns = [
    path("", views.crises, name="crises"),
    path("<uuid:crisis_id>/", views.crisis, name="crisis"),
    path("<uuid:crisis_id>/wall/", views.wall, name="wall"),
    path("<uuid:crisis_id>/places/", views.places, name="places"),
    path("<uuid:crisis_id>/parts/<slug:name>/", views.part, name="part"),
]
