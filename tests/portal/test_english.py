"""Every Thai text of the portal has its English, compiled."""

import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

import portal
from portal.middleware import LANGUAGE_COOKIE, LanguageMiddleware

PORTAL = Path(portal.__file__).parent
_IN_TEMPLATES = re.compile(r"""{% translate (?:"([^"]+)"|'([^']+)') %}""")
_BLOCKS = re.compile(r"{% blocktranslate %}(.+?){% endblocktranslate %}", re.DOTALL)
_IN_CODE = re.compile(r"""(?:gettext|gettext_noop|_)\(\s*"([^"]+)"\s*\)""")


def _texts() -> set[str]:
    texts = set()
    for template in PORTAL.rglob("*.html"):
        source = template.read_text(encoding="utf-8")
        texts |= {a or b for a, b in _IN_TEMPLATES.findall(source)}
        texts |= {re.sub(r"{{ (\w+) }}", r"%(\1)s", text) for text in _BLOCKS.findall(source)}
    for module in PORTAL.rglob("*.py"):
        texts |= set(_IN_CODE.findall(module.read_text(encoding="utf-8")))
    return texts


def test_texts_were_found():
    assert len(_texts()) > 100


@pytest.mark.parametrize("text", sorted(_texts()))
def test_every_text_has_its_english(text: str):
    with translation.override("en"):
        english = translation.gettext(text)
    assert not re.search("[ก-๙]", english)
    assert re.findall(r"%\(\w+\)[sd]", text) == re.findall(r"%\(\w+\)[sd]", english)


@pytest.mark.parametrize(
    ("cookie", "spoken"), [("", "th"), ("th", "th"), ("en", "en"), ("fr", "th"), (None, "th")]
)
def test_the_cookie_alone_chooses_english(cookie, spoken):
    request = RequestFactory().get("/", headers={"Accept-Language": "en"})
    if cookie is not None:
        request.COOKIES[LANGUAGE_COOKIE] = cookie
    answer = LanguageMiddleware(lambda _request: HttpResponse(translation.get_language()))
    assert answer(request).content.decode() == spoken
    assert translation.get_language() == "th", "the thread keeps no language"
