"""Every path of the API."""

from django.urls import path
from drf_spectacular.views import SpectacularSwaggerView

from api import (
    audit,
    auth,
    bank_accounts,
    bodies,
    budget,
    central,
    central_activity,
    disbursement,
    divisions,
    documents,
    fleet,
    journal,
    officers,
    parties,
    periods,
    reports,
    revenue,
    schema,
    vouchers,
    withholding_tax,
)
from api.workflow import urls

BODY = "bodies/<str:body_code>"
ENTRIES = f"{BODY}/journal-entries"
DOCUMENT = f"{BODY}/documents/<str:reference>"
DIVISION = f"{BODY}/divisions/<str:code>"
VENDOR = f"{BODY}/vendors/<uuid:party_id>"
WITHHELD = f"{BODY}/withholding-tax"
BANK_ACCOUNT = f"{BODY}/bank-accounts/<str:bank_account>"
PAYEE = f"{BODY}/payees/<uuid:party_id>"
TAXPAYER = f"{BODY}/taxpayers/<uuid:party_id>"

urlpatterns = [
    path("auth/tokens", auth.Tokens.as_view()),
    path("me", bodies.Me.as_view()),
    path(BODY, bodies.Body.as_view()),
    path(f"{BODY}/accounts", bodies.Accounts.as_view()),
    path(ENTRIES, journal.JournalEntries.as_view()),
    path(f"{ENTRIES}/bulk", journal.JournalEntriesBulk.as_view()),
    path(f"{ENTRIES}/<str:number>", journal.JournalEntry.as_view()),
    path(f"{ENTRIES}/<str:number>/reversal", journal.Reversal.as_view()),
    *urls(vouchers.FACE),
    path(f"{WITHHELD}/returns/<str:document>/file", withholding_tax.ReturnFile.as_view()),
    path(f"{BODY}/cheque-reports/<str:document>/bank-file", withholding_tax.BankFile.as_view()),
    path(f"{BODY}/contracts/<str:document>/annexes", disbursement.Annexes.as_view()),
    *[pattern for face in disbursement.FACES for pattern in urls(face)],
    path(f"{WITHHELD}/certificates", withholding_tax.Certificates.as_view()),
    path(f"{WITHHELD}/certificates/<str:document>", withholding_tax.Certificate.as_view()),
    path(f"{WITHHELD}/certificates/<str:document>/pdf", withholding_tax.CertificatePaper.as_view()),
    *revenue.urlpatterns,
    *[one for face in budget.FACES for one in urls(face)],
    path(f"{BODY}/budget-lines", budget.BudgetLines.as_view()),
    path(f"{BODY}/budget-lines/<uuid:line_id>", budget.BudgetLine.as_view()),
    path(f"{BODY}/budget-codes", budget.BudgetCodes.as_view()),
    path(f"{BODY}/ledger/<str:account>", reports.Ledger.as_view()),
    path(f"{BODY}/trial-balance", reports.TrialBalance.as_view()),
    path(f"{BODY}/trial-balance/difference", reports.TrialBalanceDifference.as_view()),
    path(f"{BODY}/periods", periods.Periods.as_view()),
    path(f"{BODY}/periods/<str:period>/close", periods.PeriodStep.as_view(step="close")),
    path(f"{BODY}/periods/<str:period>/reopen", periods.PeriodStep.as_view(step="reopen")),
    path(f"{BODY}/audit/chain-head", audit.ChainHead.as_view()),
    path(f"{BODY}/audit/separation-exceptions", audit.SeparationExceptions.as_view()),
    path(f"{BODY}/audit/events", audit.Events.as_view()),
    path(f"{BODY}/audit/readings", audit.Readings.as_view()),
    path(f"{BODY}/audit/proof/<str:number>", audit.Proof.as_view()),
    path(f"{DOCUMENT}/history", documents.History.as_view()),
    path(f"{DOCUMENT}/pdf", documents.Paper.as_view()),
    path(f"{DOCUMENT}/attachments", documents.Attachments.as_view()),
    path(f"{DOCUMENT}/attachments/<int:attachment_no>", documents.AttachmentContent.as_view()),
    path(f"{BODY}/divisions", divisions.Divisions.as_view()),
    path(DIVISION, divisions.Division.as_view()),
    path(f"{DIVISION}/retire", divisions.DivisionStep.as_view(step="retire")),
    path(f"{DIVISION}/restore", divisions.DivisionStep.as_view(step="restore")),
    path(f"{BODY}/bank-accounts", bank_accounts.BankAccounts.as_view()),
    path(BANK_ACCOUNT, bank_accounts.BankAccount.as_view()),
    path(f"{BANK_ACCOUNT}/retire", bank_accounts.BankAccountStep.as_view(step="retire")),
    path(f"{BANK_ACCOUNT}/restore", bank_accounts.BankAccountStep.as_view(step="restore")),
    path(f"{BODY}/vendors", parties.Vendors.as_view()),
    path(VENDOR, parties.Vendor.as_view()),
    path(f"{VENDOR}/retire", parties.VendorStep.as_view(step="retire")),
    path(f"{VENDOR}/restore", parties.VendorStep.as_view(step="restore")),
    path(f"{BODY}/payees", parties.Payees.as_view()),
    path(PAYEE, parties.Payee.as_view()),
    path(f"{PAYEE}/retire", parties.PayeeStep.as_view(step="retire")),
    path(f"{PAYEE}/restore", parties.PayeeStep.as_view(step="restore")),
    path(f"{BODY}/taxpayers", parties.Taxpayers.as_view()),
    path(TAXPAYER, parties.Taxpayer.as_view()),
    path(f"{TAXPAYER}/retire", parties.TaxpayerStep.as_view(step="retire")),
    path(f"{TAXPAYER}/restore", parties.TaxpayerStep.as_view(step="restore")),
    path(f"{BODY}/officers", officers.Officers.as_view()),
    path(f"{BODY}/officers/<str:username>/reset", officers.OfficerReset.as_view()),
    path(f"{BODY}/officers/<str:username>/end", officers.OfficerEnd.as_view()),
    path(f"{BODY}/appointments", officers.Appointments.as_view()),
    path(f"{BODY}/appointments/<uuid:appointment_id>/end", officers.AppointmentEnd.as_view()),
    path("central/overview", central.Overview.as_view()),
    path("central/provinces/<str:province>", central.Province.as_view()),
    path("central/districts/<str:district>", central.District.as_view()),
    path("central/bodies", central.Bodies.as_view()),
    path("central/closing-progress", central.ClosingProgress.as_view()),
    path("central/budget-execution", central.BudgetExecution.as_view()),
    path("central/revenue", central.Revenue.as_view()),
    path("central/national-tables", central.NationalTables.as_view()),
    path("central/activity", central_activity.Activity.as_view()),
    path("fleet/status", fleet.Status.as_view()),
    path("fleet/admission", fleet.Admission.as_view()),
    path("fleet/admission/<str:what>", fleet.Measure.as_view()),
    path("schema", schema.Schema.as_view(), name="api-schema"),
    path(
        "docs",
        SpectacularSwaggerView.as_view(
            url_name="api-schema", authentication_classes=[], permission_classes=[]
        ),
    ),
]
