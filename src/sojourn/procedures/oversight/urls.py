"""Addresses of oversight."""

from django.urls import path

from sojourn.procedures.oversight import views

app_name = "oversight"
urlpatterns = [
    path("protection/record/", views.record, name="record"),
    path("protection/record/verify/", views.verify, name="verify"),
    path("protection/record/progress/", views.progress, name="progress"),
    path("protection/record/checkpoint/", views.checkpoint, name="checkpoint"),
    path("protection/record/paper/", views.paper, name="paper"),
]
