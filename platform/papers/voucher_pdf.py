"""A general voucher (ใบผ่านรายการบัญชีทั่วไป) as a paper."""

from papers.printing import print_form
from papers.signatures import place
from papers.voucher import TITLE, Voucher
from thai import baht, buddhist


def paper(voucher: Voucher) -> bytes:
    """Return the file; the same voucher gives the same bytes."""
    made = buddhist.moment_in_words(voucher.made_at)
    told = {
        "title": TITLE,
        "body": voucher.body_words,
        "number": voucher.number or "ยังไม่มีเลขที่",
        "day": voucher.day,
        "reference": voucher.reference,
        "description": voucher.description,
        "state": voucher.state,
        "lines": [
            [line.account, line.name_th, line.memo, line.debit, line.credit]
            for line in voucher.lines
        ],
        "amount": baht.with_separators(voucher.amount),
        "words": baht.in_words(voucher.amount),
        "signatures": [place(one) for one in voucher.signatures],
        "hash": voucher.hash,
        "complete": f"{voucher.number or TITLE} · ขั้นตอนล่าสุดเมื่อ {made}",
    }
    return print_form("voucher", told, made_at=voucher.made_at)
