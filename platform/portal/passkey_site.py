"""For which site passkeys are made and used: a passkey of one works on no other."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from tenants.officers.second_step.passkeys import RelyingParty


def site_of(request: HttpRequest) -> RelyingParty | None:
    """Return the site of the settings; else localhost, when it is asked; else None.

    Browsers make passkeys for names only, never for an address such as 127.0.0.1, and a name that
    only the request knows could be anybody's.
    """
    public = urlsplit(settings.PUBLIC_URL)
    if public.hostname and not _is_address(public.hostname):
        return RelyingParty(host=public.hostname, origin=f"{public.scheme}://{public.netloc}")
    asked = f"{request.scheme}://{request.get_host()}"
    if urlsplit(asked).hostname == "localhost":
        return RelyingParty(host="localhost", origin=asked)
    return None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
