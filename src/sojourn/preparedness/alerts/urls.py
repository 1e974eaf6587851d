"""Addresses of alerts and feeds."""

from django.urls import path

from sojourn.preparedness.alerts.views import alerts, feeds

app_name = "alerts"
urlpatterns = [
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/files/", alerts.read_files, name="read_files"),
    path("alerts/feeds/", feeds.feeds, name="feeds"),
    path("alerts/feeds/new/", feeds.add, name="add_feed"),
    path("alerts/feeds/<uuid:feed_id>/", feeds.feed, name="feed"),
    path("alerts/feeds/<uuid:feed_id>/trust/", feeds.trust, name="trust"),
    path("alerts/feeds/<uuid:feed_id>/pause/", feeds.pause, name="pause_feed"),
    path("alerts/feeds/<uuid:feed_id>/resume/", feeds.resume, name="resume_feed"),
    path("alerts/feeds/<uuid:feed_id>/ask/", feeds.ask, name="ask_feed"),
    path("alerts/<uuid:alert_id>/", alerts.alert, name="alert"),
    path("alerts/<uuid:alert_id>/map/", alerts.map_data, name="map_data"),
    path("alerts/<uuid:alert_id>/area/", alerts.area, name="area"),
    path("alerts/<uuid:alert_id>/source/", alerts.as_the_source_says, name="as_the_source_says"),
    path("alerts/<uuid:alert_id>/original/", alerts.original, name="original"),
]
