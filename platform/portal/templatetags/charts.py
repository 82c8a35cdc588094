"""The centre's drawings, for templates: ``{% province_map figures %}``.

A page that draws links ``portal/charts.css`` in its head, and has a table of the same figures near.
"""

from django import template

from portal.central import charts, map, months  # noqa: A004 - a map is what it draws

register = template.Library()

register.simple_tag(map.draw, name="province_map")
register.simple_tag(charts.bars, name="bars")
register.simple_tag(charts.stacked_bars, name="stacked_bars")
register.simple_tag(charts.progress, name="progress")
register.simple_tag(months.months, name="months")
register.simple_tag(months.sparkline, name="sparkline")
