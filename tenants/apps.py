"""Django's entry for the control plane."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """The control plane."""

    name = "tenants"
    verbose_name = "Control plane"
