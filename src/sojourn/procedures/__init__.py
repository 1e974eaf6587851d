"""The only place where one app's deed leads to another's."""
