"""Every path of the API."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from api import auth, bodies, journal

BODY = "bodies/<str:body_code>"

urlpatterns = [
    path("auth/tokens", auth.Tokens.as_view()),
    path("me", bodies.Me.as_view()),
    path(BODY, bodies.Body.as_view()),
    path(f"{BODY}/accounts", bodies.Accounts.as_view()),
    path(f"{BODY}/journal-entries", journal.JournalEntries.as_view()),
    path(f"{BODY}/journal-entries/<str:number>", journal.JournalEntry.as_view()),
    path(f"{BODY}/trial-balance", journal.TrialBalance.as_view()),
    path(
        "schema",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="api-schema",
    ),
    path(
        "docs",
        SpectacularSwaggerView.as_view(
            url_name="api-schema", authentication_classes=[], permission_classes=[]
        ),
    ),
]
