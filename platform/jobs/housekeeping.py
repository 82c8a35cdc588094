"""Work of the night: what nobody needs any more is forgotten, open data is made anew."""

from celery import shared_task
from django.utils import timezone

from accounting import answers
from accounting.attachments import queries, store, sweeping
from tenants.directory.queries import bodies_with_books, body_with_books, has_other_books
from tenants.officers.sign_in import forget_expired
from tenants.open_data import making
from tenants.oversight import answers as central_answers
from tenants.transactions import is_writable, tenant_transaction


@shared_task
def forget_expired_sign_ins(**_: object) -> int:
    """Delete tokens and links that expired a month ago; return how many."""
    return forget_expired(now=timezone.now())


@shared_task
def forget_old_answers_everywhere(**_: object) -> None:
    """Forget the centre's old answers, and ask every body, one task each, to forget its own."""
    central_answers.forget_old(now=timezone.now())
    for body in bodies_with_books():
        if is_writable(body):
            forget_old_answers.delay(body_code=body.code)


@shared_task
def forget_old_answers(*, body_code: str, **_: object) -> int:
    """Delete answers that the body need not remember any longer; return how many."""
    body = body_with_books(body_code)
    if body is None or not is_writable(body):
        return 0
    with tenant_transaction(body):
        return answers.forget_old(now=timezone.now())


@shared_task
def make_open_data(**_: object) -> list[int]:
    """Make the files of open data of every year anew; return the years."""
    return making.make_all(now=timezone.now())


@shared_task
def sweep_files_everywhere(**_: object) -> None:
    """Ask every body, one task each, to take away stored files that no attachment names."""
    for body in bodies_with_books():
        if is_writable(body):
            sweep_files.delay(body_code=body.code)


@shared_task
def sweep_files(*, body_code: str, **_: object) -> int:
    """Take away what no attachment of the body names and is older than a day; return how many.

    Books beside the live ones, or kept after a swap, may name files that these do not: as long as
    there are any, nothing is taken away.

    Raises:
        StoreAway: the file store does not answer; what is left is for the next night.
    """
    body = body_with_books(body_code)
    if body is None or not is_writable(body) or has_other_books(body_code):
        return 0
    with tenant_transaction(body, read_only=True):
        body_id = queries.body_id()
    # No transaction waits for the store, except to remove one file.
    old = store.names_before(body_id=body_id, before=timezone.now() - sweeping.KEPT_FOR)
    with tenant_transaction(body, read_only=True):
        rubbish = sweeping.unnamed(old)
    taken = 0
    for name in rubbish:
        with tenant_transaction(body):
            taken += sweeping.take_away(body_id=body_id, name=name)
    return taken
