"""Addresses of the directory and of referrals."""

from django.urls import path

from sojourn.response.referral.views import directory, referrals

app_name = "referral"
urlpatterns = [
    path("services/", directory.directory, name="directory"),
    path("services/add/", directory.add, name="add_service"),
    path("services/list.csv", directory.export, name="export"),
    path("services/bring/", directory.bring, name="bring"),
    path("services/<uuid:service_id>/", directory.service, name="service"),
    path("services/<uuid:service_id>/edit/", directory.edit, name="edit_service"),
    path("services/<uuid:service_id>/assure/", directory.assure, name="assure"),
    path("referrals/", referrals.made, name="made"),
    path("referrals/received/", referrals.received, name="received"),
    path("referrals/offer/<uuid:case_id>/", referrals.offer, name="offer"),
    path("referrals/<uuid:referral_id>/", referrals.referral, name="referral"),
    path("referrals/<uuid:referral_id>/<slug:step>/", referrals.step, name="step"),
]
