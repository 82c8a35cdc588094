"""The edge asks the body's state first: before the request is read, whatever it says."""


def test_a_request_that_nobody_could_read_is_told_of_the_state(in_state, body, officer_of, api):
    token, path = officer_of(body).token, f"bodies/{body.code}/journal-entries"
    assert api.post(path, b"{", token=token).status_code == 400
    in_state("read_only")
    refused = api.post(path, b"{", token=token)
    assert (refused.status_code, refused.json()["code"]) == (409, "body_read_only")
    in_state("maintenance")
    answer = api.get(f"bodies/{body.code}/accounts?limit=x", token=token)
    assert (answer.status_code, answer.json()["code"]) == (503, "body_maintenance")


def test_the_state_is_told_to_officers_of_the_body_only(
    in_state, body, other_body, officer_of, api
):
    in_state("suspended")
    stranger = officer_of(other_body).token
    assert api.get(f"bodies/{body.code}", token=stranger).status_code == 404
    assert api.get(f"bodies/{body.code}").status_code == 401
