"""Addresses of the portal. A document's number is written with a hyphen for its slash."""

from django.urls import URLPattern, path

from portal import second_step, security, sign_in, views
from portal.desks import DESKS
from portal.flow.urls import urls
from portal.office import (
    accounts,
    bank_accounts,
    budget,
    document_papers,
    home,
    journal,
    keeping,
    ledger,
    ledger_files,
    new_entry,
    officers,
    own_accounts,
    payment_papers,
    periods,
    reversal,
    separation,
    trial_balance,
    voucher_papers,
    vouchers,
)

_BODY = "b/<slug:body_code>"

urlpatterns: list[URLPattern] = [
    path("", views.first_page, name="first_page"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/link/<str:token>", sign_in.link, name="sign_in_link"),
    path("sign-in/second-step", second_step.second_step, name="second_step"),
    path("sign-in/second-step/asked", second_step.second_step_asked, name="second_step_asked"),
    path("sign-in/passkey", second_step.passkey, name="passkey"),
    path("sign-in/passkey/asked", second_step.passkey_asked, name="passkey_asked"),
    path("security", security.security, name="security"),
    path("security/passkey/asked", security.passkey_asked, name="security_passkey_asked"),
    path("sign-out", sign_in.leave, name="sign_out"),
    path("language", views.language, name="language"),
    path("bodies", views.bodies, name="bodies"),
    path(f"{_BODY}/", home.home, name="home"),
    path(f"{_BODY}/journal", journal.entries, name="journal"),
    path(f"{_BODY}/journal/new", new_entry.new_entry, name="new_entry"),
    path(f"{_BODY}/journal/<slug:number>.pdf", voucher_papers.of_entry, name="entry_pdf"),
    path(f"{_BODY}/journal/<slug:number>", journal.entry, name="entry"),
    path(f"{_BODY}/journal/<slug:number>/history", journal.history, name="entry_history"),
    path(f"{_BODY}/journal/<slug:number>/reverse", reversal.reverse_entry, name="reverse_entry"),
    path(f"{_BODY}/vouchers", vouchers.waiting, name="vouchers"),
    path(f"{_BODY}/vouchers/save", keeping.save, name="voucher_save"),
    path(
        f"{_BODY}/documents/<uuid:document_id>.pdf",
        document_papers.of_a_document,
        name="document_paper",
    ),
    path(f"{_BODY}/vouchers/<uuid:voucher_id>.pdf", voucher_papers.of_voucher, name="voucher_pdf"),
    path(f"{_BODY}/vouchers/<uuid:voucher_id>", vouchers.voucher, name="voucher"),
    path(f"{_BODY}/vouchers/<uuid:voucher_id>/edit", new_entry.edit, name="voucher_edit"),
    path(
        f"{_BODY}/vouchers/<uuid:voucher_id>/<slug:step>", vouchers.take_step, name="voucher_step"
    ),
    path(f"{_BODY}/vouchers/<slug:state>", vouchers.register, name="voucher_register"),
    path(f"{_BODY}/accounts", own_accounts.own_accounts, name="own_accounts"),
    path(f"{_BODY}/bank-accounts", bank_accounts.bank_accounts, name="bank_accounts"),
    path(
        f"{_BODY}/bank-accounts/<slug:bank_account>/<slug:step>",
        bank_accounts.take_step,
        name="bank_account_step",
    ),
    path(f"{_BODY}/separation", separation.exceptions, name="separation"),
    path(f"{_BODY}/periods", periods.periods, name="periods"),
    path(f"{_BODY}/periods/<slug:month>/<slug:step>", periods.take_step, name="period_step"),
    path(f"{_BODY}/officers", officers.officers, name="officers"),
    path(f"{_BODY}/officers/<str:username>", officers.officer, name="officer"),
    path(f"{_BODY}/accounts/search", accounts.search, name="account_search"),
    path(f"{_BODY}/ledger", ledger.choose, name="ledger_choice"),
    path(f"{_BODY}/ledger/<str:account>.xlsx", ledger_files.xlsx, name="ledger_xlsx"),
    path(f"{_BODY}/ledger/<str:account>.pdf", ledger_files.pdf, name="ledger_pdf"),
    path(f"{_BODY}/ledger/<str:account>", ledger.ledger, name="ledger"),
    path(f"{_BODY}/budget.xlsx", budget.xlsx, name="budget_xlsx"),
    path(f"{_BODY}/budget", budget.remaining, name="budget"),
    path(f"{_BODY}/budget/<uuid:line_id>", budget.line, name="budget_line"),
    path(f"{_BODY}/trial-balance.xlsx", trial_balance.xlsx, name="trial_balance_xlsx"),
    path(f"{_BODY}/trial-balance.pdf", trial_balance.pdf, name="trial_balance_pdf"),
    path(
        f"{_BODY}/trial-balance/difference.xlsx",
        trial_balance.difference,
        name="trial_balance_difference",
    ),
    path(f"{_BODY}/certificates", payment_papers.certificates, name="certificates"),
    path(
        f"{_BODY}/certificates/<uuid:document>.pdf",
        payment_papers.certificate,
        name="certificate_pdf",
    ),
    path(f"{_BODY}/dika/<uuid:document>.pdf", payment_papers.dika, name="dika_pdf"),
    path(
        f"{_BODY}/cheque-reports/<uuid:document>.pdf",
        payment_papers.cheque_report,
        name="cheque_report_pdf",
    ),
    *[address for desk in DESKS for address in urls(desk)],
    path(f"{_BODY}/trial-balance", trial_balance.trial_balance, name="trial_balance"),
]
