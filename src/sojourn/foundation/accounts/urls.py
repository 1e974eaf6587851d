"""Addresses of one's own account, and of colleagues' accounts."""

from django.urls import path

from sojourn.foundation.accounts.views import colleagues, factors, second_password, sessions

app_name = "accounts"
urlpatterns = [
    path("account/here/", sessions.here, name="here"),
    path("account/confirm/", factors.confirm, name="confirm"),
    path("account/factors/", factors.index, name="factors"),
    path("account/factors/code/", factors.add_code, name="add_code"),
    path("account/factors/passkey/", factors.add_passkey, name="add_passkey"),
    path("account/factors/<int:factor_id>/remove/", factors.remove, name="remove_factor"),
    path("account/factors/recovery-codes/", factors.recovery_codes, name="recovery_codes"),
    path("account/second-password/", second_password.second_password, name="second_password"),
    path("account/second-password/remove/", second_password.remove, name="remove_second_password"),
    path("organisation/users/<uuid:user_id>/account/", colleagues.colleague, name="colleague"),
    path(
        "organisation/users/<uuid:user_id>/account/end-sessions/",
        colleagues.end_sessions,
        name="end_sessions_of",
    ),
    path("organisation/users/<uuid:user_id>/account/let-in/", colleagues.let_in, name="let_in"),
    path("organisation/users/<uuid:user_id>/account/unlock/", colleagues.unlock, name="unlock"),
    path("account/sessions/", sessions.index, name="sessions"),
    path("account/sessions/end/", sessions.end_others, name="end_other_sessions"),
    path("account/sessions/<uuid:ticket>/end/", sessions.end, name="end_session"),
]
