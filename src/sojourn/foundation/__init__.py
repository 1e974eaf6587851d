"""What everything rests on: audit, organisations, access, people, caseload."""
