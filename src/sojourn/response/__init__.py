"""During a crisis: exposure, outreach, referral, triage."""
