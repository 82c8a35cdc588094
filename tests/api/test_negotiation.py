"""Which form an answer has is as the framework would say, also where it is not asked."""

import pytest
from django.test import RequestFactory
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

from api.negotiation import Negotiation
from api.rendering import JSONRenderer

RENDERERS = [JSONRenderer()]


def chosen(negotiation, accept):
    headers = {} if accept is None else {"Accept": accept}
    request = Request(RequestFactory().get("/", headers=headers))
    try:
        return negotiation.select_renderer(request, RENDERERS)
    except NotAcceptable:
        return "not acceptable"


@pytest.mark.parametrize(
    "accept",
    [
        *(None, "", "*/*", "application/json", "application/*", "text/html"),
        *("application/json; indent=4", "text/html, */*;q=0.1", "text/html, application/xml"),
    ],
)
def test_it_chooses_as_the_framework_does(accept):
    assert chosen(Negotiation(), accept) == chosen(DefaultContentNegotiation(), accept)
