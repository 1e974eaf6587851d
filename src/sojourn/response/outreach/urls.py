"""Addresses of outreach."""

from django.urls import path

from sojourn.response.outreach.views import campaigns, conversations, texts

app_name = "outreach"
urlpatterns = [
    path("", conversations.conversations, name="conversations"),
    path("conversations/<uuid:conversation_id>/", conversations.conversation, name="conversation"),
    path("conversations/<uuid:conversation_id>/answer/", conversations.answer, name="answer"),
    path("conversations/<uuid:conversation_id>/read/", conversations.read, name="read"),
    path("unmatched/", conversations.strangers, name="strangers"),
    path("unmatched/<uuid:reply_id>/attach/", conversations.attach, name="attach"),
    path("unmatched/<uuid:reply_id>/aside/", conversations.set_aside, name="set_aside"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/<uuid:crisis_id>/", campaigns.draft, name="draft"),
    path("campaigns/<uuid:campaign_id>/", campaigns.campaign, name="campaign"),
    path("campaigns/<uuid:campaign_id>/start/", campaigns.start, name="start"),
    path("campaigns/<uuid:campaign_id>/<slug:name>/", campaigns.deed, name="campaign_deed"),
    path("texts/", texts.texts, name="texts"),
    path("texts/<slug:code>/", texts.language, name="language"),
    path("texts/<slug:code>/review/", texts.review, name="review"),
]
