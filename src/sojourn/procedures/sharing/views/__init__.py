"""Pages of sharing: for staff, for the person herself, for emergencies, for who watches."""
