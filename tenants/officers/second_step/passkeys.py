"""Passkeys (WebAuthn): enrolled, asked to sign, removed.

Note [Every passkey can do everything]
Each is discoverable and verifies its user (by finger, face or PIN), so that one passkey is two
factors by itself: it signs in alone or as the second step. A key that can do less is not enrolled.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import webauthn
from django.db import transaction
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from tenants.officers.models import Officer
from tenants.officers.second_step import recovery, rules
from tenants.officers.second_step.authenticator import UnableToEnrol
from tenants.officers.second_step.models import Passkey

log = logging.getLogger(__name__)
_SITE_NAME = "OpenLAAS"


class PasskeyRefused(Exception):
    """The answer was not signed by a passkey that may sign in here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """For whom a passkey signs: the host without its port, and the origin as browsers tell it."""

    host: str
    origin: str


def enrolment_options(*, officer_id: UUID, challenge: bytes, site: RelyingParty) -> str:
    """Return what the browser needs to make a passkey, as JSON."""
    officer = Officer.objects.get(id=officer_id)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=_SITE_NAME,
        user_id=officer_id.bytes,  # random, and told to nobody else: no personal data
        user_name=officer.username,
        user_display_name=officer.name_th,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(officer_id),
    )
    return webauthn.options_to_json(options)


def enrol_passkey(
    *,
    officer_id: UUID,
    name: str,
    credential: str,
    challenge: bytes,
    site: RelyingParty,
    now: datetime,
) -> list[str]:
    """Enrol the passkey that the browser made; return the first recovery codes, or none.

    Args:
        officer_id: whose page it is.
        name: what the officer calls it, such as the device.
        credential: the browser's answer, JSON.
        challenge: what it was to sign.
        site: where it was made.
        now: when.

    Raises:
        UnableToEnrol: at least one rule refuses.
    """
    made = _verified_enrolment(credential, challenge, site)
    name = name.strip()
    with transaction.atomic():
        Officer.objects.select_for_update().get(id=officer_id)
        names = list(Passkey.objects.filter(officer_id=officer_id).values_list("name", flat=True))
        facts = rules.PasskeyFacts(
            name=name,
            names_taken=frozenset(names),
            count=len(names),
            is_genuine=made is not None,
            is_known=made is not None
            and Passkey.objects.filter(credential_id=made.credential_id).exists(),
        )
        if reasons := list(rules.passkey_refusals(facts)):
            raise UnableToEnrol(reasons)
        assert made is not None  # one that is not genuine is refused
        Passkey.objects.create(
            officer_id=officer_id,
            name=name,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            created_at=now,
        )
        return recovery.make_first_codes(officer_id=officer_id, now=now)


def remove_passkey(*, officer_id: UUID, passkey_id: UUID) -> None:
    """Forget a passkey of the officer; recovery codes go too when nothing else is enrolled."""
    with transaction.atomic():
        Officer.objects.select_for_update().get(id=officer_id)
        Passkey.objects.filter(id=passkey_id, officer_id=officer_id).delete()
        recovery.forget_when_alone(officer_id=officer_id)


def sign_in_options(*, officer_id: UUID | None, challenge: bytes, site: RelyingParty) -> str:
    """Return what the browser needs to ask a passkey, as JSON: the officer's, or anybody's."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        allow_credentials=_descriptors(officer_id) if officer_id else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def use_passkey(
    *,
    credential: str,
    officer_id: UUID | None,
    challenge: bytes,
    site: RelyingParty,
    now: datetime,
) -> UUID:
    """Return whose passkey signed the challenge; its count is remembered.

    Args:
        credential: the browser's answer, JSON.
        officer_id: whose passkey it must be; None for whosever it is.
        challenge: what was to be signed.
        site: where.
        now: when.

    Raises:
        PasskeyRefused: it is unknown, somebody else's, not well signed, its user was not verified,
            or its count did not grow: a copy of it is in use.
    """
    with transaction.atomic():
        passkey = _locked_passkey(_id_of(credential))
        if passkey is None or officer_id not in {None, passkey.officer_id}:
            raise PasskeyRefused
        used = _verified_use(credential, challenge, site, passkey)
        passkey.sign_count, passkey.last_used_at = used.new_sign_count, now
        passkey.save(update_fields=["sign_count", "last_used_at"])
        return passkey.officer_id


def _verified_enrolment(
    credential: str, challenge: bytes, site: RelyingParty
) -> VerifiedRegistration | None:
    try:
        return webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    # Whatever the library stumbles over in what anybody may send is no passkey.
    except Exception as error:  # noqa: BLE001
        log.warning("passkey not enrolled: %s", error)
        return None


def _verified_use(
    credential: str, challenge: bytes, site: RelyingParty, passkey: Passkey
) -> VerifiedAuthentication:
    try:
        return webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception as error:
        log.warning("passkey %s refused: %s", passkey.id, error)
        raise PasskeyRefused from error


def _locked_passkey(credential_id: bytes) -> Passkey | None:
    """Return the passkey, of the locked officer: whoever removes it locks the officer first too."""
    found = Passkey.objects.filter(credential_id=credential_id)
    owners = found.values_list("officer_id", flat=True)
    for owner in owners:
        Officer.objects.select_for_update().get(id=owner)
    return found.first()


def _id_of(credential: str) -> bytes:
    try:
        return base64url_to_bytes(json.loads(credential)["rawId"])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise PasskeyRefused from error


def _descriptors(officer_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    ids = Passkey.objects.filter(officer_id=officer_id).values_list("credential_id", flat=True)
    return [PublicKeyCredentialDescriptor(id=bytes(one)) for one in ids]
