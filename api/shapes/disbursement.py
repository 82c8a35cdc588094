"""Purchase requests, contracts, inspections, ฎีกา, cheque reports, cheques, withholding tax."""

from typing import Any

from rest_framework import serializers

from accounting.cheques.drafts import METHODS
from accounting.disbursement.drafts import DEDUCTIONS, PAYROLL_DEDUCTIONS, SOURCES
from accounting.withholding_tax.rules import FORMS
from api.shapes.parts import MONEY, AccountCode, Amount
from api.shapes.workflow import FlowDocument, Note


class Baht(serializers.RegexField):
    """An amount as it is sent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(MONEY, **options)


class DatedNote(Note):
    """A reason, and the day on which a paper that is keyed in later was signed."""

    on = serializers.DateField(required=False, allow_null=True)


class NewPurchaseRequest(serializers.Serializer[object]):
    """What a division asks to buy."""

    requested_on = serializers.DateField()
    budget_line = serializers.UUIDField()
    amount = Baht()
    description = serializers.CharField(max_length=500)
    fund_source = serializers.CharField(max_length=16)


class PurchaseRequest(FlowDocument):
    """A purchase request; approved, it holds its amount of the budget line."""

    requested_on = serializers.DateField()
    budget_line = serializers.UUIDField()
    fund_source = serializers.CharField()


class NewContract(serializers.Serializer[object]):
    """A contract or order that was signed."""

    purchase_request = serializers.UUIDField()
    vendor = serializers.UUIDField()
    amount = Baht()
    signed_on = serializers.DateField()
    e_gp_no = serializers.RegexField(r"^[0-9]{11}$", required=False, allow_null=True)
    description = serializers.CharField(max_length=500, required=False, allow_null=True)


class Annex(Note):
    """What a contract is for from now on; the note says why."""

    amount = Baht()
    signed_on = serializers.DateField()


class AnnexOfContract(serializers.Serializer[object]):
    """An annex that was recorded."""

    amount = Amount()
    signed_on = serializers.DateField()
    reason = serializers.CharField(allow_null=True)


class Contract(FlowDocument):
    """A contract; it obligates its amount of the budget line."""

    purchase_request = serializers.UUIDField()
    purchase_request_number = serializers.CharField(allow_null=True)
    requested_by = serializers.UUIDField()
    vendor = serializers.UUIDField()
    vendor_name = serializers.CharField()
    signed_on = serializers.DateField()
    e_gp_no = serializers.CharField(required=False, allow_null=True)
    budget_line = serializers.UUIDField()
    fund_source = serializers.CharField()
    annexes = AnnexOfContract(many=True, required=False)


class NewInspectedLine(serializers.Serializer[object]):
    """What was delivered; the amount includes the VAT that is told beside it."""

    account = AccountCode()
    amount = Baht()
    vat = Baht(required=False, allow_null=True)
    asset = AccountCode(
        required=False,
        allow_null=True,
        help_text="On the last part of what came in parts: the account of the finished asset.",
    )


class NewInspection(serializers.Serializer[object]):
    """What was delivered under a contract."""

    contract = serializers.UUIDField()
    accepted_on = serializers.DateField()
    lines = NewInspectedLine(many=True)
    deposit = serializers.UUIDField(
        required=False, allow_null=True, help_text="Which deposit pays for it."
    )


class Inspection(FlowDocument):
    """An inspection; accepted, the seller is owed its amount."""

    contract = serializers.UUIDField()
    contract_number = serializers.CharField(allow_null=True)
    accepted_on = serializers.DateField()
    lines = NewInspectedLine(many=True)
    deposit = serializers.UUIDField(required=False, allow_null=True)
    vat = Amount()
    payee = serializers.UUIDField()
    payee_name = serializers.CharField()
    budget_line = serializers.UUIDField()
    fund_source = serializers.CharField()


class NewDeduction(serializers.Serializer[object]):
    """What is kept back; a tax whose rate the law names by kind of income says both."""

    kind = serializers.ChoiceField([*DEDUCTIONS, *PAYROLL_DEDUCTIONS])
    amount = Baht()
    rate = serializers.RegexField(
        r"^[0-9]{1,2}(\.[0-9]{1,2})?$", required=False, allow_null=True, help_text="Per cent."
    )
    income = serializers.CharField(max_length=100, required=False, allow_null=True)


class PersonOnPayroll(serializers.Serializer[object]):
    """Whose pay is taxed how much, for ภ.ง.ด.1."""

    tax_id = serializers.RegexField(r"^[0-9]{13}$")
    title = serializers.CharField(max_length=40, required=False, allow_null=True)
    first_name = serializers.CharField(max_length=100)
    last_name = serializers.CharField(max_length=100)
    base = Baht()
    tax = Baht()


class VoucherSource(serializers.Serializer[object]):
    """Why it is paid: another document, or the voucher itself; an account beside its type's."""

    kind = serializers.ChoiceField(SOURCES)
    id = serializers.UUIDField(required=False, allow_null=True)
    account = AccountCode(required=False, allow_null=True)


class NewPaymentVoucher(serializers.Serializer[object]):
    """A ฎีกา; the gross includes the VAT that is told beside it."""

    fiscal_year = serializers.IntegerField(min_value=2400, max_value=2800)
    unit = serializers.RegexField(r"^[0-9]{2}$")
    budget_line = serializers.UUIDField(required=False, allow_null=True)
    payee = serializers.UUIDField(required=False, allow_null=True)
    description = serializers.CharField(max_length=500)
    gross = Baht()
    vat = Baht(required=False, allow_null=True)
    deductions = NewDeduction(many=True, required=False, allow_null=True)
    source = VoucherSource()  # type: ignore[assignment]  # a field of that name, not its own
    made_on = serializers.DateField(required=False, allow_null=True)
    people = PersonOnPayroll(many=True, required=False, allow_null=True)


class SignatureBox(serializers.Serializer[object]):
    """One of the six boxes; nobody yet when the name is null."""

    box = serializers.IntegerField(min_value=1, max_value=6)
    action = serializers.CharField()
    says_th = serializers.CharField()
    officer_name_th = serializers.CharField(allow_null=True)
    position_th = serializers.CharField(allow_null=True)
    is_acting = serializers.BooleanField()
    acting_order = serializers.CharField(allow_null=True)
    signed_on = serializers.DateField(allow_null=True)


class FundOfVoucher(serializers.Serializer[object]):
    """What was left of a fund source before and after, as the finance officer certifies."""

    fund_source = serializers.CharField()
    brought_forward = Amount()
    carried_forward = Amount()


class BankToldOnPaper(serializers.Serializer[object]):
    """A bank account as papers name it."""

    bank_code = serializers.CharField()
    number = serializers.CharField()
    branch = serializers.CharField(allow_blank=True)
    name_th = serializers.CharField()


class PayeeOfPayment(serializers.Serializer[object]):
    """Who was paid, as the register had it then."""

    name = serializers.CharField()
    tax_id = serializers.CharField(allow_blank=True)
    branch_no = serializers.CharField()
    address = serializers.CharField(allow_blank=True)


class PaymentOfVoucher(serializers.Serializer[object]):
    """How it was paid."""

    paid_on = serializers.DateField()
    report = serializers.UUIDField()
    report_number = serializers.CharField()
    cheque = serializers.CharField(allow_null=True)
    cheque_no = serializers.CharField(allow_null=True)
    bank = BankToldOnPaper(allow_null=True)
    payee = PayeeOfPayment(allow_null=True)


class BudgetOnPaper(serializers.Serializer[object]):
    """The budget line, as it was when the voucher was drawn up."""

    plan = serializers.CharField()
    task = serializers.CharField()
    expenditure_type = serializers.CharField()
    project = serializers.CharField(allow_blank=True)
    name = serializers.CharField()


class PaymentVoucher(FlowDocument):
    """A ฎีกา with its numbers, its six boxes and how it was paid."""

    requester_no = serializers.CharField(allow_null=True)
    treasury_no = serializers.CharField(allow_null=True)
    received_on = serializers.DateField(allow_null=True)
    approved_on = serializers.DateField(allow_null=True)
    unit = serializers.CharField()
    budget_line = serializers.UUIDField(required=False, allow_null=True)
    line = BudgetOnPaper(allow_null=True)
    payee = serializers.UUIDField(required=False, allow_null=True)
    payee_name = serializers.CharField(allow_blank=True)
    gross = Amount()
    vat = serializers.CharField(required=False, allow_null=True)
    deductions = NewDeduction(many=True, required=False, allow_null=True)
    net = Amount()
    source = VoucherSource()  # type: ignore[assignment]  # a field of that name, not its own
    account = serializers.CharField(allow_blank=True)
    fund_source = serializers.CharField()
    funds = FundOfVoucher(many=True)
    signatures = SignatureBox(many=True)
    payment = PaymentOfVoucher(allow_null=True)
    made_on = serializers.DateField(required=False, allow_null=True)
    people = PersonOnPayroll(many=True, required=False, allow_null=True)


class NewChequeReport(serializers.Serializer[object]):
    """Which approved vouchers are paid, by id, requester's or treasury number."""

    paid_on = serializers.DateField()
    bank_account = serializers.CharField(max_length=24, required=False, allow_null=True)
    vouchers = serializers.ListField(
        child=serializers.CharField(max_length=40), min_length=1, max_length=100
    )
    method = serializers.ChoiceField(METHODS, required=False, allow_null=True)
    cheque_nos = serializers.ListField(
        child=serializers.RegexField(r"^[0-9]{4,20}$"),
        required=False,
        allow_null=True,
        help_text="Printed on the cheques, in the order of the vouchers.",
    )


class PaidByReport(serializers.Serializer[object]):
    """A voucher that a report pays, and by which cheque."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    treasury_no = serializers.CharField()
    payee_name = serializers.CharField(allow_blank=True)
    net = Amount()
    cheque_no = serializers.CharField(allow_null=True)


class ChequeReport(FlowDocument):
    """A report of cheques; its last signature pays its vouchers."""

    paid_on = serializers.DateField()
    bank_account = serializers.CharField(allow_null=True)
    bank = BankToldOnPaper(allow_null=True)
    method = serializers.ChoiceField(METHODS)
    vouchers = PaidByReport(many=True)
    cheque_nos = serializers.ListField(
        child=serializers.CharField(), required=False, allow_null=True
    )
    signed_as = serializers.ListField(child=serializers.CharField(), required=False)


class Cheque(FlowDocument):
    """A cheque, slip or transfer, and what became of it."""

    voucher = serializers.UUIDField()
    voucher_number = serializers.CharField()
    treasury_no = serializers.CharField()
    report = serializers.UUIDField()
    report_number = serializers.CharField()
    payee_name = serializers.CharField(allow_blank=True)
    bank_account = serializers.CharField()
    bank = BankToldOnPaper()
    cheque_no = serializers.CharField(allow_null=True)
    method = serializers.ChoiceField(METHODS)
    collected_on = serializers.DateField(required=False)
    cleared_on = serializers.DateField(required=False)


class NewWithholdingReturn(serializers.Serializer[object]):
    """Which return of which month."""

    form = serializers.ChoiceField(list(FORMS))
    month = serializers.RegexField(r"^(19|20|21|22|23)[0-9]{2}-(0[1-9]|1[0-2])$")


class Remittance(Note):
    """When a return is paid, and out of which account."""

    paid_on = serializers.DateField()
    bank_account = serializers.CharField(max_length=24)


class WithholdingReturn(FlowDocument):
    """A return (ภ.ง.ด.) of what was withheld in a month, to be remitted by the 7th of the next."""

    form = serializers.ChoiceField(list(FORMS))
    month = serializers.CharField()
    due_on = serializers.DateField()
    paid_on = serializers.DateField(required=False)


class Certificate(serializers.Serializer[object]):
    """A certificate of tax withheld (ม.50 ทวิ)."""

    id = serializers.UUIDField()
    certificate_no = serializers.CharField()
    voucher = serializers.UUIDField()
    voucher_number = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    paid_on = serializers.DateField()
    form = serializers.ChoiceField(list(FORMS))
    payee = PayeeOfPayment()
    income_th = serializers.CharField()
    rate_percent = serializers.CharField(allow_null=True)
    base = Amount()
    tax = Amount()
    return_id = serializers.UUIDField(allow_null=True)


class CertificatePage(serializers.Serializer[object]):
    """A page of certificates."""

    items = Certificate(many=True)
    next = serializers.CharField(allow_null=True)
