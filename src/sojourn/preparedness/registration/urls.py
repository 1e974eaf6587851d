"""Addresses of imports and of the register."""

from django.urls import path

from sojourn.preparedness.registration.views import deliveries, imports, people, register

app_name = "registration"
urlpatterns = [
    path("register/", register.register, name="people"),
    path("register/export/", register.export, name="export"),
    path("register/new/", people.add, name="add"),
    path("register/<uuid:person_id>/", people.person, name="person"),
    path("register/<uuid:person_id>/edit/", people.edit, name="edit"),
    path("register/<uuid:person_id>/contact/", people.add_contact, name="add_contact"),
    path("register/<uuid:person_id>/document/", people.add_document, name="add_document"),
    path(
        "register/<uuid:person_id>/document/<uuid:document_id>/",
        people.document_number,
        name="document_number",
    ),
    path("register/<uuid:person_id>/place/", people.add_place, name="add_place"),
    path(
        "register/<uuid:person_id>/place/<uuid:place_id>/",
        people.settle_place,
        name="settle_place",
    ),
    path("register/<uuid:person_id>/care/", people.look_after, name="look_after"),
    path("imports/", imports.imports, name="imports"),
    path("imports/together/<uuid:delivery_id>/", deliveries.delivery, name="delivery"),
    path(
        "imports/together/<uuid:delivery_id>/progress/",
        deliveries.progress,
        name="delivery_progress",
    ),
    path(
        "imports/together/<uuid:delivery_id>/confirm/", deliveries.confirm, name="delivery_confirm"
    ),
    path("imports/together/<uuid:delivery_id>/drop/", deliveries.drop, name="delivery_drop"),
    path(
        "imports/together/<uuid:delivery_id>/problems.csv",
        deliveries.problems,
        name="delivery_problems",
    ),
    path(
        "imports/together/<uuid:delivery_id>/files/<uuid:file_id>/",
        deliveries.kept_file,
        name="kept_file",
    ),
    path(
        "imports/together/<uuid:delivery_id>/files/<uuid:file_id>/again/",
        deliveries.again,
        name="read_again",
    ),
    path("imports/<uuid:import_id>/", imports.record, name="import"),
    path("imports/<uuid:import_id>/progress/", imports.progress, name="progress"),
    path("imports/<uuid:import_id>/columns/", imports.columns, name="columns"),
    path("imports/<uuid:import_id>/rows/<uuid:row_id>/", imports.judge, name="judge"),
    path("imports/<uuid:import_id>/confirm/", imports.confirm, name="confirm"),
    path("imports/<uuid:import_id>/undo/", imports.undo, name="undo"),
    path("imports/<uuid:import_id>/problems.csv", imports.problems, name="problems"),
]
