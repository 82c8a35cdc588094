"""What the centre sees: figures of areas and of their bodies."""

from typing import Any

from rest_framework import serializers

from api.shapes.parts import REGISTER_STATES

# The nation, a province, a district; in a national table a body too.
AREA_LEVELS = ["N", "P", "D"]
TABLE_LEVELS = [*AREA_LEVELS, "B"]


class Sum(serializers.RegexField):
    """Baht, with two decimals; what was taken back may make it negative."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^-?[0-9]{1,20}\.[0-9]{2}$", **options)


class Standing(serializers.Serializer[object]):
    """What a figure stands for: complete to a time, of n of N bodies."""

    complete_to = serializers.DateTimeField(
        allow_null=True, help_text="What was recorded before is counted; null: a cell was not read."
    )
    bodies_reported = serializers.IntegerField(
        min_value=0, help_text="Bodies that have closed the month `reported_month`."
    )
    bodies_total = serializers.IntegerField(min_value=0, help_text="Bodies that have books.")


class CentralRevenue(Standing):
    """Revenue collected, and expected by the ordinances in force."""

    collected = Sum()
    estimated = Sum()


class CentralBudget(Standing):
    """The budget after all changes, and what was done with it: as it is now, of whole years."""

    budget = Sum()
    reserved = Sum()
    obligated = Sum()
    disbursed = Sum()


class CentralPosition(Standing):
    """Balances at the end of `month`, or of the year: what every month before left."""

    cash = Sum(help_text="In hand and in banks.")
    receivables = Sum()
    held = Sum(help_text="Deposits and guarantees: others' money.")
    borrowed = Sum()
    owed = Sum(help_text="Every other liability.")
    liabilities = Sum(help_text="Held, borrowed and owed.")


class CentralEntries(Standing):
    """How many journal entries."""

    entries = serializers.IntegerField(min_value=0)


class CentralClosing(Standing):
    """How many bodies have the month `reported_month` open, and how many closed it."""

    opened = serializers.IntegerField(min_value=0)
    closed = serializers.IntegerField(min_value=0)


class CentralMonthClosing(CentralClosing):
    """A month's closing; reported is who closed this month."""

    month = serializers.DateField()


class CentralArea(serializers.Serializer[object]):
    """The nation, a province or a district."""

    level = serializers.ChoiceField(choices=AREA_LEVELS)
    code = serializers.CharField(allow_blank=True, help_text="Empty: the nation.")
    name_th = serializers.CharField(
        allow_null=True, help_text="Null: the nation, or bodies of a province in no district."
    )


class OverviewFigures(serializers.Serializer[object]):
    """All figures."""

    revenue = CentralRevenue()
    budget = CentralBudget()
    entries = CentralEntries()
    closing = CentralClosing()


class RevenueFigures(serializers.Serializer[object]):
    """Revenue alone."""

    revenue = CentralRevenue()


class BudgetFigures(serializers.Serializer[object]):
    """The budget alone."""

    budget = CentralBudget()


class ClosingFigures(serializers.Serializer[object]):
    """Closing alone."""

    closing = CentralClosing()


class OverviewPart(CentralArea):
    """A province of the nation, or a district of a province."""

    figures = OverviewFigures()


class RevenuePart(CentralArea):
    """See OverviewPart."""

    figures = RevenueFigures()


class BudgetPart(CentralArea):
    """See OverviewPart."""

    figures = BudgetFigures()


class ClosingPart(CentralArea):
    """See OverviewPart."""

    figures = ClosingFigures()


class _OfYear(serializers.Serializer[object]):
    fiscal_year = serializers.IntegerField()
    month = serializers.DateField(allow_null=True)
    reported_month = serializers.DateField()


class CentralOverview(_OfYear):
    """The figures of an area, and of each of its parts."""

    areas = CentralArea(many=True)
    figures = OverviewFigures()
    parts = OverviewPart(many=True)


class BudgetClass(CentralBudget):
    """A class of expenditure (งบ) from a source of money."""

    fund_source = serializers.CharField()
    expenditure_class = serializers.CharField(allow_blank=True)


class BudgetPlan(CentralBudget):
    """A plan (แผนงาน), over all sources of money."""

    plan = serializers.CharField(allow_blank=True)


class CentralBudgetExecution(_OfYear):
    """The budget and what was done with it."""

    areas = CentralArea(many=True)
    figures = BudgetFigures()
    classes = BudgetClass(many=True)
    plans = BudgetPlan(many=True)
    parts = BudgetPart(many=True)


class RevenueCategory(CentralRevenue):
    """A category (หมวดรายรับ)."""

    category = serializers.CharField(allow_blank=True)


class RevenueMonth(Standing):
    """What was collected in a month."""

    month = serializers.DateField()
    collected = Sum()


class CentralRevenueAnswer(_OfYear):
    """Revenue by category and by month."""

    areas = CentralArea(many=True)
    figures = RevenueFigures()
    categories = RevenueCategory(many=True)
    months = RevenueMonth(many=True)
    parts = RevenuePart(many=True)


class PositionFigures(serializers.Serializer[object]):
    """Position alone."""

    position = CentralPosition()


class PositionPart(CentralArea):
    """A province of the nation, or a district of a province."""

    figures = PositionFigures()


class PositionGroup(Standing):
    """A group of accounts, by the side on which it grows."""

    account_group = serializers.CharField(help_text="The first four digits of its accounts.")
    balance = Sum()


class PositionMonth(Standing):
    """The end of a month."""

    month = serializers.DateField()
    cash = Sum()
    liabilities = Sum()


class CentralPositionAnswer(_OfYear):
    """Cash and debts of an area and of each of its parts."""

    areas = CentralArea(many=True)
    figures = PositionFigures()
    groups = PositionGroup(many=True)
    months = PositionMonth(many=True)
    parts = PositionPart(many=True)


class CentralClosingProgress(_OfYear):
    """How far the bodies are with closing their months."""

    areas = CentralArea(many=True)
    figures = ClosingFigures()
    months = CentralMonthClosing(many=True)
    parts = ClosingPart(many=True)


class NationalRow(Standing):
    """An area, a part of it, or a body; its classes make its total, parts make the whole.

    Actual is what was collected or disbursed, planned what was estimated or budgeted.
    """

    is_whole = serializers.BooleanField()
    level = serializers.ChoiceField(choices=TABLE_LEVELS)
    code = serializers.CharField(allow_blank=True)
    name_th = serializers.CharField(allow_null=True)
    actual = Sum()
    planned = Sum()
    actual_by_class = serializers.ListField(child=Sum())
    planned_by_class = serializers.ListField(child=Sum())


class NationalTable(_OfYear):
    """Local finance as the statistics office prints it."""

    scheme = serializers.ChoiceField(choices=["revenue", "expenditure"])
    classes = serializers.ListField(
        child=serializers.CharField(),
        help_text="Keys of national_classes.csv, in the order of each row's amounts.",
    )
    rows = NationalRow(many=True)


class CentralBodyFigures(Standing):
    """The figures of one body; it has reported, or not."""

    collected = Sum()
    estimated = Sum()
    budget = Sum()
    disbursed = Sum()
    last_entry_at = serializers.DateTimeField(allow_null=True)


class CentralBody(serializers.Serializer[object]):
    """A body of the area."""

    code = serializers.CharField()
    kind = serializers.CharField()
    full_name_th = serializers.CharField()
    province_code = serializers.CharField()
    district_code = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=REGISTER_STATES)
    figures = CentralBodyFigures()


class CentralBodyPage(_OfYear):
    """Bodies by code."""

    items = CentralBody(many=True)
    next = serializers.CharField(allow_null=True)
