"""Addresses of the exercise pages."""

from django.urls import path

from sojourn.procedures.exercise import views

app_name = "exercise"
urlpatterns = [
    path("exercises/", views.exercises, name="exercises"),
    path("exercises/progress/", views.progress, name="progress"),
    path("exercises/<uuid:exercise_id>/", views.control, name="control"),
    path("exercises/<uuid:exercise_id>/time/", views.time, name="time"),
    path("exercises/<uuid:exercise_id>/speed/", views.speed, name="speed"),
    path("exercises/<uuid:exercise_id>/go-on/", views.go_on, name="go_on"),
    path("exercises/<uuid:exercise_id>/reset/", views.reset, name="reset"),
]
