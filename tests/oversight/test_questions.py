"""The centre asks a body of its area, the body answers: a thread that only grows."""

import threading
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone
from psycopg.conninfo import make_conninfo

AT = "central/questions"


@pytest.fixture
def question(place):
    """Build a question to the place, due in a week."""

    def build(**changed):
        due = timezone.localdate() + timedelta(days=7)
        return {
            "body": place.code,
            "subject": "เงินขาดบัญชี",
            "text": "ขอคำชี้แจง\nตามเอกสาร",
            "reference": "JV-00001/70",
            "due_date": due.isoformat(),
            **changed,
        }

    return build


@pytest.fixture
def ask(api, tokens, question):
    """Ask the place something as a role; return the question's number."""

    def make(role="PROVINCE", **changed):
        answer = api.post(AT, question(**changed), token=tokens[role])
        assert answer.status_code == 201, answer.content
        return answer.json()["number"]

    return make


@pytest.fixture
def answer(api, place, tokens):
    def send(number, text="ชี้แจงแล้ว", role="FIN_DIRECTOR", **more):
        path = f"bodies/{place.code}/questions/{number}/answer"
        return api.post(path, {"text": text}, token=tokens[role], **more)

    return send


@pytest.fixture
def seen(api, tokens, place):
    """Return what a role sees, by number: of the centre or of the place."""

    def by_number(role, query="limit=1000", at=AT, token=None):
        found = api.get(f"{at}?{query}", token=tokens[role] if token is None else token)
        assert found.status_code == 200, found.content
        return {one["number"]: one for one in found.json()["items"]}

    return by_number


# Who asks, sees the centre's list, sees the body's list, and answers.
ALLOWED = {
    "DLA": (201, 200, 403, 403),
    "OAG": (201, 200, 403, 403),
    "PROVINCE": (201, 200, 403, 403),
    "DISTRICT": (201, 200, 403, 403),
    "FIN_DIRECTOR": (404, 404, 200, 200),
    "ACCOUNTANT": (404, 404, 200, 403),
    "nobody": (401, 401, 401, 401),
}


@pytest.mark.parametrize("role", ALLOWED)
def test_who_may_ask_see_and_answer(api, place, tokens, question, ask, answer, role):
    token, number = tokens[role], ask()
    answers = (
        api.post(AT, question(), token=token),
        api.get(AT, token=token),
        api.get(f"bodies/{place.code}/questions", token=token),
        answer(number, role=role),
    )
    assert tuple(one.status_code for one in answers) == ALLOWED[role]


def test_each_side_sees_its_own_questions_in_its_area(place, ask, seen, governor, neighbour):
    asked = {role: ask(role) for role in ("DLA", "OAG", "PROVINCE", "DISTRICT")}
    of_office = {
        "DLA": {"DLA", "PROVINCE", "DISTRICT"},
        "PROVINCE": {"PROVINCE", "DISTRICT"},
        "DISTRICT": {"DISTRICT"},
        "OAG": {"OAG"},
    }
    for role, sees in of_office.items():
        assert {of for of, number in asked.items() if number in seen(role)} == sees
    assert not set(asked.values()) & set(seen("", token=governor))
    assert set(asked.values()) <= set(seen("ACCOUNTANT", at=f"bodies/{place.code}/questions"))
    assert set(seen("DLA", f"body={neighbour.code}")) == set()


def test_another_bodys_question_is_none_of_a_body(api, ask, neighbour, officer_of):
    number, officer = ask("DLA"), officer_of(neighbour, "FIN_DIRECTOR")
    path = f"bodies/{neighbour.code}/questions"
    assert api.get(path, token=officer.token).json()["items"] == []
    said = api.post(f"{path}/{number}/answer", {"text": "ก"}, token=officer.token)
    assert said.status_code == 404


def test_nobody_asks_outside_of_their_area_and_all_reasons_are_told(
    api, tokens, question, governor, refused
):
    wrong = question(
        office="DLA", subject=" ก\u202e", text=" ", reference="5", due_date="2026-01-01"
    )
    assert refused(api.post(AT, wrong, token=tokens["PROVINCE"]), 422) == {
        "unknown_office /office",
        "not_in_area /body",
        "control_character /subject",
        "required /text",
        "bad_reference /reference",
        "already_over /due_date",
    }
    assert refused(api.post(AT, question(), token=governor), 422) == {"not_in_area /body"}
    absent = question(body="0000000")
    assert refused(api.post(AT, absent, token=tokens["DLA"]), 422) == {"not_in_area /body"}


def test_a_thread_goes_on_until_its_office_closes_it(api, tokens, ask, answer, seen, refused):
    number = ask("OAG")

    def state():
        return seen("OAG")[number]["state"]

    assert state() == "open"
    assert answer(number).status_code == 200
    assert state() == "answered"
    due = (timezone.localdate() + timedelta(days=30)).isoformat()
    again = {"text": "ขอหลักฐาน", "due_date": due}
    assert api.post(f"{AT}/{number}/ask-again", again, token=tokens["OAG"]).status_code == 200
    assert (state(), seen("OAG")[number]["due_date"]) == ("open", due)
    assert answer(number, "แนบแล้ว").status_code == 200
    done = {"text": "รับทราบ ยุติเรื่อง"}
    assert api.post(f"{AT}/{number}/close", done, token=tokens["OAG"]).status_code == 200
    assert refused(answer(number), 409) == {"closed"}
    assert refused(api.post(f"{AT}/{number}/close", done, token=tokens["OAG"]), 409) == {"closed"}
    thread = seen("OAG", "state=closed")[number]["steps"]
    assert [one["act"] for one in thread] == ["ask", "answer", "ask", "answer", "close"]
    assert thread[1]["position_th"] == "ผู้อำนวยการกองคลัง"
    assert all(one["officer_name_th"] and one["at"] for one in thread)


def test_only_the_office_that_asked_goes_on(api, tokens, ask, governor, refused):
    number = ask("DISTRICT")
    done, at = {"text": "ยุติ"}, f"{AT}/{number}/close"
    assert refused(api.post(at, done, token=tokens["PROVINCE"]), 409) == {"another_office"}
    for token in (tokens["OAG"], governor):
        assert api.post(at, done, token=token).status_code == 404
    assert api.post(f"{AT}/{2**63}/close", done, token=tokens["DLA"]).status_code == 404


def test_what_is_overdue_is_shown_as_such(ask, answer, seen):
    from tenants.models import Question, QuestionStep
    from tenants.oversight.question_rules import ASK

    late, in_time = ask(), ask()
    # A thread of last year: nobody can ask with a day that is past.
    old = Question.objects.get(id=late)
    old.id = None
    old.save(force_insert=True)
    step = QuestionStep.objects.get(question_id=late)
    QuestionStep.objects.create(
        question=old,
        step_no=1,
        act=ASK,
        text=step.text,
        due_date=timezone.localdate() - timedelta(days=1),
        officer_id=step.officer_id,
        position_th=step.position_th,
        at=step.at,
    )
    overdue = seen("PROVINCE", "state=overdue")
    assert old.id in overdue
    assert overdue[old.id]["is_overdue"]
    assert in_time not in overdue
    assert {old.id, in_time} <= set(seen("PROVINCE", "state=open"))
    assert answer(old.id).status_code == 200
    assert old.id not in seen("PROVINCE", "state=overdue")
    assert old.id in seen("PROVINCE", "state=answered")


def test_an_answer_is_written_once_and_recorded_in_the_books(place, ask, answer, seen, as_owner):
    number = ask()
    answers = [answer(number, key="an-answer-of-the-body") for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[1]["Idempotency-Hit"] == "true"
    assert len(seen("PROVINCE")[number]["steps"]) == 2
    with as_owner(place) as owner:
        query = "SELECT count(*) FROM audit_event WHERE action = %s AND subject = %s"
        assert owner.execute(query, ["question_answered", str(number)]).fetchone() == (1,)


def test_an_answer_whose_acknowledgement_was_lost_is_not_written_twice(
    place, ask, answer, seen, as_owner
):
    number = ask()
    answer(number, key="an-answer-that-was-lost")
    with as_owner(place) as owner:  # as if the books' transaction had not been committed
        owner.execute("DELETE FROM answered_request WHERE key = 'an-answer-that-was-lost'")
    assert answer(number, key="an-answer-that-was-lost").status_code == 200
    assert len(seen("PROVINCE")[number]["steps"]) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE question SET subject = 'x'",
        "DELETE FROM question",
        "UPDATE question_step SET text = 'x'",
        "DELETE FROM question_step",
    ],
)
def test_what_was_said_is_neither_changed_nor_deleted(ask, statement):
    from django.db import ProgrammingError, connection, transaction

    ask()
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("act = 'answer', due_date = NULL", "thread_begins_with_a_question"),
        ("due_date = NULL", "question_alone_is_due"),
        ("text = ''", "step_says_something"),
    ],
)
def test_the_database_holds_what_a_step_is(ask, owner_url, change, constraint):
    from django.db import connection

    number = ask()
    control = make_conninfo(owner_url, dbname=connection.settings_dict["NAME"])
    with (
        psycopg.connect(control) as owner,
        pytest.raises(psycopg.errors.CheckViolation, match=constraint),
    ):
        owner.execute(f"UPDATE question_step SET {change} WHERE question_id = {number}")


@pytest.mark.parametrize("step_no", [3, 4])
def test_the_database_takes_no_step_after_the_end_nor_one_out_of_turn(api, tokens, ask, step_no):
    from django.db import IntegrityError, connection, transaction

    number = ask("DLA")
    if step_no == 3:
        done = {"text": "ยุติ"}
        assert api.post(f"{AT}/{number}/close", done, token=tokens["DLA"]).status_code == 200
    with (
        pytest.raises(IntegrityError, match="does not follow"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            """INSERT INTO question_step
                      (question_id, step_no, act, text, officer_id, position_th, at)
               SELECT question_id, %s, 'answer', text, officer_id, position_th, at
                 FROM question_step WHERE question_id = %s AND step_no = 1""",
            [step_no, number],
        )


def test_of_answers_at_once_each_is_a_step_or_is_refused(ask, answer, seen):
    from django.db import connections

    number, statuses = ask(), []
    together = threading.Barrier(6)

    def work():
        together.wait()
        try:
            statuses.append(answer(number).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 409, 503}  # no connection is free: nothing was written
    steps = [one["step_no"] for one in seen("PROVINCE")[number]["steps"]]
    assert steps == list(range(1, 2 + statuses.count(200)))
