"""The nation's work is what the file says, and the mix of actions follows from it."""

import pytest

from loadtests import mix, model


@pytest.mark.parametrize("case", model.CASES)
def test_every_result_follows_from_the_inputs(case):
    computed = model.results(model.read("input", case))
    told = model.read("result", case)
    assert set(computed) == set(told)
    # The file rounds to three or more digits.
    assert computed == {name: pytest.approx(value, rel=0.012) for name, value in told.items()}


def test_as_many_documents_are_saved_as_the_year_end_saves():
    weights = mix.year_end()
    saved = sum(weights[key] for key in mix.SAVES_A_DOCUMENT)
    peak = model.results(model.read("input"))
    share = peak["docs_per_s_peak_hour_yearend"] / peak["actions_per_s_yearend_by_sessions"]
    assert saved / sum(weights.values()) == pytest.approx(share, rel=0.01)


@pytest.mark.parametrize(
    ("keys", "documents"),
    [({mix.ISSUE}, ["receipts_per_workday"]), ({mix.DRAW_UP}, ["dika_per_workday"])],
)
def test_receipts_and_vouchers_have_their_share_of_the_documents(keys, documents):
    given, weights = model.read("input"), mix.year_end()
    share = sum(weights[key] for key in keys) / sum(weights[key] for key in mix.SAVES_A_DOCUMENT)
    of_a_day = sum(given[name] for name in documents)
    assert share == pytest.approx(of_a_day / model.results(given)["docs_per_lao_day"], abs=0.005)


def test_officers_of_all_roles_together_do_the_mix():
    weights = mix.year_end()
    together: dict[str, float] = {}
    for role in mix.roles_of(weights):
        for key, weight in mix.mix_of(role, weights).items():
            together[key] = together.get(key, 0) + weight
    assert together == pytest.approx(weights)


def test_what_one_desk_leaves_another_takes():
    actions = mix.actions().values()
    left = {action.leaves for action in actions} - {""}
    taken = {action.takes for action in actions} - {"", "papers"}
    assert left == taken
    assert all(action.instead in mix.actions() for action in actions if action.takes)
