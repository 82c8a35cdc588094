"""The paths that are compared."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, Sum
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from loadtests.peers.plain_django_tenants.ledger.models import (
    AccountBalance,
    IdempotencyKey,
    JournalEntry,
)
from loadtests.peers.plain_django_tenants.ledger.permissions import IsAccountantHere
from loadtests.peers.plain_django_tenants.ledger.posting import balances_of, post_entry
from loadtests.peers.plain_django_tenants.ledger.serializers import EntrySerializer, RowSerializer
from loadtests.peers.plain_django_tenants.offices.models import Account


class JournalEntries(APIView):
    """Post an entry, once for each Idempotency-Key; list the latest."""

    permission_classes = [IsAccountantHere]

    def get(self, request: Request) -> Response:
        """Answer with a page of entries: the fields that ours shows, totals added up by SQL."""
        limit = int(request.query_params.get("limit", "50"))
        entries = JournalEntry.objects.order_by("-id")
        if request.query_params.get("lines") == "true":
            entries, serializer = entries.prefetch_related("lines"), EntrySerializer
        else:
            entries, serializer = entries.annotate(total=Sum("lines__debit")), RowSerializer
        page = list(entries[: limit + 1])
        following = page[limit - 1].pk if len(page) > limit else None
        return Response({"items": serializer(page[:limit], many=True).data, "next": following})

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


class TrialBalance(APIView):
    """The trial balance of a fiscal year, from the months' balances."""

    permission_classes = [IsAccountantHere]

    def get(self, request: Request) -> Response:
        """Answer with a row for each account that has a balance or moved."""
        year = int(request.query_params["fiscal_year"]) - 543
        first, after = date(year - 1, 10, 1), date(year, 10, 1)
        rows = (
            AccountBalance.objects.filter(starts_on__lt=after)
            .values("account")
            .annotate(
                opening=Sum(F("debit") - F("credit"), filter=Q(starts_on__lt=first)),
                debit=Sum("debit", filter=Q(starts_on__gte=first)),
                credit=Sum("credit", filter=Q(starts_on__gte=first)),
            )
            .order_by("account")
        )
        names = dict(Account.objects.values_list("code", "name_th"))
        return Response({"rows": [_sides(row, names) for row in rows]})


def _sides(row: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
    opening, debit, credit = (row[name] or Decimal(0) for name in ("opening", "debit", "credit"))
    closing = opening + debit - credit
    return {
        "account": row["account"],
        "name_th": names[row["account"]],
        "opening_debit": f"{max(opening, 0):.2f}",
        "opening_credit": f"{max(-opening, 0):.2f}",
        "period_debit": f"{debit:.2f}",
        "period_credit": f"{credit:.2f}",
        "closing_debit": f"{max(closing, 0):.2f}",
        "closing_credit": f"{max(-closing, 0):.2f}",
    }
