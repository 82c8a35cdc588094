"""The tables of the control plane. Small, hot, one database for the whole nation."""

from tenants.directory.models import Body, Cell, District, Province
from tenants.officers.models import Appointment, Officer, OneTimeLink, SignIn

__all__ = [
    "Appointment",
    "Body",
    "Cell",
    "District",
    "Officer",
    "OneTimeLink",
    "Province",
    "SignIn",
]
