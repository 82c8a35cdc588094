"""The portal: pages for officers, in Thai first."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers the portal's templates, static files and translations."""

    name = "portal"
