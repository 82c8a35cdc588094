"""The Django project: settings, URLs, processes, the command line."""
