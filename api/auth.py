"""Tokens: given for a user name, a password and a second step, taken back at once."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting.errors import Refusal
from api import fields, shapes
from api.authentication import access_of
from api.parsing import object_of
from api.permissions import IsSignedIn
from tenants.officers.sign_in import (
    CodeRefused,
    SecondStepNeeded,
    UnableToSignIn,
    sign_in,
    sign_out,
)


class OtpRequired(AuthenticationFailed):
    """The password is right, and the officer has enrolled a second step."""

    problem_code = "second_step_required"
    refusals = [
        Refusal(
            code="otp_required",
            pointer="/otp",
            message_th="บัญชีนี้ยืนยันสองขั้น ต้องส่งรหัส 6 หลักจากแอปยืนยันตัวตน หรือรหัสสำรอง ในช่อง otp",
            message_en=(
                "this officer signs in in two steps: send six digits of the authenticator app,"
                " or a recovery code, as otp"
            ),
        )
    ]


class OtpRefused(AuthenticationFailed):
    """The password is right, the code is wrong or was used."""

    problem_code = "second_step_refused"
    refusals = [
        Refusal(
            code="otp_refused",
            pointer="/otp",
            message_th="รหัสไม่ถูกต้องหรือใช้ไปแล้ว รหัสหนึ่งใช้ได้ครั้งเดียว ให้รอรหัสถัดไปในแอป",
            message_en="the code is wrong or was used: each is good once, wait for the next one",
        )
    ]


class Tokens(APIView):
    """/auth/tokens."""

    def get_authenticators(self) -> list[Any]:
        """Look at no token when one is asked for."""
        # The OpenAPI generator asks without a request.
        request: Request | None = self.request
        signing_in = request is not None and request.method == "POST"
        return [] if signing_in else super().get_authenticators()

    def get_authenticate_header(self, request: Request) -> str:
        """Let a wrong password be a 401; without an authenticator it would be a 403."""
        return "Bearer"

    def get_permissions(self) -> list[Any]:
        """Let anybody ask for a token."""
        return [] if self.request.method == "POST" else [IsSignedIn()]

    @extend_schema(
        request=shapes.Credentials,
        responses={201: shapes.Token, **shapes.problems(400, 401, 413, 415, 422)},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Sign in: give a bearer token for a user name and a password.

        An officer who has enrolled a second step sends `otp` too. Without it the answer is a 401
        with the code `second_step_required`; for a wrong or used one, `second_step_refused`.
        """
        asked = fields.read(
            object_of(request),
            {
                "username": fields.text(200),
                "password": fields.text(200),
                "otp": fields.optional_text(20),
            },
        )
        try:
            token, expires_at = sign_in(
                username=asked["username"],
                password=asked["password"],
                kind="api",
                now=timezone.now(),
                otp=asked["otp"],
            )
        except SecondStepNeeded as needed:
            raise OtpRequired from needed
        except CodeRefused as refused:
            raise OtpRefused from refused
        except UnableToSignIn as error:
            raise AuthenticationFailed from error
        return Response({"token": token, "expires_at": expires_at.isoformat()}, status=201)

    @extend_schema(request=None, responses={204: None, **shapes.problems(401)})
    def delete(self, request: Request) -> HttpResponse:
        """Sign out: revoke the token that this request bears."""
        sign_out(sha256=access_of(request).token_sha256, now=timezone.now())
        return HttpResponse(status=204)
