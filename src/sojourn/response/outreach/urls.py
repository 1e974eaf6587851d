"""Addresses of outreach."""

from django.urls import path

from sojourn.response.outreach.views import (
    campaigns,
    conversations,
    outbox,
    providers,
    receipts,
    senders,
    texts,
)

app_name = "outreach"
urlpatterns = [
    path("", conversations.conversations, name="conversations"),
    path("crises/<uuid:crisis_id>/", conversations.crisis, name="crisis"),
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
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:message_id>/<slug:name>/", outbox.decide, name="decide"),
    path("senders/", senders.senders, name="senders"),
    path("senders/add/", senders.add, name="add_sender"),
    path("senders/<uuid:sender_id>/", senders.sender, name="sender"),
    path("senders/<uuid:sender_id>/switch/", senders.switch, name="switch_sender"),
    path("receipts/<uuid:sender_id>/<uuid:key>/", receipts.kannel, name="kannel_receipt"),
    path(
        "receipts/<uuid:sender_id>/<str:sign>/<slug:what>/",
        receipts.external,
        name="external_receipt",
    ),
    path("providers/", providers.providers, name="providers"),
    path("providers/add/", providers.add, name="add_provider"),
    path("providers/<uuid:provider_id>/switch/", providers.switch, name="switch_provider"),
    path("texts/", texts.texts, name="texts"),
    path("texts/<slug:code>/", texts.language, name="language"),
    path("texts/<slug:code>/review/", texts.review, name="review"),
]
