"""Tables of the public schema."""

from django.conf import settings
from django.db import models
from django_tenants.models import DomainMixin, TenantMixin


class Office(TenantMixin):
    """A tenant."""

    name = models.CharField(max_length=200)
    auto_create_schema = True


class Domain(DomainMixin):
    """The host name that leads to a tenant."""


class Membership(models.Model):
    """Who holds which role in which tenant."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    office = models.ForeignKey(Office, on_delete=models.CASCADE)
    role = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "office", "role"], name="one_membership")
        ]


class Account(models.Model):
    """An account of the national chart."""

    code = models.CharField(max_length=14, primary_key=True)
    name_th = models.CharField(max_length=300)
    postable = models.BooleanField()
