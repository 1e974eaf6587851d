"""Pages of one's own account, and of colleagues' accounts."""
