"""What nobody needs any more is forgotten."""

from celery import shared_task
from django.utils import timezone

from accounting import answers
from tenants.directory.queries import bodies_with_books, body_with_books
from tenants.officers.sign_in import forget_expired
from tenants.transactions import WRITABLE_STATES, tenant_transaction


@shared_task
def forget_expired_sign_ins(**_: object) -> int:
    """Delete tokens and links that expired a month ago; return how many."""
    return forget_expired(now=timezone.now())


@shared_task
def forget_old_answers_everywhere(**_: object) -> None:
    """Ask every body, one task each, to forget old answers."""
    for body in bodies_with_books():
        if body.state in WRITABLE_STATES:
            forget_old_answers.delay(body_code=body.code)


@shared_task
def forget_old_answers(*, body_code: str, **_: object) -> int:
    """Delete answers that the body need not remember any longer; return how many."""
    body = body_with_books(body_code)
    if body is None or body.state not in WRITABLE_STATES:
        return 0
    with tenant_transaction(body):
        return answers.forget_old(now=timezone.now())
