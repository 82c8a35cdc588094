"""Addresses of the portal. A document's number is written with a hyphen for its slash."""

from django.urls import URLPattern, path

from portal import sign_in, views
from portal.office import accounts, home, journal, new_entry, trial_balance

urlpatterns: list[URLPattern] = [
    path("", views.first_page, name="first_page"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/link/<str:token>", sign_in.link, name="sign_in_link"),
    path("sign-out", sign_in.leave, name="sign_out"),
    path("language", views.language, name="language"),
    path("bodies", views.bodies, name="bodies"),
    path("b/<slug:body_code>/", home.home, name="home"),
    path("b/<slug:body_code>/journal", journal.entries, name="journal"),
    path("b/<slug:body_code>/journal/new", new_entry.new_entry, name="new_entry"),
    path("b/<slug:body_code>/journal/<slug:number>", journal.entry, name="entry"),
    path("b/<slug:body_code>/accounts/search", accounts.search, name="account_search"),
    path("b/<slug:body_code>/trial-balance", trial_balance.trial_balance, name="trial_balance"),
]
