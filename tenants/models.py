"""The tables of the control plane. Small, hot, one database for the whole nation."""

from tenants.admission.models import AdmissionMeasure
from tenants.directory.models import Body, Cell, District, Instance, Place, Province, Server
from tenants.lifecycle.models import BodyChange, BodyKind, Succession
from tenants.moving.models import Move
from tenants.officers.models import Appointment, Officer, OneTimeLink, SignIn, WatchersReading
from tenants.officers.second_step.models import (
    AuthenticatorApp,
    Passkey,
    PendingStep,
    RecoveryCode,
)
from tenants.open_data.models import OpenDataFile
from tenants.releases.models import PlaceRelease, Release
from tenants.rollups.activity_models import AreaDay, AreaMinute, RollupActivity
from tenants.rollups.models import (
    AreaBudget,
    AreaClosing,
    AreaDocuments,
    AreaEntries,
    AreaEstimate,
    AreaMonth,
    AreaRevenue,
    RollupBody,
    RollupBudget,
    RollupCell,
    RollupCheck,
    RollupClosing,
    RollupDocuments,
    RollupEntries,
    RollupEstimate,
    RollupMonth,
    RollupPending,
    RollupRevenue,
)

__all__ = [
    "AdmissionMeasure",
    "Appointment",
    "AreaBudget",
    "AreaClosing",
    "AreaDay",
    "AreaDocuments",
    "AreaEntries",
    "AreaEstimate",
    "AreaMinute",
    "AreaMonth",
    "AreaRevenue",
    "AuthenticatorApp",
    "Body",
    "BodyChange",
    "BodyKind",
    "Cell",
    "District",
    "Instance",
    "Move",
    "Officer",
    "OneTimeLink",
    "OpenDataFile",
    "Passkey",
    "PendingStep",
    "Place",
    "PlaceRelease",
    "Province",
    "RecoveryCode",
    "Release",
    "RollupActivity",
    "RollupBody",
    "RollupBudget",
    "RollupCell",
    "RollupCheck",
    "RollupClosing",
    "RollupDocuments",
    "RollupEntries",
    "RollupEstimate",
    "RollupMonth",
    "RollupPending",
    "RollupRevenue",
    "Server",
    "SignIn",
    "Succession",
    "WatchersReading",
]
