"""Forms of the centre that change something: each takes effect once, or says why it has none."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from accounting.answers import Answer, KeyReused, Request, StillInProgress
from accounting.errors import AccountingError, NotFound
from portal.office import sending
from portal.office.refused import words_of
from tenants.officers.roster import plain
from tenants.oversight import answers
from thai import buddhist

_LONGEST = 20_000  # characters of a field; what is right is shorter


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedForm:
    """A form as it was typed, and what is wrong with it by field and as a whole.

    Attributes:
        chosen: the boxes that were ticked.
    """

    key: str
    texts: dict[str, str] = field(default_factory=dict)
    chosen: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)
    status: int = 200

    @property
    def is_done(self) -> bool:
        """Whether it had its effect."""
        return self.status == sending.SEE_OTHER

    def day(self, name: str) -> date | None:
        """Return the day that was typed in a field; None when it is none."""
        return buddhist.typed_day(self.texts[name])


def blank(**texts: str) -> TypedForm:
    """Return a form that is shown anew."""
    return TypedForm(key=sending.new_key(), texts=texts)


def typed(
    request: HttpRequest, names: tuple[str, ...], *, boxes: str = "", longest: int = _LONGEST
) -> TypedForm:
    """Return the form as it was posted.

    Args:
        request: the form's.
        names: of its fields.
        boxes: of its boxes.
        longest: characters of a field; what is beyond is left out, so rules must refuse less.
    """
    texts = {name: request.POST.get(name, "").strip()[:longest] for name in names}
    known = {name: plain(text).replace("\r\n", "\n") for name, text in texts.items()}
    chosen = [one[:_LONGEST] for one in request.POST.getlist(boxes)[:100]] if boxes else []
    return TypedForm(key=sending.key_of(request), texts=known, chosen=chosen)


def with_days(form: TypedForm, *names: str) -> TypedForm:
    """Return the form with what is wrong with its days."""
    words = gettext("ให้พิมพ์วันที่แบบ วัน/เดือน/ปี พ.ศ. เช่น 15/09/2569")
    wrong = {name: words for name in names if form.day(name) is None}
    return replace(form, errors={**form.errors, **wrong}, status=422) if wrong else form


def tried(officer_id: UUID, route: str, form: TypedForm, work: Callable[[], object]) -> TypedForm:
    """Do the work once in a transaction of the control plane; return the form with how it went.

    Raises:
        Http404: what the form is about is not there for the officer.
    """
    content = json.dumps([form.texts, form.chosen], sort_keys=True)
    asked = Request(
        route=f"portal/{route}",
        key=form.key,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )
    done = Answer(status=sending.SEE_OTHER, text="done")
    try:
        with transaction.atomic():
            if answers.claim(officer_id, asked) is None:
                work()
                answers.remember(officer_id, asked, done, now=timezone.now())
    except NotFound as error:
        raise Http404 from error
    except AccountingError as error:
        return refused(form, error)
    except (KeyReused, StillInProgress) as reason:
        status, notice = sending.notice_of(reason)
        return replace(form, key=sending.new_key(), whole=[notice], status=status)
    return replace(form, status=sending.SEE_OTHER)


def refused(form: TypedForm, error: AccountingError) -> TypedForm:
    """Return the form with every reason beside its field, or above it when it has none there."""
    errors: dict[str, str] = {}
    whole: list[str] = []
    for refusal in error.refusals:
        name = refusal.pointer.removeprefix("/").partition("/")[0]
        if name in form.texts:
            errors[name] = f"{errors.get(name, '')} {words_of(refusal)}".strip()
        else:
            whole.append(words_of(refusal))
    return replace(form, errors=errors, whole=whole, status=422)
