"""The shapes of the budget: its documents, its lines, and the codes it is classified by."""

from rest_framework import serializers

from accounting.budget.rules import COLUMNS
from api.shapes.parts import Amount
from api.shapes.workflow import FlowDocument

_FIRST_YEAR, _LAST_YEAR = 2500, 2699  # B.E.


class LineOfOrdinance(serializers.Serializer[object]):
    """What a line is for, and its amount."""

    fund_source = serializers.CharField(max_length=16)
    plan = serializers.CharField(max_length=5)
    task = serializers.CharField(max_length=5)
    expenditure_type = serializers.CharField(max_length=6)
    project = serializers.CharField(max_length=100, required=False, allow_null=True)
    name = serializers.CharField(max_length=200)
    amount = Amount()
    explanation = serializers.CharField(max_length=500, required=False, allow_null=True)


class RevenueEstimate(serializers.Serializer[object]):
    """What is expected of a kind of revenue, by its account."""

    account = serializers.CharField(max_length=20)
    amount = Amount()


class NewOrdinance(serializers.Serializer[object]):
    """An annual ordinance; it takes effect with its fiscal year unless a day is said."""

    fiscal_year = serializers.IntegerField(min_value=_FIRST_YEAR, max_value=_LAST_YEAR)
    title = serializers.CharField(max_length=200)
    effective_on = serializers.DateField(required=False, allow_null=True)
    revenue_estimates = RevenueEstimate(many=True)
    lines = LineOfOrdinance(many=True)


class NewSupplementary(NewOrdinance):
    """A supplementary ordinance, and the day from which it counts."""

    effective_on = serializers.DateField()


class NewAppropriation(serializers.Serializer[object]):
    """Money outside the budget, and what lets it be spent: a resolution, a letter, a contract."""

    fiscal_year = serializers.IntegerField(min_value=_FIRST_YEAR, max_value=_LAST_YEAR)
    title = serializers.CharField(max_length=200)
    effective_on = serializers.DateField()
    authority = serializers.CharField(max_length=200)
    is_disaster = serializers.BooleanField(required=False)
    lines = LineOfOrdinance(many=True)


class NewItem(serializers.Serializer[object]):
    """A line that is not there yet; its money is that of the line it comes from."""

    plan = serializers.CharField(max_length=5)
    task = serializers.CharField(max_length=5)
    expenditure_type = serializers.CharField(max_length=6)
    project = serializers.CharField(max_length=100, required=False, allow_null=True)
    name = serializers.CharField(max_length=200)
    explanation = serializers.CharField(max_length=500, required=False, allow_null=True)


class NewTransfer(serializers.Serializer[object]):
    """A transfer to a line, or to a new item."""

    fiscal_year = serializers.IntegerField(min_value=_FIRST_YEAR, max_value=_LAST_YEAR)
    to = serializers.UUIDField(required=False, allow_null=True)
    new_item = NewItem(required=False, allow_null=True)
    amount = Amount()
    reason = serializers.CharField(max_length=300)
    changes_item = serializers.BooleanField(
        required=False, help_text="It changes an item's nature, quantity or quality (ข้อ 27)."
    )
    transferred_on = serializers.DateField(required=False, allow_null=True)

    def get_fields(self) -> dict[str, "serializers.Field[object, object, object, object]"]:
        """Return the fields, with the one that Python keeps for itself."""
        return {**super().get_fields(), "from": serializers.UUIDField()}


class NewExplanation(serializers.Serializer[object]):
    """A new text that says what a line is spent on."""

    budget_line = serializers.UUIDField()
    explanation = serializers.CharField(max_length=500)
    reason = serializers.CharField(max_length=300)
    changes_item = serializers.BooleanField(required=False)
    changed_on = serializers.DateField(required=False, allow_null=True)


class MovedLine(serializers.Serializer[object]):
    """What a line had available before and after."""

    line = serializers.UUIDField()
    before = Amount()
    after = Amount()


class BudgetDocument(FlowDocument):
    """A document of the budget: what was sent, and who decides by which clause."""

    request = serializers.DictField()
    estimated_revenue = Amount()
    budget_lines = serializers.ListField(child=serializers.UUIDField())
    moved = MovedLine(many=True)
    line_names = serializers.DictField(child=serializers.CharField())
    rule = serializers.CharField(allow_null=True)
    clause = serializers.CharField(allow_null=True)
    decided_by = serializers.CharField(allow_null=True)


class BudgetLine(serializers.Serializer[object]):
    """What may be spent for what, and what is left of it."""

    id = serializers.UUIDField()
    fiscal_year = serializers.IntegerField()
    fund_source = serializers.CharField()
    plan = serializers.CharField()
    task = serializers.CharField()
    expenditure_type = serializers.CharField()
    project = serializers.CharField(allow_null=True)
    name = serializers.CharField()

    def get_fields(self) -> dict[str, "serializers.Field[object, object, object, object]"]:
        """Return the fields, with the ten columns and what is available."""
        return {**super().get_fields(), **{name: Amount() for name in (*COLUMNS, "available")}}


class BudgetLinePage(serializers.Serializer[object]):
    """A page of budget lines."""

    items = BudgetLine(many=True)
    next = serializers.CharField(allow_null=True)


class LineCommitment(serializers.Serializer[object]):
    """What a document holds of the line, has bound or has spent."""

    document = serializers.UUIDField()
    kind = serializers.ChoiceField(["hold", "obligation", "disbursement"])
    description = serializers.CharField(allow_blank=True)
    number = serializers.CharField(allow_null=True)
    amount = Amount()
    drawn = Amount()
    released = Amount()
    open = Amount()


class LineMovement(serializers.Serializer[object]):
    """A movement of the line."""

    movement_no = serializers.IntegerField(min_value=1)
    kind = serializers.CharField()
    amount = Amount()
    day = serializers.DateField()
    document = serializers.UUIDField()
    document_kind = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    number = serializers.CharField(allow_null=True)
    recorded_at = serializers.DateTimeField()


class LineExplanation(serializers.Serializer[object]):
    """A version of what explains the line; the last one counts."""

    version = serializers.IntegerField(min_value=1)
    explanation = serializers.CharField()
    document = serializers.UUIDField()
    day = serializers.DateField(allow_null=True)


class BudgetLineDetail(BudgetLine):
    """A budget line with its commitments, movements and explanations."""

    commitments = LineCommitment(many=True)
    movements = LineMovement(many=True)
    explanations = LineExplanation(many=True)


class BudgetCode(serializers.Serializer[object]):
    """A code of the classification; revenue without a number goes by its account."""

    scheme = serializers.ChoiceField(["plan", "expenditure", "revenue", "fund_source"])
    code = serializers.CharField()
    name_th = serializers.CharField()
    name_en = serializers.CharField(allow_null=True)
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # not DRF's own
    level = serializers.CharField()
    account = serializers.CharField(allow_null=True)


class BudgetCodePage(serializers.Serializer[object]):
    """All codes of a fiscal year."""

    items = BudgetCode(many=True)
