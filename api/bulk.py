"""Many entries in one request: read, answered one by one, each with a key of its own."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

import orjson

from accounting import answers
from accounting.errors import AccountingError, Refusal
from accounting.journal import drafts, operations
from accounting.journal.known import Posting
from accounting.officers import Officer
from api import fields
from api.errors import shown_refusal
from api.idempotency import KEY_LENGTHS

MOST_ENTRIES = 1000
Show = Callable[[operations.PostedEntry], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One entry of the request and the request it would be by itself."""

    draft: drafts.EntryDraft
    key: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """Entries to be posted, all or none when atomic."""

    elements: tuple[Element, ...]
    atomic: bool


def read_entries(raw: Mapping[str, Any]) -> Bulk:
    """Return what a request asks for; entries that cannot be read are refused one by one later.

    Raises:
        Malformed: it has no list of 1 to 1,000 entries, or an entry lacks a key of its own.
    """
    asked = fields.read(
        raw, {"entries": fields.list_of(MOST_ENTRIES), "atomic": fields.optional_flag}
    )
    refusals: list[Refusal] = []
    elements = []
    seen: set[str] = set()
    for place, entry in enumerate(asked["entries"]):
        key = entry.get("idempotency_key") if isinstance(entry, dict) else None
        if not _is_key(key) or key in seen:
            refusals.append(_bad_key(place, repeated=key in seen))
            continue
        seen.add(key)
        content = {name: value for name, value in entry.items() if name != "idempotency_key"}
        canonical = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
        elements.append(
            Element(
                draft=drafts.read_entry(content),
                key=key,
                sha256=hashlib.sha256(canonical).hexdigest(),
            )
        )
    if refusals:
        raise fields.Malformed(refusals)
    return Bulk(elements=tuple(elements), atomic=asked["atomic"])


def post(asked: Bulk, *, officer: Officer, route: str, show: Show) -> list[dict[str, Any]]:
    """Post the entries; return a result for each, in order.

    Raises:
        UnableToPostEntry: it is atomic and an entry is refused; nothing was written.
        KeyReused, StillInProgress: it is atomic and an entry's key is taken.
    """
    if asked.atomic:
        return _post_all(asked, officer, route, show)
    return [_post_one(element, officer, route, show) for element in asked.elements]


def _post_all(asked: Bulk, officer: Officer, route: str, show: Show) -> list[dict[str, Any]]:
    requests = [_request(element, route) for element in asked.elements]
    kept = [answers.claim(request) for request in requests]
    new = [element for element, answer in zip(asked.elements, kept, strict=True) if not answer]
    postings = [Posting(draft=element.draft) for element in new]
    posted = iter(operations.post_entries(postings=postings, officer=officer) if new else [])
    results = []
    for request, answer in zip(requests, kept, strict=True):
        if answer:
            results.append(_result(answer))
            continue
        told = answers.Answer(status=201, text=orjson.dumps(show(next(posted))).decode())
        answers.remember(request, told)
        results.append(_result(told))
    return results


def _post_one(element: Element, officer: Officer, route: str, show: Show) -> dict[str, Any]:
    request = _request(element, route)
    try:
        if kept := answers.claim(request):
            return _result(kept)
        posted = operations.post_entry(draft=element.draft, officer=officer)
    except answers.KeyReused:
        return {"status": 422, "code": "idempotency_key_reused", "refusals": []}
    except answers.StillInProgress:
        return {"status": 409, "code": "idempotency_in_progress", "refusals": []}
    except AccountingError as error:
        status = 409 if all(refusal.of_the_books for refusal in error.refusals) else 422
        shown = [shown_refusal(refusal) for refusal in error.refusals]
        return {"status": status, "code": error.code, "refusals": shown}
    told = answers.Answer(status=201, text=orjson.dumps(show(posted)).decode())
    answers.remember(request, told)
    return _result(told)


def _result(answer: answers.Answer) -> dict[str, Any]:
    return {"status": answer.status, "entry": orjson.loads(answer.text)}


def _request(element: Element, route: str) -> answers.Request:
    return answers.Request(route=route, key=element.key, sha256=element.sha256)


def _is_key(key: object) -> TypeGuard[str]:
    return isinstance(key, str) and len(key) in KEY_LENGTHS and key.isascii() and key.isprintable()


def _bad_key(place: int, *, repeated: bool) -> Refusal:
    if repeated:
        message_th, message_en = "ใช้คีย์ซ้ำในคำขอเดียวกัน", "the key stands twice in the request"
    else:
        message_th = "แต่ละรายการต้องมีคีย์ของตนเอง 8 ถึง 128 ตัวอักษร"
        message_en = "each entry needs a key of its own, of 8 to 128 printable characters"
    return Refusal(
        code="idempotency_key_required",
        pointer=f"/entries/{place}/idempotency_key",
        message_th=message_th,
        message_en=message_en,
    )
