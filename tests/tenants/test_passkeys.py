"""Passkeys, signed by a device in software: what is enrolled, what signs in, what is refused."""

import json
import os

import pytest
from django.utils import timezone

from tenants.officers import sign_in
from tenants.officers.access import access_by_token
from tenants.officers.models import Officer
from tenants.officers.second_step import enrolled, finishing, passkeys, pending, recovery, rules
from tenants.officers.second_step.authenticator import UnableToEnrol
from tenants.officers.second_step.models import Passkey

NOW = timezone.now()
SITE = passkeys.RelyingParty(host="localhost", origin="http://localhost:8000")
CHALLENGE = os.urandom(32)


@pytest.fixture
def officer(body, officer_of):
    return officer_of(body)


def enrol(officer, device, name="เครื่องที่สำนักงาน", **changed):
    return passkeys.enrol_passkey(
        officer_id=officer.id,
        name=name,
        credential=device.make(CHALLENGE, **changed),
        challenge=CHALLENGE,
        site=SITE,
        now=NOW,
    )


@pytest.fixture
def device(officer, new_device):
    """A device whose passkey the officer has enrolled."""
    device = new_device(SITE)
    enrol(officer, device)
    return device


def begin(purpose=pending.PASSKEY, officer=None):
    token, _ = pending.begin(purpose=purpose, officer_id=officer and officer.id, now=NOW)
    return token, pending.look(token=token, purpose=purpose, now=NOW).challenge


def finish(token, credential, purpose=pending.PASSKEY):
    return finishing.finish_by_passkey(
        token=token, purpose=purpose, credential=credential, site=SITE, now=NOW
    )


def codes(refused):
    return [refusal.code for refusal in refused.value.refusals]


# --- enrolling ----------------------------------------------------------------------------------


def test_the_first_passkey_brings_recovery_codes_and_the_second_none(officer, new_device):
    assert len(enrol(officer, new_device(SITE), "หนึ่ง")) == recovery.COUNT
    assert enrol(officer, new_device(SITE), "สอง") == []
    found = enrolled.enrolled_by(officer_id=officer.id)
    assert {one.name for one in found.passkeys} == {"หนึ่ง", "สอง"}
    assert (found.is_on, found.codes_left) == (True, recovery.COUNT)
    with pytest.raises(sign_in.SecondStepNeeded):
        sign_in.sign_in(
            username=officer.username, password=officer.password, kind="portal", now=NOW
        )


def test_the_browser_is_told_who_asks_and_what_there_is_already(officer, device):
    options = json.loads(
        passkeys.enrolment_options(officer_id=officer.id, challenge=CHALLENGE, site=SITE)
    )
    assert options["rp"]["id"] == "localhost"
    assert options["user"]["name"] == officer.username
    selection = options["authenticatorSelection"]
    assert (selection["residentKey"], selection["userVerification"]) == ("required", "required")
    assert len(options["excludeCredentials"]) == 1
    assert options["attestation"] == "none"


def test_everything_wrong_with_a_passkey_is_told_at_once(officer, new_device, device):
    with pytest.raises(UnableToEnrol) as refused:
        enrol(officer, device, "")
    assert codes(refused) == ["required", "passkey_known"]
    with pytest.raises(UnableToEnrol) as refused:
        enrol(officer, new_device(SITE), is_verified=False)
    assert codes(refused) == ["name_taken", "passkey_not_verified"]
    with pytest.raises(UnableToEnrol) as refused:
        enrol(officer, new_device(SITE), "ก" * (rules.PASSKEY_NAME_MAX + 1))
    assert codes(refused) == ["bad_name"]


@pytest.mark.parametrize(
    "changed",
    [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"is_verified": False}],
)
def test_a_passkey_of_another_site_or_an_unverified_user_is_not_enrolled(
    officer, new_device, changed
):
    with pytest.raises(UnableToEnrol) as refused:
        enrol(officer, new_device(SITE), **changed)
    assert codes(refused) == ["passkey_not_verified"]


def test_an_answer_to_another_challenge_is_not_enrolled(officer, new_device):
    with pytest.raises(UnableToEnrol):
        passkeys.enrol_passkey(
            officer_id=officer.id,
            name="ก",
            credential=new_device(SITE).make(os.urandom(32)),
            challenge=CHALLENGE,
            site=SITE,
            now=NOW,
        )


def test_there_are_at_most_ten(officer, new_device):
    for number in range(rules.PASSKEYS_MAX):
        enrol(officer, new_device(SITE), f"{number}")
    with pytest.raises(UnableToEnrol) as refused:
        enrol(officer, new_device(SITE), "อีกอัน")
    assert codes(refused) == ["too_many_passkeys"]


def test_nobody_removes_anothers_passkey(body, officer, officer_of, device):
    (passkey,) = enrolled.enrolled_by(officer_id=officer.id).passkeys
    passkeys.remove_passkey(officer_id=officer_of(body).id, passkey_id=passkey.id)
    assert enrolled.has_second_step(officer_id=officer.id)
    passkeys.remove_passkey(officer_id=officer.id, passkey_id=passkey.id)
    assert not enrolled.has_second_step(officer_id=officer.id)
    assert enrolled.enrolled_by(officer_id=officer.id).codes_left == 0


# --- signing in ---------------------------------------------------------------------------------


def test_a_passkey_alone_signs_in_once_for_each_challenge(body, officer, device):
    token, challenge = begin()
    device.count = 1
    portal_token, _ = finish(token, device.sign(challenge))
    found = access_by_token(
        token=portal_token, kind="portal", body_code=body.code, asked="", now=NOW
    )
    assert found.officer_id == officer.id
    device.count = 2
    with pytest.raises(pending.StepGone):
        finish(token, device.sign(challenge))
    (passkey,) = enrolled.enrolled_by(officer_id=officer.id).passkeys
    assert passkey.last_used_at == NOW


def test_a_count_that_does_not_grow_is_refused(officer, device):
    """As when somebody has made a copy of the key and used it."""
    for count, is_good in ((5, True), (5, False), (4, False), (0, False), (6, True)):
        device.count = count
        token, challenge = begin()
        if is_good:
            finish(token, device.sign(challenge))
        else:
            with pytest.raises(passkeys.PasskeyRefused):
                finish(token, device.sign(challenge))
    assert Passkey.objects.get(officer_id=officer.id).sign_count == 6


def test_a_synced_passkey_counts_nothing_and_signs_in_often(device):
    for _time in range(3):
        token, challenge = begin()
        finish(token, device.sign(challenge))


@pytest.mark.parametrize(
    "changed",
    [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"is_verified": False}],
)
def test_a_signature_for_another_site_or_without_the_user_is_refused(device, changed):
    token, challenge = begin()
    with pytest.raises(passkeys.PasskeyRefused):
        finish(token, device.sign(challenge, **changed))


def test_a_signature_of_another_challenge_or_another_key_is_refused(device, new_device):
    token, challenge = begin()
    with pytest.raises(passkeys.PasskeyRefused):
        finish(token, device.sign(os.urandom(32)))
    impostor = new_device(SITE)
    with pytest.raises(passkeys.PasskeyRefused):
        finish(token, impostor.sign(challenge))
    impostor.credential_id = device.credential_id
    with pytest.raises(passkeys.PasskeyRefused):
        finish(token, impostor.sign(challenge))
    finish(token, device.sign(challenge))


@pytest.mark.parametrize(
    "credential",
    [
        *("", "{}", "[]", "null", "x", '{"rawId": 5}', '{"rawId": "é"}', '{"rawId": "AA"}'),
        *("[" * 9_000, '{"id": "AA", "rawId": "AA", "type": "x", "response": []}'),
    ],
)
def test_what_is_no_answer_of_a_passkey_is_refused(officer, credential):
    token, _ = begin()
    with pytest.raises(passkeys.PasskeyRefused):
        finish(token, credential)
    with pytest.raises(UnableToEnrol):
        passkeys.enrol_passkey(
            officer_id=officer.id,
            name="ก",
            credential=credential,
            challenge=CHALLENGE,
            site=SITE,
            now=NOW,
        )


def test_an_answer_that_breaks_off_is_refused(device):
    token, challenge = begin()
    answer = json.loads(device.sign(challenge))
    for part in list(answer["response"]):
        for spoilt in ("", "AA", 5, None, "é", "!" * 40):
            broken = {**answer, "response": {**answer["response"], part: spoilt}}
            with pytest.raises(passkeys.PasskeyRefused):
                finish(token, json.dumps(broken))


def test_the_second_step_is_signed_by_a_passkey_of_the_same_officer(
    body, officer, officer_of, device, new_device
):
    other, their_device = officer_of(body), new_device(SITE)
    enrol(other, their_device)
    token, challenge = begin(pending.SECOND_STEP, officer)
    options = json.loads(
        passkeys.sign_in_options(officer_id=officer.id, challenge=challenge, site=SITE)
    )
    assert len(options["allowCredentials"]) == 1
    with pytest.raises(passkeys.PasskeyRefused):
        finish(token, their_device.sign(challenge), pending.SECOND_STEP)
    with pytest.raises(pending.StepGone):
        finish(token, device.sign(challenge), pending.PASSKEY)
    assert finish(token, device.sign(challenge), pending.SECOND_STEP)


def test_who_has_left_or_is_locked_out_does_not_get_in_by_passkey(officer, device):
    token, challenge = begin()
    for changed in ({"ended_at": NOW}, {"ended_at": None, "locked_until": NOW + pending.LIFETIME}):
        Officer.objects.filter(id=officer.id).update(**changed)
        with pytest.raises(sign_in.UnableToSignIn):
            finish(token, device.sign(challenge))
    Officer.objects.filter(id=officer.id).update(locked_until=None)
    assert finish(token, device.sign(challenge))
