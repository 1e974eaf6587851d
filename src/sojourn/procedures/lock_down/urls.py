"""Addresses of the procedure."""

from django.urls import path

from sojourn.procedures.lock_down import views

app_name = "lock_down"
urlpatterns = [
    path("lock-down/", views.offices, name="offices"),
    path("lock-down/paper/", views.paper, name="paper"),
    path("lock-down/<uuid:office_id>/", views.lock, name="lock"),
    path("lock-down/<uuid:office_id>/reopen/", views.reopen, name="reopen"),
]
