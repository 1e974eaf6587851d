"""Settings, urls, base template, components and the command line."""
