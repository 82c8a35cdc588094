"""Buddhist dates, amounts with separators, and amounts in Thai words."""

from django import template

register = template.Library()
