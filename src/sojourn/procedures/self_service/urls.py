"""Addresses of the person's page. Short, for they travel by SMS."""

from django.urls import path

from sojourn.procedures.self_service import views

app_name = "self_service"
urlpatterns = [
    path("p/", views.door, name="door"),
    path("p/exit/", views.leave, name="leave"),
    path("p/<str:token>/", views.page, name="page"),
    path("p/<str:token>/say/", views.say, name="say"),
    path("p/<str:token>/where/", views.where, name="where"),
    path("p/<str:token>/with/", views.company, name="company"),
    path("p/<str:token>/messages/", views.conversation, name="conversation"),
    path("p/<str:token>/readers/", views.readers, name="readers"),
    path("p/<str:token>/correct/", views.correct, name="correct"),
    path("p/<str:token>/correct/<uuid:address_id>/", views.drop_address, name="drop_address"),
    path("p/<str:token>/take/", views.take, name="take"),
    path("p/<str:token>/take.json", views.take_json, name="take_json"),
    path("p/<str:token>/take.pdf", views.take_pdf, name="take_pdf"),
    path("p/<str:token>/delete/", views.delete, name="delete"),
    path("register/<uuid:person_id>/link/", views.hand_out, name="hand_out"),
]
