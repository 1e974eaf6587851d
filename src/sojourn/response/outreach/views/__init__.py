"""Pages of outreach: conversations, replies of strangers, campaigns, texts."""
