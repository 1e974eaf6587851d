"""Addresses of the procedure."""

from django.urls import path

from sojourn.procedures.four_eyes import views

app_name = "four_eyes"
urlpatterns = [
    path("approvals/", views.approvals, name="approvals"),
    path("approvals/<uuid:approval_id>/yes/", views.agree, name="agree"),
    path("approvals/<uuid:approval_id>/no/", views.refuse, name="refuse"),
    path("crises/<uuid:crisis_id>/close/", views.close, name="close"),
]
