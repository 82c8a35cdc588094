"""Authenticator apps, recovery codes, and that nothing signs in without the second step."""

import base64
import threading
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from tenants.officers import administration, sign_in
from tenants.officers.access import access_by_token
from tenants.officers.models import Officer
from tenants.officers.second_step import (
    authenticator,
    codes,
    confirming,
    enrolled,
    finishing,
    pending,
    recovery,
    sealing,
    totp,
)
from tenants.officers.second_step.models import AuthenticatorApp, PendingStep, RecoveryCode
from tenants.officers.tokens import token_sha256

NOW = timezone.now()
STEP = timedelta(seconds=totp.STEP_SECONDS)
NEW_PASSWORD = "forty-two water buffaloes"


@pytest.fixture
def officer(body, officer_of):
    return officer_of(body)


@pytest.fixture
def begun(officer):
    """An app whose secret the phone has, and that no code has confirmed yet."""

    def code_at(moment):
        return pyotp.TOTP(secret).at(moment)

    authenticator.begin_app(officer_id=officer.id, now=NOW)
    secret = authenticator.secret_to_confirm(officer_id=officer.id)
    return code_at


def enter(officer, otp=None, now=NOW, kind="api"):
    return sign_in.sign_in(
        username=officer.username, password=officer.password, kind=kind, now=now, otp=otp
    )


# --- the app ------------------------------------------------------------------------------------


def test_an_app_counts_once_a_code_of_it_was_typed(officer, begun):
    assert not enrolled.has_second_step(officer_id=officer.id)
    enter(officer)

    with pytest.raises(authenticator.UnableToEnrol) as refused:
        authenticator.confirm_app(officer_id=officer.id, code=begun(NOW + 3 * STEP), now=NOW)
    assert [one.code for one in refused.value.refusals] == ["wrong_code"]
    assert not enrolled.has_second_step(officer_id=officer.id)
    first = authenticator.confirm_app(officer_id=officer.id, code=begun(NOW), now=NOW)

    assert len(set(first)) == recovery.COUNT
    with pytest.raises(sign_in.SecondStepNeeded):
        enter(officer)
    assert authenticator.secret_to_confirm(officer_id=officer.id) is None
    with pytest.raises(authenticator.UnableToEnrol) as refused:
        authenticator.begin_app(officer_id=officer.id, now=NOW)
    assert [one.code for one in refused.value.refusals] == ["app_enrolled_already"]


def test_beginning_again_makes_another_secret_and_without_one_nothing_is_confirmed(officer):
    authenticator.begin_app(officer_id=officer.id, now=NOW)
    first = authenticator.secret_to_confirm(officer_id=officer.id)
    authenticator.begin_app(officer_id=officer.id, now=NOW)
    assert authenticator.secret_to_confirm(officer_id=officer.id) != first
    authenticator.remove_app(officer_id=officer.id)
    with pytest.raises(authenticator.UnableToEnrol) as refused:
        authenticator.confirm_app(officer_id=officer.id, code="000000", now=NOW)
    assert [one.code for one in refused.value.refusals] == ["app_not_begun"]


@pytest.mark.parametrize(("steps", "is_good"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_code_is_good_a_step_early_or_late(officer, enrol, steps, is_good):
    phone, _ = enrol(officer)
    code = phone.code_at(NOW + steps * STEP)
    if is_good:
        enter(officer, code)
    else:
        with pytest.raises(sign_in.CodeRefused):
            enter(officer, code)


def test_a_code_is_good_once_and_so_is_every_one_before_it(officer, enrol):
    phone, _ = enrol(officer)
    enter(officer, phone.code_at(NOW))
    for used in (phone.code_at(NOW), phone.code_at(NOW - STEP)):
        with pytest.raises(sign_in.CodeRefused):
            enter(officer, used)
    enter(officer, phone.code_at(NOW + STEP))


def test_the_code_that_confirmed_the_app_does_not_sign_in(officer, begun):
    authenticator.confirm_app(officer_id=officer.id, code=begun(NOW), now=NOW)
    with pytest.raises(sign_in.CodeRefused):
        enter(officer, begun(NOW))


def test_of_one_code_sent_eight_times_at_once_one_signs_in(officer, enrol):
    phone, _ = enrol(officer)
    together, entered = threading.Barrier(8), []

    def send() -> None:
        together.wait(30)
        try:
            entered.append(enter(officer, phone.code_at(NOW)))
        except sign_in.UnableToSignIn:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entered) == 1


def test_a_code_may_be_typed_with_spaces_and_thai_digits(officer, enrol):
    phone, _ = enrol(officer)
    code = phone.code_at(NOW).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    enter(officer, f" {code[:3]} {code[3:]} ")
    assert codes.read("ABCD-efgh 23") == "abcdefgh23"


def test_the_code_of_another_officers_app_is_no_good(body, officer, officer_of, enrol):
    enrol(officer)
    phone, theirs = enrol(officer_of(body))
    for code in (phone.code_at(NOW), theirs[0]):
        with pytest.raises(sign_in.CodeRefused):
            enter(officer, code)


@pytest.mark.parametrize(
    ("second", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_codes_are_those_of_rfc_6238(second, code):
    """Its appendix B, the last six digits of SHA-1's column."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    now = datetime.fromtimestamp(second, tz=UTC)
    assert totp.matching_step(secret=secret, code=code, now=now) == second // 30


# --- counting -----------------------------------------------------------------------------------


def test_ten_wrong_codes_lock_though_every_password_was_right(officer, enrol):
    phone, _ = enrol(officer)
    for _guess in range(sign_in.ATTEMPTS_BEFORE_LOCK):
        with pytest.raises(sign_in.CodeRefused):
            enter(officer, "not a code")
        with pytest.raises((sign_in.SecondStepNeeded, sign_in.UnableToSignIn)):
            enter(officer)
    for otp in (phone.code_at(NOW), None):
        with pytest.raises(sign_in.UnableToSignIn) as refused:
            enter(officer, otp)
        assert not isinstance(refused.value, sign_in.CodeRefused)
    later = NOW + sign_in.LOCKED_FOR + STEP
    enter(officer, phone.code_at(later), later)


def test_a_right_code_sets_the_count_to_nil(officer, enrol):
    phone, _ = enrol(officer)
    for _guess in range(sign_in.ATTEMPTS_BEFORE_LOCK - 1):
        with pytest.raises(sign_in.CodeRefused):
            enter(officer, "000 000 0")
    assert Officer.objects.get(id=officer.id).failed_attempts == sign_in.ATTEMPTS_BEFORE_LOCK - 1
    enter(officer, phone.code_at(NOW))
    assert Officer.objects.get(id=officer.id).failed_attempts == 0


# --- recovery codes -----------------------------------------------------------------------------


def test_a_recovery_code_works_once(officer, enrol):
    _, paper = enrol(officer)
    enter(officer, paper[3])
    with pytest.raises(sign_in.CodeRefused):
        enter(officer, paper[3])
    enter(officer, paper[4].upper().replace("-", " "))
    assert enrolled.enrolled_by(officer_id=officer.id).codes_left == recovery.COUNT - 2


def test_new_recovery_codes_replace_the_old(officer, enrol):
    _, old = enrol(officer)
    new = recovery.make_codes(officer_id=officer.id, now=NOW)
    with pytest.raises(sign_in.CodeRefused):
        enter(officer, old[0])
    enter(officer, new[0])


def test_recovery_codes_go_with_the_last_thing_they_stand_in_for(officer, enrol):
    enrol(officer)
    authenticator.remove_app(officer_id=officer.id)
    assert not RecoveryCode.objects.filter(officer_id=officer.id).exists()
    enter(officer)


# --- at rest ------------------------------------------------------------------------------------


def test_secrets_and_codes_cannot_be_read_in_the_database(officer, enrol):
    phone, paper = enrol(officer)
    kept = bytes(AuthenticatorApp.objects.get(officer_id=officer.id).sealed_secret)
    assert phone.secret.encode() not in kept
    hashes = set(
        RecoveryCode.objects.filter(officer_id=officer.id).values_list("code_sha256", flat=True)
    )
    assert hashes == {token_sha256(code.replace("-", "")) for code in paper}
    assert min(len(code.replace("-", "")) for code in paper) == recovery.LENGTH


def test_a_secret_moved_to_another_officer_opens_nothing(body, officer, officer_of):
    sealed = sealing.seal("a secret", officer_id=officer.id)
    assert sealing.unseal(sealed, officer_id=officer.id) == "a secret"
    with pytest.raises(sealing.UnableToUnseal):
        sealing.unseal(sealed, officer_id=officer_of(body).id)


def test_the_key_can_be_changed(officer, enrol):
    phone, _ = enrol(officer)
    from django.conf import settings

    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="the new one"):
        with pytest.raises(sealing.UnableToUnseal):
            enter(officer, phone.code_at(NOW))
        with override_settings(SECRET_KEY_FALLBACKS=[old]):
            enter(officer, phone.code_at(NOW))
            assert authenticator.reseal_all() >= 1
        enter(officer, phone.code_at(NOW + STEP))
    with override_settings(SECRET_KEY_FALLBACKS=["the new one"]):
        authenticator.reseal_all()


# --- no way round -------------------------------------------------------------------------------


def test_a_password_alone_opens_no_session(officer, enrol):
    enrol(officer)
    for kind in ("api", "portal"):
        with pytest.raises(sign_in.SecondStepNeeded) as needed:
            enter(officer, kind=kind)
        assert needed.value.officer_id == officer.id


def test_a_link_does_not_get_round_the_second_step(officer, enrol):
    phone, _ = enrol(officer)
    link = sign_in.new_link(officer_id=officer.id, purpose="sign_in", now=NOW)
    with pytest.raises(sign_in.SecondStepNeeded):
        sign_in.sign_in_by_link(token=link, now=NOW)
    with pytest.raises(sign_in.UnableToSignIn):
        sign_in.sign_in_by_link(token=link, now=NOW)

    link = sign_in.reset_link(username=officer.username, now=NOW)
    with pytest.raises(sign_in.SecondStepNeeded):
        sign_in.set_password_by_link(token=link, password=NEW_PASSWORD, now=NOW)
    sign_in.sign_in(
        username=officer.username,
        password=NEW_PASSWORD,
        kind="portal",
        now=NOW,
        otp=phone.code_at(NOW),
    )


def test_half_a_sign_in_is_finished_once_by_the_browser_that_began_it(body, officer, enrol):
    phone, _ = enrol(officer)
    half, _ = pending.begin(purpose=pending.SECOND_STEP, officer_id=officer.id, now=NOW)
    with pytest.raises(pending.StepGone):
        finishing.finish_by_code(token="another browser's", code=phone.code_at(NOW), now=NOW)
    with pytest.raises(sign_in.CodeRefused):
        finishing.finish_by_code(token=half, code="no code", now=NOW)
    assert access_by_token(token=half, kind="portal", body_code=None, asked="", now=NOW) is None

    token, _ = finishing.finish_by_code(token=half, code=phone.code_at(NOW), now=NOW)

    found = access_by_token(token=token, kind="portal", body_code=body.code, asked="", now=NOW)
    assert found.officer_id == officer.id
    with pytest.raises(pending.StepGone):
        finishing.finish_by_code(token=half, code=phone.code_at(NOW + STEP), now=NOW)


def test_half_a_sign_in_ends_after_five_minutes_and_with_a_new_password(officer, enrol):
    phone, _ = enrol(officer)
    late = NOW + pending.LIFETIME
    half, _ = pending.begin(purpose=pending.SECOND_STEP, officer_id=officer.id, now=NOW)
    with pytest.raises(pending.StepGone):
        finishing.finish_by_code(token=half, code=phone.code_at(late), now=late)

    link = sign_in.reset_link(username=officer.username, now=NOW)
    with pytest.raises(sign_in.SecondStepNeeded):
        sign_in.set_password_by_link(token=link, password=NEW_PASSWORD, now=NOW)
    with pytest.raises(pending.StepGone):
        finishing.finish_by_code(token=half, code=phone.code_at(NOW), now=NOW)


def test_steps_that_were_not_finished_are_forgotten(officer):
    pending.begin(purpose=pending.SECOND_STEP, officer_id=officer.id, now=NOW)
    sign_in.forget_expired(now=NOW + pending.LIFETIME)
    assert PendingStep.objects.filter(officer_id=officer.id).count() == 1
    sign_in.forget_expired(now=NOW + pending.LIFETIME + STEP)
    assert not PendingStep.objects.filter(officer_id=officer.id).exists()


# --- proving it again ---------------------------------------------------------------------------


def test_who_is_signed_in_proves_it_again_with_password_or_code(officer, enrol):
    phone, _ = enrol(officer)
    for proof in (officer.password, phone.code_at(NOW)):
        token, _ = sign_in.open_sign_in(officer_id=officer.id, kind="portal", now=NOW)
        known = {"sha256": token_sha256(token), "now": NOW}
        with pytest.raises(sign_in.UnableToSignIn):
            confirming.confirm(**known, officer_id=officer.id, proof="not the password at all")
        assert not confirming.is_confirmed(**known)
        confirming.confirm(**known, officer_id=officer.id, proof=proof)
        assert confirming.is_confirmed(**known)
        late = NOW + confirming.CONFIRMED_FOR
        assert not confirming.is_confirmed(sha256=token_sha256(token), now=late)
    assert Officer.objects.get(id=officer.id).failed_attempts == 0


def test_wrong_proofs_lock_as_wrong_passwords_do(officer):
    token, _ = sign_in.open_sign_in(officer_id=officer.id, kind="portal", now=NOW)
    known = {"sha256": token_sha256(token), "officer_id": officer.id, "now": NOW}
    for proof in ("000000", "a wrong password") * (sign_in.ATTEMPTS_BEFORE_LOCK // 2):
        with pytest.raises(sign_in.UnableToSignIn):
            confirming.confirm(**known, proof=proof)
    with pytest.raises(sign_in.UnableToSignIn):
        confirming.confirm(**known, proof=officer.password)


# --- the administrator --------------------------------------------------------------------------


def test_a_reset_for_a_lost_phone_takes_everything_away_at_once(body, officer, officer_of, enrol):
    phone, paper = enrol(officer)
    admin = officer_of(body, "LAO_ADMIN")
    half, _ = pending.begin(purpose=pending.SECOND_STEP, officer_id=officer.id, now=NOW)
    asked = {"body_code": body.code, "now": NOW, "asked_by": admin.id}
    administration.reset_link_for(**asked, username=officer.username)
    assert enrolled.has_second_step(officer_id=officer.id)

    link = administration.reset_link_for(**asked, username=officer.username, lost_phone=True)

    assert not enrolled.has_second_step(officer_id=officer.id)
    assert (
        access_by_token(token=officer.token, kind="api", body_code=None, asked="", now=NOW) is None
    )
    for otp in (None, phone.code_at(NOW), paper[0]):
        with pytest.raises(sign_in.UnableToSignIn):  # the old password is gone too
            enter(officer, otp)
    with pytest.raises(pending.StepGone):
        finishing.finish_by_code(token=half, code=phone.code_at(NOW), now=NOW)
    sign_in.set_password_by_link(token=link, password=NEW_PASSWORD, now=NOW)


def test_nobody_takes_their_own_second_step_away_as_administrator(body, officer_of, enrol):
    admin = officer_of(body, "LAO_ADMIN")
    enrol(admin)
    with pytest.raises(administration.UnableToResetOfficer) as refused:
        administration.reset_link_for(
            body_code=body.code,
            username=admin.username,
            now=NOW,
            lost_phone=True,
            asked_by=admin.id,
        )
    assert [one.code for one in refused.value.refusals] == ["own_second_step"]
    assert enrolled.has_second_step(officer_id=admin.id)


def test_who_has_left_keeps_no_second_step(body, officer, officer_of, enrol):
    officer_of(body, "LAO_ADMIN")
    enrol(officer)
    administration.end_officer(
        body_code=body.code,
        username=officer.username,
        today=timezone.localdate(NOW),
        now=NOW,
    )
    assert not enrolled.has_second_step(officer_id=officer.id)
