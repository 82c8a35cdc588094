"""Its paths."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from loadtests.peers.plain_django_tenants.ledger.views import JournalEntries, TrialBalance


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process can answer at all."""
    return HttpResponse("alive")


urlpatterns = [
    path("healthz", healthz),
    path("api/v1/journal-entries", JournalEntries.as_view()),
    path("api/v1/trial-balance", TrialBalance.as_view()),
]
