"""A deploy with nothing to migrate costs the same for one body and for all."""

from django.test.utils import CaptureQueriesContext
from django.utils import timezone


def test_a_fleet_that_is_there_costs_one_question_and_no_cell_is_asked():
    """This process has no owner's rights: a look into a cell would raise NotTheOwner."""
    from django.db import connections

    from tenants.releases import operations

    with CaptureQueriesContext(connections["default"]) as asked:
        result = operations.migrate_fleet(
            wishes=operations.Wishes(), clock=timezone.now, say=lambda _way: None
        )
    assert result.state == "done"
    assert len(asked) == 1
