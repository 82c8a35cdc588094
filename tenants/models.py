"""The tables of the control plane. Small, hot, one database for the whole nation."""

from tenants.admission.models import AdmissionMeasure
from tenants.directory.models import Body, Cell, District, Instance, Place, Province, Server
from tenants.lifecycle.models import BodyChange, BodyKind, Succession
from tenants.master_data.models import MasterArrival, MasterDecision, MasterVersion
from tenants.moving.models import Move
from tenants.officers.models import Appointment, Officer, OneTimeLink, SignIn, WatchersReading
from tenants.officers.second_step.models import (
    AuthenticatorApp,
    Passkey,
    PendingStep,
    RecoveryCode,
)
from tenants.open_data.models import OpenDataFile
from tenants.oversight.models import (
    Announcement,
    AnnouncementAddressee,
    AnnouncementReadCount,
    AnnouncementReading,
    AnnouncementWithdrawal,
    CentralAnswer,
    Question,
    QuestionStep,
)
from tenants.releases.models import PlaceRelease, Release
from tenants.rollups.activity_models import AreaDay, AreaMinute, RollupActivity
from tenants.rollups.comparison_models import BodyCompared, Comparison, PeerGroup, RollupTotal
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
from tenants.service_levels.models import AreaService

__all__ = [
    "AdmissionMeasure",
    "Announcement",
    "AnnouncementAddressee",
    "AnnouncementReadCount",
    "AnnouncementReading",
    "AnnouncementWithdrawal",
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
    "AreaService",
    "AuthenticatorApp",
    "Body",
    "BodyChange",
    "BodyCompared",
    "BodyKind",
    "Cell",
    "CentralAnswer",
    "Comparison",
    "District",
    "Instance",
    "MasterArrival",
    "MasterDecision",
    "MasterVersion",
    "Move",
    "Officer",
    "OneTimeLink",
    "OpenDataFile",
    "Passkey",
    "PeerGroup",
    "PendingStep",
    "Place",
    "PlaceRelease",
    "Province",
    "Question",
    "QuestionStep",
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
    "RollupTotal",
    "Server",
    "SignIn",
    "Succession",
    "WatchersReading",
]
