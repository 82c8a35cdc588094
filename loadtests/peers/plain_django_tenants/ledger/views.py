"""The one path that is compared."""

import hashlib
import json

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from loadtests.peers.plain_django_tenants.ledger.models import IdempotencyKey
from loadtests.peers.plain_django_tenants.ledger.permissions import IsAccountantHere
from loadtests.peers.plain_django_tenants.ledger.posting import balances_of, post_entry
from loadtests.peers.plain_django_tenants.ledger.serializers import EntrySerializer


class JournalEntries(APIView):
    """Post an entry, once for each Idempotency-Key."""

    permission_classes = [IsAccountantHere]

    def post(self, request: Request) -> Response:
        """Answer 201 with the entry, or the first answer again."""
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return Response({"detail": "Idempotency-Key"}, status=status.HTTP_400_BAD_REQUEST)
        sha256 = hashlib.sha256(json.dumps(request.data, sort_keys=True).encode()).hexdigest()
        try:
            with transaction.atomic():
                return self._answer(request, key, sha256)
        except IntegrityError:  # another request with the key was quicker
            return Response({"detail": "in progress"}, status=status.HTTP_409_CONFLICT)

    def _answer(self, request: Request, key: str, sha256: str) -> Response:
        kept = IdempotencyKey.objects.filter(key=key).first()
        if kept is not None:
            if kept.request_sha256 != sha256:
                return Response(status=status.HTTP_422_UNPROCESSABLE_ENTITY)
            return Response(kept.answer, headers={"Idempotency-Hit": "true"})
        serializer = EntrySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        entry = post_entry(
            serializer.validated_data, posted_by=request.user.username, now=timezone.now()
        )
        answer = dict(EntrySerializer(entry).data)
        answer["balances"] = balances_of({line["account"] for line in answer["lines"]})
        IdempotencyKey.objects.create(key=key, request_sha256=sha256, answer=answer)
        return Response(answer, status=status.HTTP_201_CREATED)
