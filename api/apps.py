"""Django's entry for the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST API."""

    name = "api"

    def ready(self) -> None:
        """Tell the OpenAPI generator how requests are signed."""
        from api import openapi  # noqa: F401, PLC0415 - registers itself, after the settings
