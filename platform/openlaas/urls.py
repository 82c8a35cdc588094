"""Every path of the program: health, API, pages."""

from django.urls import include, path

from openlaas import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("api/v1/", include("api.urls")),
    path("", include("portal.urls")),
]

handler400 = "openlaas.errors.bad_request"
handler404 = "openlaas.errors.not_found"
handler500 = "openlaas.errors.bug"
