"""Receipts, slips, summaries, bank credits, receivables, deposits, pay-in slips, daily reports."""

from typing import Any

from rest_framework import serializers

from accounting.bank_credits.credit_kinds import KINDS
from accounting.receipts.drafts import METHODS
from api.shapes.parts import AccountCode, Amount, DocumentNumber
from api.shapes.workflow import FlowDocument, Note


class OnDay(Note):
    """Why, and on which day of the books; today without one."""

    on = serializers.DateField(required=False, allow_null=True)


class Counted(Note):
    """How much was counted."""

    counted = Amount()


class NewReceiptLine(serializers.Serializer[object]):
    """What part of the money is for: revenue, or a receivable that it settles."""

    revenue = AccountCode(required=False, help_text="Required without a receivable.")
    receivable = serializers.UUIDField(required=False, allow_null=True)
    amount = Amount()
    memo = serializers.CharField(max_length=200, required=False, allow_null=True)


class NewReceipt(serializers.Serializer[object]):
    """A receipt to be issued; with book and number, one that was written by hand."""

    received_on = serializers.DateField()
    booked_on = serializers.DateField(
        required=False, allow_null=True, help_text="When a hand-written one is keyed in later."
    )
    payer = serializers.CharField(max_length=200)
    payer_id = serializers.UUIDField(required=False, allow_null=True)
    method = serializers.ChoiceField(METHODS)
    bank_account = serializers.CharField(max_length=24, required=False, allow_null=True)
    reference = serializers.CharField(max_length=60, required=False, allow_null=True)
    book_no = serializers.RegexField(r"^[0-9A-Z]{1,12}$", required=False, allow_null=True)
    receipt_no = serializers.RegexField(r"^[0-9A-Z]{1,12}$", required=False, allow_null=True)
    lines = NewReceiptLine(many=True)


class ReceiptLine(serializers.Serializer[object]):
    """What part of the money was for, and the rule that it was booked by."""

    account = AccountCode()
    amount = Amount()
    memo = serializers.CharField(allow_null=True)
    rule = serializers.CharField()
    receivable = serializers.UUIDField(allow_null=True)
    deposit = serializers.UUIDField(allow_null=True)


class Receipt(FlowDocument):
    """A receipt; its money came to ``account``."""

    received_on = serializers.DateField()
    payer = serializers.CharField()
    payer_id = serializers.UUIDField(allow_null=True)
    method = serializers.ChoiceField(METHODS)
    bank_account = serializers.CharField(allow_null=True)
    reference = serializers.CharField(allow_null=True)
    book_no = serializers.CharField(allow_null=True)
    receipt_no = serializers.CharField(allow_null=True)
    account = AccountCode()
    lines = ReceiptLine(many=True)
    total = Amount()
    journal_entry = DocumentNumber(allow_null=True)


class CollectedOn(serializers.Serializer[object]):
    """The day whose receipts or slips are meant."""

    collected_on = serializers.DateField()


class NamedAmount(serializers.Serializer[object]):
    """An account and how much was received for it."""

    account = AccountCode()
    name_th = serializers.CharField()
    amount = Amount()
    memo = serializers.CharField(required=False, allow_null=True)


class RemittedReceipt(serializers.Serializer[object]):
    """A receipt of a slip."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.CharField()
    payer = serializers.CharField()
    method = serializers.ChoiceField(METHODS)
    amount = Amount()
    lines = NamedAmount(many=True)


class Remittance(FlowDocument):
    """What a collector hands over of a day; ``in_hand`` is cash and cheques."""

    collected_on = serializers.DateField()
    in_hand = Amount()
    receipts = RemittedReceipt(many=True)


class SummarisedSlip(serializers.Serializer[object]):
    """A slip of a summary."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.CharField()
    amount = Amount()
    in_hand = Amount()
    collector = serializers.CharField()


class RemittanceSummary(FlowDocument):
    """All slips of a day, and how much was received of each kind of money."""

    collected_on = serializers.DateField()
    remittances = SummarisedSlip(many=True)
    kinds = NamedAmount(many=True)


class NewCreditLine(serializers.Serializer[object]):
    """What part of the money is for; some kinds have one account only."""

    account = AccountCode(required=False, allow_null=True)
    receivable = serializers.UUIDField(required=False, allow_null=True)
    amount = Amount()
    memo = serializers.CharField(max_length=200, required=False, allow_null=True)


class NewBankCredit(serializers.Serializer[object]):
    """Money that came to a bank account; ``clears`` names money of unknown origin that it was."""

    credited_on = serializers.DateField()
    kind = serializers.CharField(help_text=f"One of {', '.join(KINDS)}.")
    payer = serializers.CharField(max_length=200, required=False, allow_null=True)
    payer_id = serializers.UUIDField(required=False, allow_null=True)
    bank_account = serializers.CharField(max_length=24, required=False, allow_null=True)
    clears = serializers.UUIDField(required=False, allow_null=True)
    reference = serializers.CharField(max_length=60, required=False, allow_null=True)
    deducted = Amount(required=False, allow_null=True)
    lines = NewCreditLine(many=True)


class BankCredit(FlowDocument):
    """A bank credit: what was sent, and the deposits that it opened."""

    credit = serializers.DictField()
    deposits = serializers.ListField(child=serializers.UUIDField())


class OpenItemHead(serializers.Serializer[object]):
    """A receivable or a deposit, and what is open of it."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="receivable or deposit.")
    document_id = serializers.UUIDField()
    account = AccountCode()
    party_id = serializers.UUIDField(allow_null=True)
    party_name = serializers.CharField()
    purpose = serializers.CharField(allow_blank=True)
    opened_on = serializers.DateField()
    due_on = serializers.DateField(allow_null=True)
    amount = Amount()
    settled = Amount()
    written_off = Amount()
    open = Amount()


class OpenItemMovement(serializers.Serializer[object]):
    """One change of it; what undoes another is negative."""

    movement_no = serializers.IntegerField()
    kind = serializers.CharField(help_text="settle or write_off.")
    amount = serializers.RegexField(r"^-?[0-9]{1,16}\.[0-9]{2}$")
    document_id = serializers.UUIDField()
    moved_on = serializers.DateField()
    number = serializers.CharField(allow_null=True)


class OpenItem(OpenItemHead):
    """A receivable or a deposit with its movements."""

    movements = OpenItemMovement(many=True)


class OpenItemPage(serializers.Serializer[object]):
    """A page of receivables or deposits."""

    items = OpenItemHead(many=True)
    next = serializers.CharField(allow_null=True)


class NewReceivable(serializers.Serializer[object]):
    """A tax due and unpaid, goods and services sold on credit, an over-payment to come back."""

    recorded_on = serializers.DateField()
    due_on = serializers.DateField()
    debtor = serializers.CharField(max_length=200)
    debtor_id = serializers.UUIDField(required=False, allow_null=True)
    account = AccountCode()
    revenue = AccountCode(help_text="Of an over-payment: the account that the voucher charged.")
    amount = Amount()
    purpose = serializers.CharField(max_length=200)
    voucher = serializers.CharField(
        max_length=40, required=False, help_text="Of an over-payment: the number that paid it."
    )


class Receivable(FlowDocument):
    """A receivable: what was sent, and what is open of it once it is recorded."""

    receivable = serializers.DictField()
    open_item = OpenItem(allow_null=True)


class NewForfeiture(serializers.Serializer[object]):
    """A guarantee that is to be forfeited."""

    forfeited_on = serializers.DateField()
    deposit = serializers.UUIDField()
    amount = Amount()
    revenue = AccountCode(required=False, allow_null=True)
    reason = serializers.CharField(max_length=200)


class Forfeiture(FlowDocument):
    """A forfeiture: what was sent."""

    forfeiture = serializers.DictField()


class NewBanking(serializers.Serializer[object]):
    """Cash that goes to the bank."""

    banked_on = serializers.DateField()
    bank_account = serializers.CharField(max_length=24, required=False, allow_null=True)
    amount = Amount()
    slip_no = serializers.CharField(max_length=60, required=False, allow_null=True)


class Banking(FlowDocument):
    """A pay-in slip."""

    bank_account = serializers.CharField(allow_null=True)
    slip_no = serializers.CharField(allow_null=True)
    account = AccountCode()


class NewDailyReport(serializers.Serializer[object]):
    """A day, and what was counted in the vault at its end."""

    date = serializers.DateField()
    counted = Amount()


class SignedAmount(serializers.RegexField):
    """Baht that may be negative: a balance that is overdrawn."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^-?[0-9]{1,16}\.[0-9]{2}$", **options)


class CashDay(serializers.Serializer[object]):
    """Cash in hand over a day."""

    brought_forward = SignedAmount()
    received = Amount()
    banked = Amount()
    paid = Amount()
    carried_forward = SignedAmount()


class BankDay(serializers.Serializer[object]):
    """A bank's ledger account over a day."""

    account = AccountCode()
    name_th = serializers.CharField()
    brought_forward = SignedAmount()
    deposited = Amount()
    paid = Amount()
    carried_forward = SignedAmount()


class ChequesNotCollected(serializers.Serializer[object]):
    """Cheques approved and not collected."""

    count = serializers.IntegerField()
    amount = Amount()


class DailyFigures(serializers.Serializer[object]):
    """Cash and banks at the end of a day, by the books."""

    date = serializers.DateField()
    cash = CashDay()
    banks = BankDay(many=True)
    cheques_not_collected = ChequesNotCollected()


class DailyReport(FlowDocument):
    """The daily cash position report: the count, and the books when it was counted or closed."""

    counted = Amount()
    figures = DailyFigures()


class DailyStatus(DailyFigures):
    """The books at the end of a day, and the report of it, when there is one."""

    report = DailyReport(allow_null=True)


class BookLine(serializers.Serializer[object]):
    """A line of an entry."""

    account = AccountCode()
    name_th = serializers.CharField()
    debit = Amount()
    credit = Amount()
    memo = serializers.CharField(allow_null=True)


class BookEntry(serializers.Serializer[object]):
    """An entry of a book of original entry; the document that made it, when one did."""

    number = DocumentNumber()
    entry_date = serializers.DateField()
    description = serializers.CharField()
    reference = serializers.CharField(allow_null=True)
    document_id = serializers.UUIDField(allow_null=True)
    rule = serializers.CharField(allow_null=True)
    cash = SignedAmount(help_text="What it moved in cash.")
    bank = SignedAmount(help_text="What it moved in banks.")
    total = Amount()
    lines = BookLine(many=True)


class BookPage(serializers.Serializer[object]):
    """A page of a book, in the order of its numbers."""

    items = BookEntry(many=True)
    next = serializers.CharField(allow_null=True)
