"""Addresses of the administrator's pages."""

from django.urls import path

from sojourn.foundation.access import views

app_name = "organisations"
urlpatterns = [
    path("organisation/users/", views.people, name="people"),
    path("organisation/users/<uuid:user_id>/", views.person, name="person"),
    path("organisation/users/<uuid:user_id>/roles/", views.give_role, name="give_role"),
    path(
        "organisation/users/<uuid:user_id>/roles/<uuid:membership_id>/end/",
        views.end_role,
        name="end_role",
    ),
    path("organisation/users/<uuid:user_id>/password/", views.password, name="password"),
    path("organisation/users/<uuid:user_id>/active/", views.active, name="active"),
    path("organisation/offices/", views.offices, name="offices"),
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/draft/", views.draft_agreement, name="draft_agreement"),
    path("agreements/<uuid:agreement_id>/", views.agreement, name="agreement"),
    path("agreements/<uuid:agreement_id>/sign/", views.sign_agreement, name="sign_agreement"),
    path("agreements/<uuid:agreement_id>/end/", views.end_agreement, name="end_agreement"),
]
