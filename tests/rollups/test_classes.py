"""Every category of revenue and every budget is in one class of the statistics office."""

import pytest

from accounting.data_files import rows_of
from tenants.rollups.classes import EXPENDITURE, REVENUE, class_of, national_classes


@pytest.mark.parametrize(
    ("scheme", "level", "classes"), [(REVENUE, "category", 7), (EXPENDITURE, "budget", 6)]
)
def test_each_code_has_one_class(scheme, level, classes):
    found = national_classes(scheme)
    assert len(found) == len({one.key for one in found}) == classes
    codes = [
        row["code"]
        for row in rows_of("budget_codes.csv")
        if (row["scheme"], row["level"]) == (scheme, level)
    ]
    assert sorted(code for one in found for code in one.codes) == sorted(codes)


def test_what_nobody_knows_is_with_the_rest():
    assert class_of(REVENUE, "411000") == "TAX"
    assert class_of(REVENUE, "") == class_of(EXPENDITURE, "999999") == "REST"
