"""Takes each guard away in turn, in a copy of the tree, and sees that a test notices.

    make prove-guards                     all of them
    python tests/prove_guards.py closed   those whose name has the word

A guard is told by the exact text that makes it. When the text is not found, the guard has moved and
this list must follow it: that is a failure too. So is a test that stays green.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv", "var", "build", "node_modules", "__pycache__", ".*_cache", ".hypothesis")
)
AT_ONCE = min(2, os.cpu_count() or 1)
PASSED, FAILED = 0, 1  # pytest's words for it; anything else is no verdict
Change = tuple[str, str, str]  # file, text, what stands there instead


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What is taken away, and the test that must notice."""

    name: str
    changes: tuple[Change, ...]
    test: str


API_ERRORS = "api/errors.py"
BREAKER = "tenants/backend/breaker.py"
GIVING = "tenants/provisioning/giving.py"
SHARED = "accounting/shared_schema/shared.sql"
PRELUDE = "tenants/backend/prelude.py"
BASE = "tenants/backend/base.py"
CONNECTION = "tenants/backend/connection.py"
ACCESS = "tenants/officers/access.py"
SIGN_IN = "tenants/officers/sign_in.py"
AUTHENTICATOR = "tenants/officers/second_step/authenticator.py"
PASSKEYS = "tenants/officers/second_step/passkeys.py"
PENDING = "tenants/officers/second_step/pending.py"
RECOVERY = "tenants/officers/second_step/recovery.py"
ROLES = "tenants/provisioning/roles.py"
FENCE = "tenants/moving/fence.py"
SWITCHING = "tenants/moving/switching.py"
MOVES = "lifecycle/test_moves.py"
RULES = "accounting/journal/rules.py"
DAILY = "accounting/daily_status/rules.py"
SLIPS = "accounting/remittances/rules.py"
REVENUE_TABLES = "accounting/migrations/0004_revenue.py"
LOADING = "tenants/archives/loading.py"
REFUSING = "tenants/archives/refusing.py"
SWAPPING = "tenants/moving/swapping.py"
VERIFICATION = "accounting/journal/verification.py"
WORKFLOW = "accounting/documents/workflow.py"
DOCUMENT_ROWS = "accounting/documents/rows.py"
POSTING_RULES = "accounting/posting_rules/rules.py"
KIT = "accounting/migrations/0002_kit.py"
OF_A_DOCUMENT = (
    "documents/test_kit.py::test_an_entry_that_a_document_made_is_sealed_with_it_and_verified"
)
VERIFYING = "tenants/fleet_health/verifying.py"
PAPERS = "accounting/journal/papers.py"
PAPER_TAMPERING = "disbursement/test_tampering.py::test_tampering_is_found_and_located"
RELEASES = "tenants/releases"
RELEASE_MEETS_MOVE = "releases/test_moves.py"
FLEET_MIGRATION = "releases/test_fleet_migration.py"
ASKED = "from django.http import HttpRequest\n"
DRAWINGS = "platform/portal/central"
LEDGER_FILES = "platform/portal/office/ledger_files.py"
TRIAL_BALANCE = "platform/portal/office/trial_balance.py"
WAITING = "accounting/documents/waiting.py"
PINNED = 'known_at = span.known.at or datetime.fromisoformat(page["complete_to"])'
PROXY = "nodes/test_proxy.py"
PROXY_RULES = "platform/openlaas/nodes/rules.py"
PROXY_CONFIGURATION = "platform/openlaas/nodes/configuration.py"
NO_ROLE = (PRELUDE, '        "role": role,\n', "")
LOGIN_HAS_ALL = (
    (ROLES, "LOGIN NOINHERIT", "LOGIN INHERIT"),
    (ROLES, "WITH INHERIT FALSE, SET TRUE", "WITH INHERIT TRUE, SET TRUE"),
)

BUDGET_OPERATIONS = "accounting/budget/operations.py"
BUDGET_LEDGER = "accounting/budget/ledger.py"
BUDGET_LOCK = "accounting/budget/budget_lock.sql"
BUDGET_SEAL = "accounting/budget/budget_seal.sql"
BUDGET_CHECKS = "accounting/budget/verification.py"
BUDGET_TABLES = "accounting/migrations/0003_budget.py"
ORDINANCES = "accounting/ordinances/operations.py"
ORDINANCE_RULES = "accounting/ordinances/rules.py"
TRANSFERS = "accounting/ordinances/transfers.py"
CONSUMING = "rollups/test_consuming.py"
CURSORS = "tenants/rollups/cursors.py"
CONSUMER = "tenants/rollups/consumer.py"
PASSED_BY = f"{CONSUMING}::test_what_another_consumer_holds_is_left_to_it_with_its_notices"

CENTRAL = "tenants/rollups/central.py"
WATCHING = "tenants/rollups/watching.py"
WATCHED = "rollups/test_central.py"
KEPT = "tenants/rollups/kept.py"
RANKING, RANKED = "tenants/rollups/central_ranking.py", "rollups/test_ranking.py"
COMPARISON, COMPARED = "tenants/rollups/central_comparison.py", "rollups/test_comparison.py"
COMPARING = "tenants/rollups/comparing.py"
PEERS, PEERED = "tenants/rollups/peers.py", "rollups/test_peers.py"
TOTALLED = "rollups/test_totals.py"

OVERSIGHT = "tenants/oversight"
ANNOUNCED = "oversight/test_announcements.py"
ASKED_OF = "oversight/test_questions.py"
CONTROL_PLANE = "tenants/provisioning/control_plane.py"
ACTIVITY = "tenants/rollups/activity.py"
ACTIVE = "rollups/test_activity.py"
SERVICE_TOLD = "tenants/service_levels/operations.py"
SERVICE_COUNTED = "tenants/service_levels/counting.py"
SERVICE = "service_levels/test_service_levels.py"
MASTER = "tenants/master_data"
MASTER_VERSIONS = "master_data/test_versions.py"
MASTER_RULES = "master_data/test_rules.py"

GUARDS = (
    Guard(
        name="oversight: nobody announces outside of their office's area",
        changes=((f"{OVERSIGHT}/operations.py", "AND (%(level)s = 'N' OR", "AND (true OR"),),
        test=f"{ANNOUNCED}::test_nobody_announces_outside_of_their_area_and_all_reasons_are_told",
    ),
    Guard(
        name="oversight: an announcement reaches the bodies that it is for alone",
        changes=(
            (
                f"{OVERSIGHT}/announcements.py",
                "WHEN 'P' THEN t.code = b.province_id",
                "WHEN 'P' THEN true",
            ),
        ),
        test=f"{ANNOUNCED}::test_bodies_of_the_area_hear_it_and_no_others",
    ),
    Guard(
        name="oversight: a province does not see what another announced",
        changes=(
            (
                f"{OVERSIGHT}/announcements.py",
                "WHEN 'P' THEN h.area = a.area OR",
                "WHEN 'P' THEN true OR",
            ),
        ),
        test=f"{ANNOUNCED}::test_bodies_of_the_area_hear_it_and_no_others",
    ),
    Guard(
        name="oversight: only its office withdraws an announcement",
        changes=((f"{OVERSIGHT}/rules.py", "if not facts.is_of_own_office:", "if False:"),),
        test=f"{ANNOUNCED}::test_only_its_office_withdraws_it_once_and_it_stays",
    ),
    Guard(
        name="oversight: those who watch do not say that a body has read",
        changes=(
            (
                "api/announcements.py",
                "    roles = body_roles()",
                '    roles = body_roles() | {"PROVINCE"}',
            ),
        ),
        test=f"{ANNOUNCED}::test_who_may_announce_and_who_has_read",
    ),
    Guard(
        name="oversight: a body reads what is for it alone",
        changes=(
            (
                f"{OVERSIGHT}/operations.py",
                "AND a.from_date <= %(today)s AND {IS_ADDRESSED.strip()}",
                "",
            ),
        ),
        test=f"{ANNOUNCED}::test_what_is_not_for_a_body_cannot_be_read_by_it",
    ),
    Guard(
        name="oversight: a key of the centre has one effect",
        changes=(
            (
                "api/idempotency.py",
                "            if kept := central_answers.claim(officer_id, asked):",
                "            if False:",
            ),
        ),
        test=f"{ANNOUNCED}::test_a_key_has_one_effect_and_a_refusal_is_remembered",
    ),
    Guard(
        name="oversight: what was announced is neither changed nor deleted",
        changes=(
            (CONTROL_PLANE, "REVOKE UPDATE, DELETE ON announcement,", "REVOKE UPDATE, DELETE ON"),
        ),
        test=f"{ANNOUNCED}::test_what_was_announced_is_neither_changed_nor_deleted",
    ),
    Guard(
        name="oversight: a body that has read is counted",
        changes=(
            (
                "tenants/migrations/0018_announcement_read_count.py",
                "SET bodies = kept.bodies + 1",
                "SET bodies = kept.bodies",
            ),
        ),
        test=f"{ANNOUNCED}::test_the_centre_sees_how_many_bodies_have_read_it",
    ),
    Guard(
        name="oversight: how many have read is counted by the database alone",
        changes=(
            (
                CONTROL_PLANE,
                "REVOKE INSERT, UPDATE, DELETE ON announcement_read_count",
                "REVOKE TRIGGER ON announcement_read_count",
            ),
        ),
        test=f"{ANNOUNCED}::test_what_was_announced_is_neither_changed_nor_deleted",
    ),
    Guard(
        name="oversight: no announcement runs as a script",
        changes=(
            (
                "platform/portal/templates/portal/parts/announcement_text.html",
                "{{ one.text|linebreaks }}",
                "{{ one.text|safe }}",
            ),
        ),
        test="oversight/test_announcement_pages.py"
        "::test_what_the_centre_announces_stands_at_home_until_it_was_read",
    ),
    Guard(
        name="oversight: each side sees its own questions",
        changes=((f"{OVERSIGHT}/questions.py", "ELSE q.role = h.role END", "ELSE true END"),),
        test=f"{ASKED_OF}::test_each_side_sees_its_own_questions_in_its_area",
    ),
    Guard(
        name="oversight: nobody sees questions of another area",
        changes=(
            (
                f"{OVERSIGHT}/questions.py",
                "WHEN 'P' THEN b.province_id = h.area",
                "WHEN 'P' THEN true",
            ),
        ),
        test=f"{ASKED_OF}::test_each_side_sees_its_own_questions_in_its_area",
    ),
    Guard(
        name="oversight: nobody asks outside of their office's area",
        changes=((f"{OVERSIGHT}/asking.py", '"P": office.area == province', '"P": True'),),
        test=f"{ASKED_OF}::test_nobody_asks_outside_of_their_area_and_all_reasons_are_told",
    ),
    Guard(
        name="oversight: a body answers what it was asked alone",
        changes=((f"{OVERSIGHT}/asking.py", 'seen="b.code = %(body)s"', 'seen="true"'),),
        test=f"{ASKED_OF}::test_another_bodys_question_is_none_of_a_body",
    ),
    Guard(
        name="oversight: who speaks for the body answers",
        changes=(
            (
                "api/questions.py",
                'question_rules.ANSWERERS if request.method == "POST" else body_roles()',
                "body_roles()",
            ),
        ),
        test=f"{ASKED_OF}::test_who_may_ask_see_and_answer",
    ),
    Guard(
        name="oversight: only the office that asked goes on",
        changes=(
            (
                f"{OVERSIGHT}/question_rules.py",
                "if facts.act != ANSWER and not facts.is_of_own_office:",
                "if False:",
            ),
        ),
        test=f"{ASKED_OF}::test_only_the_office_that_asked_goes_on",
    ),
    Guard(
        name="oversight: nothing is said in a thread that was closed",
        changes=((f"{OVERSIGHT}/question_rules.py", "if facts.last_act == CLOSE:", "if False:"),),
        test=f"{ASKED_OF}::test_a_thread_goes_on_until_its_office_closes_it",
    ),
    Guard(
        name="oversight: the database takes nothing after the end of a thread",
        changes=(
            (
                "tenants/migrations/0016_question.py",
                "AND last.act = 'close' THEN",
                "AND false THEN",
            ),
        ),
        test=f"{ASKED_OF}::test_the_database_takes_no_step_after_the_end_nor_one_out_of_turn",
    ),
    Guard(
        name="oversight: an answer sent again after a crash is not written twice",
        changes=((f"{OVERSIGHT}/asking.py", "    if is_done:", "    if False:"),),
        test=f"{ASKED_OF}::test_an_answer_whose_acknowledgement_was_lost_is_not_written_twice",
    ),
    Guard(
        name="oversight: what was asked and answered is neither changed nor deleted",
        changes=(
            (
                CONTROL_PLANE,
                "announcement_withdrawal, question, question_step",
                "announcement_withdrawal",
            ),
        ),
        test=f"{ASKED_OF}::test_what_was_said_is_neither_changed_nor_deleted",
    ),
    Guard(
        name="oversight: a month that was closed is not late",
        changes=((f"{OVERSIGHT}/late.py", "AND c.closed > 0)) AS late", "AND false)) AS late"),),
        test="oversight/test_late.py::test_what_is_closed_or_approved_is_not_late",
    ),
    Guard(
        name="readings: what a watcher asks for is written down",
        changes=((ACCESS, "WHERE found.roles && ARRAY", "WHERE false AND found.roles && ARRAY"),),
        test="api/test_access.py::test_what_a_watcher_reads_is_written_down_for_the_body_to_see",
    ),
    Guard(
        name="readings: nobody changes or deletes them",
        changes=(
            (
                "tenants/provisioning/control_plane.py",
                "REVOKE UPDATE, DELETE ON watchers_reading FROM {CONTROL_ROLE};",
                "",
            ),
        ),
        test="api/test_access.py::test_what_was_read_is_neither_changed_nor_deleted",
    ),
    Guard(
        name="centre: what one area is told is not kept for another",
        changes=(("tenants/rollups/answers.py", "orjson.dumps(known,", "orjson.dumps({},"),),
        test="rollups/test_answers.py::test_what_one_area_is_told_is_not_kept_for_another",
    ),
    Guard(
        name="fleet: the fleet is there for those who run it alone",
        changes=(("api/fleet.py", "if not request.user.runs_the_platform:", "if False:"),),
        test="api/test_fleet.py::test_to_all_others_there_is_no_fleet",
    ),
    Guard(
        name="fleet: whoever closed the system can open it",
        changes=(
            (
                "platform/openlaas/measures.py",
                " or request.path.startswith(_OF_OPERATORS)",
                "",
            ),
        ),
        test="api/test_fleet.py::test_whoever_closed_the_system_can_open_it",
    ),
    Guard(
        name="open data: a training body is in no file",
        changes=(("tenants/open_data/making.py", " WHERE NOT b.is_training ORDER", " ORDER"),),
        test="portal/test_open_data.py::test_a_training_body_is_in_no_file",
    ),
    Guard(
        name="open data: a reader is told when theirs is the newest",
        changes=(
            (
                "platform/portal/open_data.py",
                "if answer is not None and answer is not response:",
                "if False:",
            ),
        ),
        test="portal/test_open_data.py::test_a_file_is_sent_once_and_kept_by_caches",
    ),
    Guard(
        name="tables: what has no class is among the others",
        changes=(
            (
                "tenants/rollups/national.py",
                "coalesce(codes.class, '{rest}') AS class",
                "codes.class",
            ),
        ),
        test="rollups/test_national.py::test_children_make_their_parent_at_every_level",
    ),
    Guard(
        name="load: a deployment's certificate is checked",
        changes=(
            (
                "loadtests/scheduled/addresses.py",
                "ssl.create_default_context()",
                "ssl._create_unverified_context()",
            ),
        ),
        test="loadtests/test_scheduled.py::test_a_certificate_that_nobody_vouches_for_fails_each_request",
    ),
    Guard(
        name="centre: another's province is an absent one",
        changes=(
            (
                CENTRAL,
                "AND (%(nation)s AND %(province)s::text IS NOT NULL OR",
                "AND (%(province)s::text IS NOT NULL OR",
            ),
        ),
        test=f"{WATCHED}::test_each_sees_their_area_and_nothing_else",
    ),
    Guard(
        name="centre: another's district is an absent one",
        changes=((CENTRAL, "AND (%(nation)s OR d.province_id", "AND (true OR d.province_id"),),
        test=f"{WATCHED}::test_each_sees_their_area_and_nothing_else",
    ),
    Guard(
        name="centre: only the department's and the auditors' lack of an area is the nation",
        changes=(
            (
                WATCHING,
                "role in OF_THE_NATION and not province",
                "role and not province or role == 'PROVINCE'",
            ),
        ),
        test=f"{WATCHED}::test_each_sees_their_area_and_nothing_else",
    ),
    Guard(
        name="centre: an appointment counts today or not at all",
        changes=((WATCHING, "           AND {HELD_TODAY.strip()})", "           )"),),
        test=f"{WATCHED}::test_an_appointment_that_was_taken_away_shows_nothing_at_once",
    ),
    Guard(
        name="centre: a district within a whole province counts once",
        changes=((WATCHING, "if district and province not in provinces", "if district"),),
        test=f"{WATCHED}::test_several_appointments_are_their_union",
    ),
    Guard(
        name="centre: bodies are those of the area",
        changes=(
            (
                "tenants/rollups/central_bodies.py",
                "WHEN 'D' THEN b.district_id = w.area ELSE",
                "ELSE",
            ),
        ),
        test=f"{WATCHED}::test_bodies_are_those_of_the_area",
    ),
    Guard(
        name="centre: a month leaves out what is of later ones",
        changes=((CENTRAL, "OR starts_on <= %(month)s::date)", "OR true)"),),
        test=f"{WATCHED}::test_a_month_shows_what_had_been_by_its_end",
    ),
    Guard(
        name="compare: totals move with the figures they sum",
        changes=(
            (
                KEPT,
                "    add(TOTAL, ((one.body_id, totals_of(one.moved)) for one in ordered))\n",
                "",
            ),
        ),
        test=f"{TOTALLED}::test_totals_move_with_the_figures",
    ),
    Guard(
        name="compare: a wrong total is found",
        changes=(
            (
                "tenants/rollups/recompute.py",
                "drifts += _told(one, difference(_totals(added([all_known, moved])), totals))",
                "pass",
            ),
        ),
        test=f"{TOTALLED}::test_a_planted_wrong_total_is_found_and_repaired",
    ),
    Guard(
        name="compare: a wrong total is repaired with the figures as they are",
        changes=(
            (
                "tenants/rollups/recompute.py",
                "if moved := difference(_totals(known), totals):",
                "if False:",
            ),
        ),
        test=f"{TOTALLED}::test_a_planted_wrong_total_is_found_and_repaired",
    ),
    Guard(
        name="compare: a ranking is of the area's bodies",
        changes=(
            (
                RANKING,
                "(_OF_THE_NATION if is_nation else _OF_AN_AREA)",
                "_OF_THE_NATION",
            ),
        ),
        test=f"{RANKED}::test_a_ranking_holds_the_bodies_of_the_area_only",
    ),
    Guard(
        name="compare: a page begins behind the last, also among the same figures",
        changes=(
            (
                RANKING,
                "AND (k.{column}, k.body_id) {behind} (",
                "AND (k.{column}, k.body_id) {behind}= (",
            ),
        ),
        test=f"{RANKED}::test_pages_of_two_are_the_whole",
    ),
    Guard(
        name="compare: the same figure has the same rank, over pages",
        changes=((RANKING, "THEN %(after_rank)s", "THEN position"),),
        test=f"{RANKED}::test_pages_of_two_are_the_whole",
    ),
    Guard(
        name="compare: a training body is not ranked",
        changes=((RANKING, "WHERE NOT b.is_training AND k.{column}", "WHERE k.{column}"),),
        test=f"{RANKED}::test_a_training_body_is_not_ranked",
    ),
    Guard(
        name="compare: a cursor that no page made is refused",
        changes=((RANKING, '    if COLUMNS[by][1] == "integer":\n        _check(value)\n', ""),),
        test=f"{RANKED}::test_a_cursor_that_no_page_made_is_refused",
    ),
    Guard(
        name="compare: a body of another's area has no peers to show",
        changes=((COMPARISON, "WHEN 'P' THEN b.province_id = w.area", "WHEN 'P' THEN true"),),
        test=f"{COMPARED}::test_each_sees_the_peers_of_bodies_of_their_area_only",
    ),
    Guard(
        name="compare: what is out of line is of the area",
        changes=((RANKING, "(_OF_THE_NATION if is_nation else _OF_AN_AREA)", "_OF_THE_NATION"),),
        test=f"{COMPARED}::test_out_of_line_comes_the_gravest_first_and_page_by_page",
    ),
    Guard(
        name="compare: of few bodies nothing is told",
        changes=((PEERS, "if len(values) >= LEAST_PEERS", "if len(values) > 0"),),
        test=f"{PEERED}::test_of_few_bodies_nothing_is_told",
    ),
    Guard(
        name="compare: a class of size is not too small",
        changes=((PEERS, "len(ordered) // BODIES_OF_A_CLASS", "len(ordered)"),),
        test=f"{PEERED}::test_classes_are_of_equal_number_and_none_too_small",
    ),
    Guard(
        name="compare: what did not move is not written",
        changes=(
            (
                COMPARING,
                " WHERE (was.kind, was.size_class,",
                " WHERE true OR (was.kind, was.size_class,",
            ),
        ),
        test=f"{COMPARED}::test_what_did_not_move_is_not_written_again",
    ),
    Guard(
        name="compare: who is counted no more is compared no more",
        changes=((COMPARING, " WHERE b.is_counted ORDER BY b.body_id", " ORDER BY b.body_id"),),
        test=f"{COMPARED}::test_a_body_that_is_counted_no_more_is_compared_no_more",
    ),
    Guard(
        name="compare: a comparison is done when it is due",
        changes=((COMPARING, "if not before or now - before[0][0] >= BETWEEN:", "if True:"),),
        test=f"{COMPARED}::test_it_is_done_when_it_is_due_for_this_year_and_the_last",
    ),
    Guard(
        name="compare: last year counts only when it was closed",
        changes=((COMPARING, "CASE WHEN l.closed >= 12 THEN l.collected END", "l.collected"),),
        test=f"{COMPARED}::test_the_last_year_is_compared_only_when_it_was_closed",
    ),
    Guard(
        name="compare: what cannot be outweighs all else",
        changes=(("tenants/rollups/outliers.py", "SLIGHT = 10_000, 100, 1", "SLIGHT = 1, 100, 1"),),
        test="rollups/test_outliers.py::test_what_cannot_be_comes_first_and_outweighs_all_others",
    ),
    Guard(
        name="activity: a body leaves the minute in which it was active before",
        changes=((ACTIVITY, "_bodies(-1)", "_bodies(0)"),),
        test=f"{ACTIVE}::test_a_body_is_active_once_however_often_it_acts",
    ),
    Guard(
        name="activity: a body leaves the minute of the area that counted it",
        changes=((ACTIVITY, "told.append((before.area, {", "told.append((act.area, {"),),
        test=f"{ACTIVE}::test_provinces_are_the_nation_after_a_body_went_from_one_to_another",
    ),
    Guard(
        name="activity: what comes late makes nobody active again",
        changes=((ACTIVITY, "and act.last <= before.minute", "and False"),),
        test=f"{ACTIVE}::test_what_comes_late_counts_in_its_minute_and_makes_nobody_active_again",
    ),
    Guard(
        name="activity: a minute that was forgotten does not come back",
        changes=((ACTIVITY, "and before.minute >= minute_of(now - KEPT_MINUTES)", ""),),
        test=f"{ACTIVE}::test_minutes_are_forgotten_and_do_not_come_back",
    ),
    Guard(
        name="activity: a day counts a body once",
        changes=((ACTIVITY, "timezone.localdate(before.minute) < day", "True"),),
        test=f"{ACTIVE}::test_a_body_is_active_once_however_often_it_acts",
    ),
    Guard(
        name="activity: a sign-in that is counted again is the same",
        changes=(
            (
                ACTIVITY,
                "SET sign_ins = excluded.sign_ins\n        WHERE kept.sign_ins <>",
                "SET sign_ins = kept.sign_ins + excluded.sign_ins WHERE 0 <>",
            ),
        ),
        test=f"{ACTIVE}::test_a_sign_in_counts_once_where_its_officer_works",
    ),
    Guard(
        name="activity: books that are read anew have done nothing",
        changes=((ACTIVITY, "cursor.is_anew or cursor.area is None", "cursor.area is None"),),
        test=f"{ACTIVE}::test_books_that_are_read_anew_have_done_nothing",
    ),
    Guard(
        name="service: what cannot be told is told the next time",
        changes=((SERVICE_TOLD, "        served.put_back(taken)\n", ""),),
        test=f"{SERVICE}::test_what_cannot_be_told_is_told_the_next_time",
    ),
    Guard(
        name="service: a training body is in nobody's figures",
        changes=((SERVICE_TOLD, " AND NOT b.is_training,", ","),),
        test=f"{SERVICE}::test_a_training_body_is_in_nobodys_figures",
    ),
    Guard(
        name="service: what strangers ask is nobody's",
        changes=(
            ("tenants/service_levels/counting.py", "if status in _NOT_THE_BODYS:", "if False:"),
        ),
        test=f"{SERVICE}::test_what_strangers_ask_is_nobodys",
    ),
    Guard(
        name="service: codes that strangers invent do not fill the memory",
        changes=(
            (
                SERVICE_COUNTED,
                "if len(self._tallies) >= _MOST_BODIES:",
                "if False:",
            ),
        ),
        test=f"{SERVICE}::test_codes_that_strangers_invent_do_not_fill_the_memory",
    ),
    Guard(
        name="service: who is sent to sign in is no officer",
        changes=(
            (
                "platform/openlaas/observability.py",
                'or response.get("Location", "").startswith("/sign-in")',
                "or False",
            ),
        ),
        test=f"{SERVICE}::test_requests_of_officers_are_counted_and_others_not",
    ),
    Guard(
        name="master: another officer than its author approves a version",
        changes=(
            (
                f"{MASTER}/rules.py",
                "if facts.approves and facts.author_id == facts.officer_id:",
                "if False:",
            ),
        ),
        test=f"{MASTER_VERSIONS}::test_a_version_counts_when_another_officer_approved_it",
    ),
    Guard(
        name="master: the database too wants two officers and no gaps",
        changes=(
            (
                "tenants/migrations/0020_master_data.py",
                "IF NEW.number IS NULL THEN RETURN NEW; END IF;",
                "RETURN NEW;",
            ),
        ),
        test=f"{MASTER_VERSIONS}::test_the_database_itself_wants_two_officers_and_no_gaps",
    ),
    Guard(
        name="master: what is approved holds when it is approved",
        changes=(
            (
                f"{MASTER}/operations.py",
                "refusals += rules.row_refusals(facts)",
                "refusals += ()",
            ),
        ),
        test=f"{MASTER_VERSIONS}"
        "::test_what_held_when_it_was_proposed_must_hold_when_it_is_approved",
    ),
    Guard(
        name="master: a version is in a cell whole or not at all",
        changes=((f"{MASTER}/bringing.py", "    with cell.transaction():\n", "    if True:\n"),),
        test=f"{MASTER_VERSIONS}::test_killed_half_way_a_version_is_brought_again_whole",
    ),
    Guard(
        name="master: two that bring at once bring once",
        changes=(
            (
                f"{MASTER}/bringing.py",
                '        cell.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])\n',
                "",
            ),
        ),
        test=f"{MASTER_VERSIONS}::test_two_that_bring_at_once_bring_once",
    ),
    Guard(
        name="master: rows that were changed after approval are not brought",
        changes=(
            (f"{MASTER}/bringing.py", "if digest_of(version.rows) != version.sha256:", "if False:"),
        ),
        test=f"{MASTER_VERSIONS}::test_rows_that_were_changed_after_approval_are_not_brought",
    ),
    Guard(
        name="master: a release leaves what a version brought",
        changes=(
            (
                "tenants/provisioning/national.py",
                "DO UPDATE SET {changed} WHERE kept.of_version IS NULL",
                "DO UPDATE SET {changed}",
            ),
        ),
        test=f"{MASTER_VERSIONS}::test_a_file_of_the_program_leaves_what_a_version_brought",
    ),
    Guard(
        name="master: no web process changes a version",
        changes=((CONTROL_PLANE, "master_version, master_decision FROM", "master_arrival FROM"),),
        test=f"{MASTER_VERSIONS}::test_the_web_may_not_change_a_version",
    ),
    Guard(
        name="master: entries name an account from its first year",
        changes=(
            (
                "accounting/journal/rules.py",
                "elif _is_yet_to_come(account, facts.fiscal_year):",
                "elif False:",
            ),
        ),
        test=f"{MASTER_VERSIONS}::test_entries_name_an_account_from_its_first_year",
    ),
    Guard(
        name="master: an account that something names is not retired",
        changes=((f"{MASTER}/rules.py", "if code in trial.facts.named:", "if False:"),),
        test=f"{MASTER_RULES}::test_an_account_that_something_names_is_not_retired",
    ),
    Guard(
        name="master: it is the department's alone",
        changes=(
            (
                "api/master_data.py",
                "if not holds_the_department(watcher.held):",
                "if False:",
            ),
        ),
        test=f"{MASTER_VERSIONS}::test_master_data_is_the_departments",
    ),
    Guard(
        name="rollups: an event counts only after those before it",
        changes=(
            (
                "tenants/rollups/folding.py",
                "if event.event_no != after + len(following) + 1:",
                "if event.event_no <= after:",
            ),
        ),
        test=f"{CONSUMING}::test_a_lower_number_that_commits_late_is_waited_for",
    ),
    Guard(
        name="rollups: figures are not complete while an event waits behind a gap",
        changes=((CONSUMER, "if is_behind_a_gap or len(follow)", "if len(follow)"),),
        test=f"{CONSUMING}::test_a_lower_number_that_commits_late_is_waited_for",
    ),
    Guard(
        name="rollups: a cursor that another consumer holds is passed by",
        changes=((CURSORS, "   FOR UPDATE SKIP LOCKED\n", "   FOR UPDATE NOWAIT\n"),),
        test=PASSED_BY,
    ),
    Guard(
        name="rollups: notices of what another consumer holds stay",
        changes=((CONSUMER, "work.more |= _held_by_others(body_ids, name, work.seen)", "pass"),),
        test=PASSED_BY,
    ),
    Guard(
        name="rollups: notices go when they were followed, and not before",
        changes=(
            (
                CONSUMER,
                "SELECT id, body_code, about FROM shared.notice ORDER BY id LIMIT %s",
                "DELETE FROM shared.notice WHERE %s > 0 RETURNING id, body_code, about",
            ),
        ),
        test=f"{CONSUMING}::test_killed_at_any_step_it_counts_once",
    ),
    Guard(
        name="rollups: figures and cursor move together",
        changes=(
            (
                CONSUMER,
                "        with transaction.atomic(using=CONTROL):\n            held",
                "        if True:\n            held",
            ),
        ),
        test=f"{CONSUMING}::test_what_fails_half_way_leaves_nothing",
    ),
    Guard(
        name="rollups: other books are read anew",
        changes=(
            (
                CURSORS,
                "IS DISTINCT FROM (p.id, p.generation, {_AREA})",
                "IS DISTINCT FROM (r.place_id, r.generation, {_AREA})",
            ),
        ),
        test="rollups/test_recompute.py::test_books_begun_anew_have_figures_of_their_own",
    ),
    Guard(
        name="rollups: a training body is in no area",
        changes=((CURSORS, "area=register if is_counted else None", "area=register"),),
        test=f"{CONSUMING}::test_a_training_body_has_figures_and_is_in_no_area",
    ),
    Guard(
        name="rollups: what is pending is added to the areas once",
        changes=(
            (
                "tenants/rollups/areas.py",
                'return run("DELETE FROM rollup_pending WHERE id = ANY (%s)", [ids])',
                "return len(ids)",
            ),
        ),
        test=f"{CONSUMING}::test_what_is_posted_is_in_the_figures_of_the_body_and_its_areas",
    ),
    Guard(
        name="rollups: what a notice waits for is no drift",
        changes=(
            (
                "tenants/rollups/recompute.py",
                "if cell.execute(_IS_NOTICED, [cursor.code]).fetchone() is None:",
                "if True:",
            ),
        ),
        test="rollups/test_recompute.py::test_what_is_on_its_way_is_no_drift",
    ),
    Guard(
        name="rollups: a posting leaves a notice",
        changes=(
            (
                "accounting/journal/posting.sql",
                "INSERT INTO shared.notice (body_code, about) VALUES (%(body_code)s::varchar,",
                "SELECT (%(body_code)s::varchar,",
            ),
        ),
        test=f"{CONSUMING}::test_a_second_consumer_adds_nothing",
    ),
    Guard(
        name="rollups: a document leaves a notice",
        changes=(
            (
                DOCUMENT_ROWS,
                "SELECT body_code, %(kind)s FROM body_identity",
                "SELECT body_code, %(kind)s FROM body_identity WHERE false",
            ),
        ),
        test="rollups/test_copied.py::test_a_draft_is_unfinished_until_it_is_cancelled",
    ),
    Guard(
        name="rollups: a closed day leaves a notice",
        changes=(
            (
                "accounting/closing/days.py",
                "SELECT body_code, 'PERIOD' FROM body_identity",
                "SELECT body_code, 'PERIOD' FROM body_identity WHERE false",
            ),
        ),
        test="rollups/test_copied.py::test_a_day_closed_to_cash_is_known",
    ),
    Guard(
        name="registers: only their keepers write in them, on pages too",
        changes=(
            ("platform/portal/flow/registers.py", "visit.access.roles & self.keepers)", "True)"),
        ),
        test="portal/test_master_data.py::test_whoever_keeps_it_not_reads_it_only",
    ),
    Guard(
        name="registers: only their keepers retire, on pages too",
        changes=(
            (
                "platform/portal/flow/registers.py",
                "if not visit.access.roles & register.keepers:",
                "if False:",
            ),
        ),
        test="portal/test_master_data.py::test_whoever_keeps_it_not_reads_it_only",
    ),
    Guard(
        name="names: a number that two documents have names neither",
        changes=(("api/names.py", "if len(found) > 1:", "if False:"),),
        test="disbursement/test_names.py::test_a_number_that_two_documents_have_names_neither",
    ),
    Guard(
        name="vouchers: the year's end",
        changes=(
            (
                "accounting/disbursement/year_end.py",
                "if fiscal_year_of(day) > fiscal_year:",
                "if False:",
            ),
        ),
        test="disbursement/test_year_end.py::test_no_step_is_taken_when_the_year_is_over_and_the_budget_comes_back",
    ),
    Guard(
        name="vouchers: what charges no budget is warned of in no year's name",
        changes=(
            (
                WAITING,
                "WHERE id = ranked.id AND content ->> 'line' IS NOT NULL",
                "WHERE id = ranked.id",
            ),
        ),
        test="disbursement/test_year_end.py::test_home_and_the_voucher_itself_warn_of_what_lapses",
    ),
    Guard(
        name="vouchers: a deposit waits for ever",
        changes=(
            (
                "accounting/disbursement/operations.py",
                'if contents.content["line"] and contents.fiscal_year:',
                "if contents.fiscal_year:",
            ),
        ),
        test="disbursement/test_year_end.py::test_what_gives_a_deposit_back_never_lapses",
    ),
    Guard(
        name="contracts: an annex that leaves nothing to deliver completes",
        changes=(("accounting/contracts/rules.py", '"completed" if amount == accepted else ', ""),),
        test="disbursement/test_refusals.py"
        "::test_an_annex_that_leaves_nothing_to_deliver_completes_the_contract",
    ),
    Guard(
        name="days: what the bank has and the book has not keeps a day open",
        changes=(("accounting/daily_status/queries.py", ", ('BANKCR', 'draft')", ""),),
        test="revenue/test_daily_status.py::test_a_day_does_not_close_while_the_bank_has_money_that_the_book_has_not",
    ),
    Guard(
        name="days: a cheque report that is not signed keeps its day open",
        changes=(
            (
                "accounting/daily_status/queries.py",
                "('CHQRPT', 'draft'), ('CHQRPT', 'approved')",
                "('CHQRPT', 'none')",
            ),
        ),
        test="disbursement/test_day_of_payment.py",
    ),
    Guard(
        name="waiting: what is drawn up waits in its contract's stead",
        changes=((WAITING, "coalesce(drawn_up.amount < d.amount, true)", "true"),),
        test="disbursement/test_transitions.py::test_a_contract_waits_for_its_inspectors_while_something_is_to_be_inspected",
    ),
    Guard(
        name="budget: a unit without one makes no ordinance",
        changes=((ORDINANCE_RULES, "if not has_budget:", "if False:"),),
        test="budget/test_enterprise.py::test_a_unit_without_a_budget_of_its_own_makes_no_ordinance",
    ),
    Guard(
        name="bank files: none while anything is wrong",
        changes=(
            ("accounting/cheques/queries.py", "        if self.refusals:\n", "        if False:\n"),
        ),
        test="disbursement/test_papers.py::test_no_file_is_made_while_anything_is_wrong_and_all_of_it_is_told",
    ),
    Guard(
        name="bank files: none that pays nobody",
        changes=(("accounting/cheques/queries.py", "if not self.rows_of(product):", "if False:"),),
        test="disbursement/test_papers.py::test_a_product_that_pays_nobody_has_no_file",
    ),
    Guard(
        name="papers: the order by which somebody signs",
        changes=(
            ("platform/papers/signatures.py", "orders.in_words(one.order) if one.order", "'' if 1"),
        ),
        test="portal/test_report_files.py::test_who_acts_for_another_is_printed_with_both_positions_and_the_order",
    ),
    Guard(
        name="revenue: what was given up is named no more",
        changes=(
            (
                "accounting/remittances/queries.py",
                'if state != "cancelled"',
                "if state",
            ),
        ),
        test="revenue/test_pages.py::test_a_receipt_names_the_slip_that_stands_and_none_that_was_given_up",
    ),
    Guard(
        name="payees: whoever asks for the money keeps nobody's account",
        changes=(
            (
                "accounting/parties/rules.py",
                '"payee": frozenset({"FIN_OFFICER"',
                '"payee": frozenset({"COLLECTOR", "FIN_OFFICER"',
            ),
        ),
        test="api/test_registers.py::test_each_register_has_its_keepers_and_every_member_reads",
    ),
    # --- who is sent away ---
    Guard(
        name="measures: one that has ended keeps nobody out",
        changes=(
            (
                "tenants/admission/measures.py",
                "(measure.until and measure.until <= now)",
                "False",
            ),
        ),
        test="admission/test_measures.py::test_a_measure_ends_by_itself",
    ),
    Guard(
        name="measures: a closed group gets no token",
        changes=(("tenants/officers/sign_in.py", "if sent is not None:", "if False:"),),
        test="admission/test_measures_in_force.py"
        "::test_a_closed_group_is_told_when_it_opens_and_who_is_inside_stays",
    ),
    Guard(
        name="measures: what was known stays in force while the control plane is away",
        changes=(
            (
                "tenants/admission/policy.py",
                "except psycopg.Error as error:",
                "except OSError as error:",
            ),
        ),
        test="admission/test_measures_in_force.py"
        "::test_what_was_known_stays_in_force_while_the_control_plane_is_away",
    ),
    Guard(
        name="measures: a form that meets a body's turn keeps what was typed",
        changes=(("platform/openlaas/measures.py", "_KEEPS = What.READ_ONLY", "_KEEPS = None"),),
        test="admission/test_measures_in_force.py"
        "::test_a_body_is_read_alone_in_its_turn_and_nothing_typed_is_lost",
    ),
    Guard(
        name="measures: health and files are always answered",
        changes=(("platform/openlaas/measures.py", "if kind in _ALWAYS:", "if False:"),),
        test="admission/test_measures_in_force.py::test_everything_is_closed_but_health_and_files",
    ),
    Guard(
        name="measures: one of a kind is in force",
        changes=(
            (
                "tenants/admission/policy.py",
                "        _end(asked.what, ended_by=set_by, now=now)\n",
                "",
            ),
        ),
        test="admission/test_measures_in_force.py"
        "::test_a_measure_of_a_kind_is_in_force_once_and_its_past_is_kept",
    ),
    Guard(
        name="the waiting room: nobody makes up a ticket",
        changes=(
            (
                "platform/openlaas/waiting.py",
                "return int(_SIGNER.unsign(told, max_age=_TICKET_SECONDS))",
                'return int(told.partition(":")[0])',
            ),
        ),
        test="admission/test_waiting_room.py::test_a_program_sends_its_ticket_back_and_nobody_makes_one_up",
    ),
    Guard(
        name="the waiting room: a ticket is good once",
        changes=(
            (
                "tenants/admission/waiting_room.py",
                'self._together.command("ZREM", "room:called", ticket)',
                "pass",
            ),
        ),
        test="admission/test_waiting_room.py::test_a_ticket_is_good_once",
    ),
    Guard(
        name="the waiting room: it is full when it is full",
        changes=(
            (
                "tenants/admission/line.lua",
                "math.floor(allowed), tail - serving, room",
                "math.floor(allowed), tail - serving",
            ),
        ),
        test="admission/test_waiting_room.py::test_no_more_are_called_than_have_room",
    ),
    Guard(
        name="the waiting room: nobody is called while work waits",
        changes=(("tenants/admission/line.lua", "if ARGV[5] == '1' then", "if true then"),),
        test="admission/test_waiting_room.py::test_nobody_is_called_while_work_waits",
    ),
    Guard(
        name="the waiting room: who signs in waits for his turn",
        changes=(("platform/openlaas/waiting.py", "if place.is_called else", "if True else"),),
        test="admission/test_waiting_room.py::test_officers_sign_in_by_turns_and_who_is_inside_works_on",
    ),
    Guard(
        name="leases: so many and no more",
        changes=(("tenants/admission/lease.lua", ">= tonumber(ARGV[3])", "> tonumber(ARGV[3])"),),
        test="admission/test_leases.py::test_of_twenty_at_once_exactly_so_many_get_one",
    ),
    Guard(
        name="leases: they are given back when the work fails",
        changes=(
            (
                "tenants/admission/leases.py",
                (
                    "            with contextlib.suppress(RedisAway):  # it ends by itself\n"
                    '                self._together.command("ZREM", key, name)'
                ),
                "            pass",
            ),
        ),
        test="admission/test_leases.py::test_a_lease_is_given_back_when_the_work_fails",
    ),
    Guard(
        name="leases: a killed process's end by themselves",
        changes=(
            (
                "tenants/admission/lease.lua",
                "redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])\n",
                "",
            ),
        ),
        test="admission/test_leases.py::test_the_lease_of_a_process_that_was_killed_ends_by_itself",
    ),
    Guard(
        name="overload: less may not be done when more is asked",
        changes=(
            (
                "loadtests/profiles.py",
                "before=before[name])",
                "before=0)",
            ),
        ),
        test="loadtests/test_day_gates.py::test_as_much_is_done_under_overload_as_at_the_peak",
    ),
    Guard(
        name="admission: who has given up is not worked for",
        changes=(
            (
                "tenants/admission/door.py",
                "if waited_seconds > self._limits.deadline_seconds[rank]:",
                "if False:",
            ),
        ),
        test="admission/test_door.py::test_the_api_is_told_when_to_come_again",
    ),
    Guard(
        name="admission: a rank goes before the next",
        changes=(("tenants/admission/rules.py", "return rank * GROUPS + ", "return 0 + "),),
        test="admission/test_rules.py::test_reports_go_first_then_imports_then_signing_in_and_work_last",
    ),
    Guard(
        name="admission: a password never stands in a page",
        changes=(
            (
                "platform/openlaas/admission.py",
                "is_work = body_of(request.path) is not None",
                "is_work = True",
            ),
        ),
        test="admission/test_door.py::test_a_password_never_stands_in_a_page",
    ),
    Guard(
        name="admission: a form that is sent away keeps what was typed",
        changes=(
            (
                "platform/openlaas/admission.py",
                "is_work = body_of(request.path) is not None",
                "is_work = False",
            ),
        ),
        test="admission/test_door.py::test_what_was_typed_stands_in_the_answer_to_be_sent_again",
    ),
    Guard(
        name="passwords: no more are checked than leave a thread to work",
        changes=(
            (
                "tenants/officers/passwords.py",
                "if self._taken >= settings.PASSWORDS_AT_ONCE:",
                "if False:",
            ),
        ),
        test="admission/test_door.py::test_no_more_passwords_are_checked_than_leave_a_thread_to_work",
    ),
    # --- the proxy ---
    Guard(
        name="nodes: nobody but a trusted proxy says who asks",
        changes=((PROXY_RULES, 'yield f"http-request del-header {header}{unless}"', "pass"),),
        test=f"{PROXY}::test_nobody_but_a_trusted_proxy_says_who_asks",
    ),
    Guard(
        name="nodes: a posting is never sent to a second process",
        changes=((PROXY_RULES, '"http-request disable-l7-retry unless"', '"# unless"'),),
        test=f"{PROXY}::test_who_reads_is_sent_on_when_a_process_dies_and_who_posts_is_told",
    ),
    Guard(
        name="nodes: what has not come yet takes no thread",
        changes=((PROXY_CONFIGURATION, '    yield "    option http-buffer-request"\n', ""),),
        test=f"{PROXY}::test_what_has_not_come_yet_takes_no_thread",
    ),
    Guard(
        name="nodes: a body does not take all",
        changes=((PROXY_RULES, "sc0_conn_cur gt {limits.body_at_once}", "sc0_conn_cur gt 9999"),),
        test=f"{PROXY}::test_a_body_that_asks_too_much_at_once_is_sent_away",
    ),
    Guard(
        name="nodes: what a process counts is not for the public",
        changes=((PROXY_RULES, "-m str /metrics }", "-m str /nothing }"),),
        test=f"{PROXY}::test_what_a_process_counts_is_not_for_the_public",
    ),
    Guard(
        name="nodes: a posting leaves the queue first",
        changes=((PROXY_RULES, "set-priority-class int({number})", "set-priority-class int(0)"),),
        test=f"{PROXY}::test_a_posting_leaves_the_queue_before_a_reading",
    ),
    Guard(
        name="nodes: bodies are sent away as the queue grows",
        changes=((PROXY_RULES, "var(txn.shut),add(txn.group)", "int(0)"),),
        test=f"{PROXY}::test_as_the_queue_grows_bodies_are_sent_away_whole_by_their_groups",
    ),
    Guard(
        name="nodes: the groups of bodies change with the hour, as the processes' do",
        changes=((PROXY_RULES, "concat(/,txn.hour)", "concat(/)"),),
        test=f"{PROXY}::test_as_the_queue_grows_bodies_are_sent_away_whole_by_their_groups",
    ),
    Guard(
        name="nodes: a form of a page is taken longer than anything else",
        changes=((PROXY_RULES, "(GROUPS + _POSTINGS_AHEAD, _is", "(_POSTINGS_AHEAD, _is"),),
        test=f"{PROXY}::test_a_form_is_taken_where_its_list_is_not_and_signing_in_ends_first",
    ),
    Guard(
        name="nodes: signing in ends first",
        changes=((PROXY_RULES, "var(txn.shut),mul(2) if", "var(txn.shut),mul(1) if"),),
        test=f"{PROXY}::test_a_form_is_taken_where_its_list_is_not_and_signing_in_ends_first",
    ),
    Guard(
        name="admission: a report may wait longer than a reading",
        changes=(("tenants/admission/rules.py", "Rank.REPORT: 5.0}", "Rank.REPORT: 1.0}"),),
        test="admission/test_rules.py::test_a_report_may_wait_longer_than_a_reading_before_it_is_overload",
    ),
    Guard(
        name="nodes: a slip of the pen in the description is told",
        changes=(
            ("platform/openlaas/nodes/description.py", "    reader.complain_of_the_rest()\n", ""),
        ),
        test="nodes/test_description.py::test_everything_that_is_wrong_is_told_at_once",
    ),
    Guard(
        name="nodes: the last that serves is not taken away",
        changes=(
            (
                "platform/openlaas/nodes/control.py",
                "if not any(other.is_ready for other in others):",
                "if False:",
            ),
        ),
        test="nodes/test_control.py::test_the_last_that_serves_is_not_taken_away",
    ),
    # --- over-payments ---
    Guard(
        name="over-payments: no more is recovered than was paid",
        changes=(("accounting/receivables/rules.py", "elif draft.amount > left:", "elif False:"),),
        test="disbursement/test_overpayments.py::test_no_more_is_recovered_than_was_paid_whoever_asks_second",
    ),
    Guard(
        name="over-payments: a later year's money is no budget of the old one",
        changes=(
            (
                "accounting/receipts/recovered.py",
                "if year == fiscal_year_of(day):",
                "if True:",
            ),
        ),
        test="disbursement/test_overpayments.py::test_what_comes_back_in_a_later_year_is_no_budget_of_the_old_one",
    ),
    Guard(
        name="over-payments: what is spent by now is not taken back",
        changes=(
            (
                BUDGET_OPERATIONS,
                'pointer="")\n        now.take_back',
                'pointer="") if False else None\n        now.take_back',
            ),
        ),
        test="disbursement/test_overpayments.py::test_a_receipt_is_not_undone_when_its_money_is_spent_again",
    ),
    # --- the budget ---
    Guard(
        name="waiting: nobody is asked to sign what they made",
        changes=((WAITING, "AND s.action = ANY(duty.differs_from)", "AND false"),),
        test="documents/test_waiting.py::test_ones_own_does_not_wait_unless_an_order_lets_one",
    ),
    Guard(
        name="waiting: what was signed waits for others alone",
        changes=((WAITING, "AND s.action = duty.action\n", "AND false\n"),),
        test="documents/test_waiting.py::test_what_one_signed_among_several_waits_for_the_others",
    ),
    Guard(
        name="years: one ahead is enough",
        changes=(("accounting/closing/rules.py", "latest > this_year:", "False:"),),
        test="portal/test_registers.py::test_no_year_is_opened_two_ahead",
    ),
    Guard(
        name="budget: no more than is left is promised",
        changes=((BUDGET_LEDGER, "if self.asked[place] > left:", "if False:"),),
        test="budget/test_commitments.py",
    ),
    Guard(
        name="budget: amounts of one line are counted together",
        changes=((BUDGET_LEDGER, "self.asked.get(place, money.ZERO) + amount", "amount"),),
        test="budget/test_commitments.py::test_every_reason_is_told_at_once_and_nothing_is_written",
    ),
    Guard(
        name="budget: a line is held while it is decided on",
        changes=((BUDGET_LOCK, " ORDER BY l.id FOR UPDATE OF l;", " ORDER BY l.id;"),),
        test="budget/test_last_baht.py::test_who_comes_second_waits_for_the_first_and_is_refused",
    ),
    Guard(
        name="budget: a commitment is held while it is decided on",
        changes=(
            (BUDGET_LOCK, " ORDER BY l.id FOR UPDATE OF l;", " ORDER BY l.id;"),
            (BUDGET_LOCK, "line_id, kind FOR UPDATE", "line_id, kind"),
        ),
        test="budget/test_last_baht.py::test_who_comes_second_waits_for_the_first_and_is_refused",
    ),
    Guard(
        name="budget: movements follow one another",
        changes=((BUDGET_SEAL, 'SELECT "only" FROM budget_head FOR UPDATE;', "SELECT 1;"),),
        test="budget/test_commitments.py::test_many_at_once_are_numbered_one_after_another",
    ),
    Guard(
        name="budget: a line is spent in its own year",
        changes=((BUDGET_LEDGER, "fiscal_year_of(self.day) if of_the_day else ", ""),),
        test="budget/test_commitments.py::test_a_line_is_spent_in_its_own_open_year",
    ),
    Guard(
        name="budget: a restored disbursement goes where it came from",
        changes=((BUDGET_OPERATIONS, "if one.of_document is not None:", "if False:"),),
        test="budget/test_commitments.py::test_a_disbursement_is_restored_into_what_it_came_from",
    ),
    Guard(
        name="budget: the database lets no line be overdrawn",
        changes=((BUDGET_TABLES, '("available__gte", 0)', '("available__gte", -1000000)'),),
        test="database/test_budget.py::test_a_line_is_never_overdrawn",
    ),
    Guard(
        name="budget: movements are never changed",
        changes=(
            (
                BUDGET_TABLES,
                "BEFORE UPDATE OR DELETE ON budget_movement",
                "BEFORE UPDATE OF day ON budget_movement",
            ),
        ),
        test="database/test_posted_rows_stay.py",
    ),
    Guard(
        name="budget: a line keeps its purpose",
        changes=((BUDGET_TABLES, "BEFORE DELETE OR UPDATE OF id, ", "BEFORE UPDATE OF id, "),),
        test="database/test_posted_rows_stay.py",
    ),
    Guard(
        name="budget: the chain is verified",
        changes=((BUDGET_CHECKS, "WHERE hash IS DISTINCT FROM expected", "WHERE false"),),
        test="journal/test_budget_tampering.py",
    ),
    Guard(
        name="budget: columns are verified",
        changes=((BUDGET_CHECKS, "         WHERE differs", "         WHERE false"),),
        test="journal/test_budget_tampering.py",
    ),
    Guard(
        name="budget: commitments are verified",
        changes=((BUDGET_CHECKS, "WHERE open IS DISTINCT FROM moved", "WHERE false"),),
        test="journal/test_budget_tampering.py",
    ),
    Guard(
        name="budget: columns are verified against what documents hold",
        changes=(
            (
                BUDGET_CHECKS,
                "OR (l.reserved, l.obligated, l.disbursed) IS DISTINCT FROM",
                "OR (0, 0, 0) IS DISTINCT FROM",
            ),
            (
                BUDGET_CHECKS,
                "(coalesce(c.reserved, 0), coalesce(c.obligated, 0), coalesce(c.disbursed, 0))",
                "(0, 0, 0)",
            ),
        ),
        test="disbursement/test_tampering.py",
    ),
    *(
        Guard(name=f"papers: {name}", changes=((PAPERS, *change),), test=PAPER_TAMPERING)
        for name, change in {
            "numbers without gap are verified": (
                "AS numbered\n         WHERE no <> previous + 1",
                "AS numbered\n         WHERE false",
            ),
            "series are verified": (
                "WHERE s.last_no IS DISTINCT FROM t.last_no",
                "WHERE false",
            ),
            "open items are verified against their movements": (
                "WHERE i.id IS NULL\n            OR (i.settled",
                "WHERE false AND (i.settled",
            ),
            "open items are verified against entries": (
                "OR (moved <> coalesce(",
                "OR (false AND moved <> coalesce(",
            ),
            "vouchers are verified against their documents": (
                "WHERE (v.gross = d.amount) IS NOT TRUE",
                "WHERE false AND (v.gross = d.amount) IS NOT TRUE",
            ),
            "payments are verified against entries": (
                "WHERE meant <> coalesce(paid, 0)",
                "WHERE false",
            ),
            "cheques are verified against vouchers": (
                "HAVING count(c.id) <> CASE",
                "HAVING false AND count(c.id) <> CASE",
            ),
        }.items()
    ),
    *(
        Guard(
            name=f"archives: {name}",
            changes=(("tenants/archives/verify_papers.py", *change),),
            test=PAPER_TAMPERING,
        )
        for name, change in {
            "open items are checked": ("if kept != moved or", "if False and"),
            "payments are checked": ("if key in papers and meant != paid[key]:", "if False:"),
        }.items()
    ),
    Guard(
        name="archives: what is brought in has whole papers",
        changes=(
            (
                "tenants/archives/refusing.py",
                "        problems += verify_papers.problems_of(tables)\n",
                "",
            ),
        ),
        test="archives/test_import.py::test_what_may_not_come_in_leaves_nothing",
    ),
    Guard(
        name="budget: transactions are up to date before a supplement",
        changes=((ORDINANCE_RULES, "    if behind:", "    if False:"),),
        test="budget/test_ordinances.py"
        "::test_every_kind_that_makes_transactions_is_up_to_date_before_a_supplement",
    ),
    Guard(
        name="parties: a paper names one of the register",
        changes=(("accounting/parties/rules.py", "    if is_active is None:", "    if False:"),),
        test="revenue/test_parties.py",
    ),
    Guard(
        name="parties: their papers are asked for in the index's words",
        changes=(
            ("accounting/parties/queries.py", "coalesce(d.content ->> 'vendor', ", "coalesce("),
        ),
        test="revenue/test_parties.py"
        "::test_papers_that_name_a_party_are_found_without_reading_the_others",
    ),
    Guard(
        name="parties: one who is named is held",
        changes=(
            (
                "accounting/parties/operations.py",
                "WHERE id = %(id)s FOR SHARE",
                "WHERE id = %(id)s",
            ),
        ),
        test="revenue/test_parties.py"
        "::test_whoever_retires_a_party_waits_for_the_paper_that_names_it",
    ),
    Guard(
        name="budget: the supervisor of its kind agrees",
        changes=((ORDINANCE_RULES, "    if not supervises:", "    if False:"),),
        test="budget/test_ordinances.py"
        "::test_the_district_agrees_for_an_sao_and_the_province_reads_it",
    ),
    Guard(
        name="budget: a year has one ordinance",
        changes=((ORDINANCE_RULES, "    if in_force:", "    if False:"),),
        test="budget/test_ordinances.py::test_a_year_has_one_ordinance_and_supplementaries",
    ),
    Guard(
        name="budget: spending is covered by revenue",
        changes=((ORDINANCE_RULES, "if draft.estimated < draft.total:", "if False:"),),
        test="budget/test_ordinances.py"
        "::test_spending_is_covered_by_revenue_before_the_council_sees_it",
    ),
    Guard(
        name="budget: whom the clause names decides",
        changes=((ORDINANCE_RULES, "if rule.action != action:", "if False:"),),
        test="budget/test_transfers.py",
    ),
    Guard(
        name="budget: sources of money never mix",
        changes=((TRANSFERS, "meant.source.fund_source != meant.target.fund_source", "False"),),
        test="budget/test_transfers.py::test_sources_of_money_never_mix",
    ),
    # --- the fleet ---
    Guard(
        name="a cell holds no more places than it may",
        changes=(("tenants/migrations/0005_server.py", "IF NEW.slot > (SELECT", "IF 0 > (SELECT"),),
        test="fleet/test_many_bodies.py::test_the_database_itself_refuses_one_place_more",
    ),
    Guard(
        name="a database without our mark is no cell of ours",
        changes=(("tenants/provisioning/instance.py", '!= f"{_SAYS}{instance_id()}":', '== "":'),),
        test="fleet/test_unlisted_databases.py",
    ),
    Guard(
        name="books found under a body's name are looked at",
        changes=((GIVING, "if found != (place.code, place.body_id):", "if False:"),),
        test="fleet/test_many_bodies.py"
        "::test_a_schema_of_that_name_with_other_books_in_it_is_never_opened",
    ),
    Guard(
        name="a place that a killed run took is gone on with",
        changes=((GIVING, "if place.schema_name not in there]", "]"),),
        test="tenants/test_provisioning.py::test_a_run_killed_after_the_schema_is_taken_up_again",
    ),
    Guard(
        name="a spare is listed when it is whole",
        changes=(("tenants/provisioning/spares.py", "use=PlaceUse.MAKING, body=None", "pk=None"),),
        test="fleet/test_many_bodies.py"
        "::test_killed_while_spares_were_made_the_next_run_makes_them",
    ),
    Guard(
        name="a server that is away is not tried by everybody",
        changes=(
            (
                BREAKER,
                "        with self._lock:\n            self.raise_if_away()\n",
                "        with self._lock:\n",
            ),
        ),
        test="fleet/test_servers.py"
        "::test_after_a_failure_nobody_tries_for_a_moment_and_then_one_does",
    ),
    Guard(
        name="one tries again for all",
        changes=((BREAKER, "                if self._is_tried:", "                if False:"),),
        test="fleet/test_servers.py"
        "::test_after_a_failure_nobody_tries_for_a_moment_and_then_one_does",
    ),
    Guard(
        name="a server that is away is told by its name",
        changes=((API_ERRORS, "if isinstance(error, ServerAway):", "if False:"),),
        test="fleet/test_servers.py"
        "::test_a_stopped_server_is_told_by_name_at_once_and_the_others_serve",
    ),
    Guard(
        name="provisioning passes over a server that is away",
        changes=(
            ("tenants/provisioning/server_list.py", "        return False", "        return True"),
        ),
        test="fleet/test_servers.py::test_provisioning_goes_on_without_a_server_that_is_away",
    ),
    # --- the database ---
    Guard(
        name="the deferred trigger on balance",
        changes=((SHARED, "IF difference <> 0 OR line_count < 2 THEN", "IF false THEN"),),
        test="database/test_entries_balance.py",
    ),
    Guard(
        name="an entry has two lines",
        changes=((SHARED, " OR line_count < 2 THEN", " THEN"),),
        test="database/test_entries_balance.py",
    ),
    Guard(
        name="the deferred trigger names its table",
        changes=(
            (
                SHARED,
                "LANGUAGE plpgsql SET search_path = pg_catalog AS $$\nDECLARE",
                "LANGUAGE plpgsql AS $$\nDECLARE",
            ),
            (SHARED, "    PERFORM set_config('search_path'", "    -- set_config('search_path'"),
        ),
        test="database/test_entries_balance.py::test_another_schema_current_at_commit_does_not_hide_it",
    ),
    Guard(
        name="the deferred trigger puts the search_path back",
        changes=(
            (
                SHARED,
                "LANGUAGE plpgsql SET search_path = pg_catalog AS $$\nDECLARE",
                "LANGUAGE plpgsql AS $$\nDECLARE",
            ),
        ),
        test="database/test_entries_balance.py::test_the_check_leaves_the_search_path_as_it_was",
    ),
    Guard(
        name="the triggers against changing posted rows",
        changes=(
            (
                SHARED,
                "    RAISE EXCEPTION '% of posted",
                "    RETURN coalesce(NEW, OLD);\n    RAISE EXCEPTION '% of posted",
            ),
        ),
        test="database/test_posted_rows_stay.py::test_triggers_refuse_the_change_even_to_the_owner",
    ),
    Guard(
        name="the trigger against truncating the outbox",
        changes=(
            (SHARED, "BEFORE TRUNCATE ON shared.outbox", "BEFORE TRUNCATE ON shared.release"),
        ),
        test="database/test_posted_rows_stay.py::test_triggers_refuse_the_change_even_to_the_owner",
    ),
    Guard(
        name="an entry has one document",
        changes=(
            ("accounting/migrations/0001_initial.py", 'fields=("event_no",),', 'fields=("id",),'),
        ),
        test="database/test_documents.py",
    ),
    Guard(
        name="an upload keeps its file from the sweep",
        changes=(
            (
                "accounting/attachments/operations.py",
                "pg_advisory_xact_lock_shared({FILE_LOCK_KEY})",
                "1",
            ),
        ),
        test="accounting/test_sweeping.py",
    ),
    Guard(
        name="an upload looks for its bytes under the lock",
        changes=(
            (
                "api/documents.py",
                "in between.\n            store.keep(",
                "in between.\n            dict(",
            ),
        ),
        test="accounting/test_sweeping.py",
    ),
    Guard(
        name="an archive of a newer release stays out",
        changes=((REFUSING, "if unknown := sorted(set(migrations) - ours):", "if unknown := []:"),),
        test="archives/test_import.py::test_what_may_not_come_in_leaves_nothing",
    ),
    Guard(
        name="books brought in are verified before they are committed",
        changes=(
            (LOADING, "if refusals := _contradictions(cell, archive):", "if refusals := []:"),
        ),
        test="archives/test_import.py::test_books_that_only_the_database_can_refute_leave_nothing",
    ),
    Guard(
        name="a refused import takes its place back",
        changes=(
            (
                LOADING,
                "_take_back(place, is_registered_anew=is_registered_anew, with_schema=True)",
                "pass",
            ),
        ),
        test="archives/test_import.py::test_what_may_not_come_in_leaves_nothing",
    ),
    Guard(
        name="an import leaves a schema alone that it did not make",
        changes=((LOADING, "with_schema=False)", "with_schema=True)"),),
        test="archives/test_import.py::test_a_schema_that_stands_in_the_way_is_left_alone",
    ),
    Guard(
        name="kept books take no more writes",
        changes=((FENCE, "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON", "REVOKE REFERENCES ON"),),
        test="archives/test_swapping.py::test_the_live_books_are_kept_and_take_no_more_writes",
    ),
    Guard(
        name="the outbox forgets what restored books do not hold",
        changes=(("tenants/moving/outbox.py", "AND o.generation = %(generation)s", "AND false"),),
        test="archives/test_swapping.py::test_the_live_books_are_kept_and_take_no_more_writes",
    ),
    Guard(
        name="an archive is of one moment",
        changes=(
            (
                "tenants/archives/writing.py",
                "IsolationLevel.REPEATABLE_READ",
                "IsolationLevel.READ_COMMITTED",
            ),
        ),
        test="archives/test_archive.py::test_postings_beside_it_are_not_in_it",
    ),
    Guard(
        name="files that other books may name are not swept",
        changes=(("platform/jobs/housekeeping.py", " or has_other_books(body_code):", ":"),),
        test="archives/test_swapping.py::test_files_are_not_swept_while_other_books_may_name_them",
    ),
    Guard(
        name="an exported file is what the manifest says",
        changes=(
            (
                "tenants/archives/verify_archive.py",
                "elif {sha256(there[name]()).hexdigest()} != {",
                "elif 0 and {1} != {",
            ),
        ),
        test="archives/test_verifier.py::test_tampering_with_a_content_is_found_and_located",
    ),
    Guard(
        name="a body may insert entries and no more",
        changes=(
            (
                "accounting/shared_schema/grants.sql",
                "GRANT INSERT ON {schema}.journal_entry",
                "GRANT ALL ON {schema}.journal_entry",
            ),
        ),
        test="database/test_posted_rows_stay.py::test_a_body_has_no_right_to_change_posted_rows",
    ),
    Guard(
        name="a body may not write what all share",
        changes=((SHARED, "GRANT SELECT ON shared.account", "GRANT ALL ON shared.account"),),
        test="database/test_roles.py::test_what_all_bodies_share_is_read_only_to_each",
    ),
    Guard(
        name="the login role has no rights of its own",
        changes=LOGIN_HAS_ALL,
        test="database/test_roles.py::test_the_login_role_can_read_nothing_before_it_takes_a_role",
    ),
    Guard(
        name="the body's role (with a login role that has rights)",
        changes=(NO_ROLE, *LOGIN_HAS_ALL),
        test="database/test_roles.py::test_a_body_can_neither_read_nor_write_its_neighbour",
    ),
    Guard(
        name="a line has one side, more than zero",
        changes=(
            (
                "accounting/migrations/0001_initial.py",
                'models.Q(("credit", 0), ("debit__gt", 0)),',
                'models.Q(("line_no__gte", 1)),',
            ),
        ),
        test="database/test_entries_balance.py::test_a_line_has_one_side_and_is_positive",
    ),
    # --- the tenant transaction ---
    Guard(
        name="the body's role",
        changes=(NO_ROLE,),
        test="tenants/test_transactions.py::test_nothing_survives_the_transaction",
    ),
    Guard(
        name="the identity check",
        changes=(
            (
                PRELUDE,
                "ELSE ({{mark}} || coalesce({_FOUND}, '?'))::int::text END",
                "ELSE {{code}} END",
            ),
        ),
        test="tenants/test_transactions.py::test_a_schema_with_another_identity_is_refused",
    ),
    Guard(
        name="the identity is checked before the first query",
        changes=(
            (
                PRELUDE,
                "ELSE ({{mark}} || coalesce({_FOUND}, '?'))::int::text END",
                "ELSE {{mark}} || coalesce({_FOUND}, '?') END",
            ),
        ),
        test="tenants/test_transactions.py::test_the_first_query_runs_in_the_right_body_only",
    ),
    Guard(
        name="settings end with the transaction",
        changes=((PRELUDE, "{_literal(value)}, true)", "{_literal(value)}, false)"),),
        test="tenants/test_transactions.py::test_nothing_survives_the_transaction",
    ),
    Guard(
        name="no query outside a transaction",
        changes=(
            (
                BASE,
                "if self._door is None:\n            raise NoTenant",
                "if False:\n            raise NoTenant",
            ),
        ),
        test="tenants/test_transactions.py::test_sql_outside_a_tenant_transaction_raises",
    ),
    Guard(
        name="no body inside a body",
        changes=((BASE, 'raise NestedTenantTransaction(f"', 'str(f"'),),
        test="tenants/test_transactions.py::test_a_second_body_inside_the_first_is_refused",
    ),
    Guard(
        name="no cursor of an earlier transaction",
        changes=((CONNECTION, "if self._lease != connection.leases:", "if False:"),),
        test="tenants/test_transactions.py::test_a_cursor_kept_from_an_earlier_transaction_reads_nothing",
    ),
    Guard(
        name="COMMIT is answered by COMMIT",
        changes=((BASE, 'if cursor.statusmessage != "COMMIT":', "if False:"),),
        test="tenants/test_transactions.py::test_a_commit_that_stored_nothing_is_told",
    ),
    Guard(
        name="a lost COMMIT's hooks are forgotten",
        changes=((BASE, "            self.run_on_commit: list[Any] = []  # a", "            # a"),),
        test="tenants/test_transactions.py::test_what_waits_for_a_lost_commit_never_happens",
    ),
    Guard(
        name="a read-only body refuses writes (the database)",
        changes=((PRELUDE, "{' READ ONLY' if self.read_only else ''}", ""),),
        test="tenants/test_transactions.py::test_the_database_refuses_a_write_in_a_read_only_transaction",
    ),
    Guard(
        name="a connection that failed while preparing is thrown away",
        changes=((CONNECTION, "connection.is_spoiled |= any(", "_ = any("),),
        test="tenants/test_prepared.py::test_a_connection_that_failed_while_preparing_is_not_used_again",
    ),
    Guard(
        name="one question is one",
        changes=((CONNECTION, "        if connection.is_over:\n", "        if False:\n"),),
        test="tenants/test_transactions.py::test_one_question_is_one",
    ),
    Guard(
        name="plans stay good while books grow",
        changes=((BASE, " -c enable_seqscan=off", ""),),
        test="journal/test_plans.py::test_no_growing_table_is_read_whole",
    ),
    Guard(
        name="a read-only body refuses writes (the door)",
        changes=(
            (
                "tenants/lifecycle/rules.py",
                '"read_only": Lets(\n        read=True,',
                '"read_only": Lets(\n        read=True,\n        write=True,',
            ),
        ),
        test="tenants/test_transactions.py::test_a_state_says_who_gets_in",
    ),
    Guard(
        name="a connection that the server ended is replaced",
        changes=((CONNECTION, "return bool(farewell.poll(0))", "return False"),),
        test="tenants/test_pool.py::test_a_posting_after_the_server_ended_the_connection_is_answered",
    ),
    # --- life: states, generations, moves ---
    Guard(
        name="life: an end that has passed",
        changes=(("tenants/directory/queries.py", "WHEN b.state_until <= {moment}", "WHEN false"),),
        test="lifecycle/test_states.py::test_an_end_that_has_passed_counts_as_open_without_any_command",
    ),
    Guard(
        name="life: only the import writes while only it may",
        changes=(
            (
                "tenants/transactions.py",
                "state.imports if for_import else state.write",
                "state.imports",
            ),
        ),
        test="lifecycle/test_states.py::test_a_state_below_every_edge",
    ),
    Guard(
        name="life: the edge asks the state before the request is read",
        changes=(("api/permissions.py", "            raise closed(body)", "            pass"),),
        test="lifecycle/test_closed_edge.py",
    ),
    Guard(
        name="life: earlier books are only read",
        changes=(
            (
                "tenants/directory/records.py",
                "    if not lets(record.state).read:",
                "    if True:",
            ),
        ),
        test="lifecycle/test_generations.py::test_nobody_writes_into_earlier_books_from_below",
    ),
    Guard(
        name="life: events tell the generation",
        changes=(
            ("accounting/journal/posting.sql", "(SELECT generation FROM body_identity)", "2"),
        ),
        test="journal/test_verify_command.py::test_the_outbox_holds_every_entry_of_every_kind",
    ),
    Guard(
        name="life: a closed place takes nobody's writes",
        changes=((FENCE, "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON", "REVOKE REFERENCES ON"),),
        test=f"{MOVES}::test_whoever_was_let_in_before_the_move_is_refused_by_the_old_place_itself",
    ),
    Guard(
        name="life: who is writing is waited for",
        changes=((FENCE, "waited_for = _writers(cell, place)", "waited_for = set[str]()"),),
        test=f"{MOVES}::test_a_posting_under_way_when_the_place_is_closed_is_waited_for",
    ),
    Guard(
        name="life: a missing right is a bug unless the body has moved",
        changes=(("tenants/transactions.py", " and _has_changed(body)", ""),),
        test=f"{MOVES}::test_a_right_that_our_own_grants_lack_is_still_a_bug",
    ),
    Guard(
        name="life: a copy is compared",
        changes=(("tenants/moving/copying.py", "if of_source != of_target:", "if False:"),),
        test=f"{MOVES}::test_a_copy_that_differs_is_never_switched_to",
    ),
    Guard(
        name="life: events leave the old cell",
        changes=((SWITCHING, "        _take_events(old)\n", "        pass\n"),),
        test=f"{MOVES}::test_a_move_under_postings_loses_and_doubles_nothing",
    ),
    Guard(
        name="life: a killed move lets writers in again before it copies anew",
        changes=((SWITCHING, "    _reopen(switch, old)\n", ""),),
        test=f"{MOVES}::test_killed_before_it_switched_it_can_be_given_up",
    ),
    Guard(
        name="life: one command at a time",
        changes=(
            (
                "tenants/lifecycle/recording.py",
                "            if not _soon_had(code):",
                "            if False:",
            ),
        ),
        test=f"{MOVES}::test_two_operators_never_move_one_body_at_once",
    ),
    Guard(
        name="life: whoever is kept out stays out while the books move",
        changes=((SWITCHING, "        if not lets(before).read:", "        if False:"),),
        test=f"{MOVES}::test_a_suspended_body_stays_suspended_while_it_moves",
    ),
    # --- releases and moves ---
    Guard(
        name="move: a step leaves a schema alone that a move holds",
        changes=(
            (
                f"{RELEASES}/replay.py",
                "pg_try_advisory_xact_lock({key})::text",
                "'true'::text || left({key}::text, 0)",
            ),
        ),
        test=f"{RELEASE_MEETS_MOVE}::test_a_body_on_its_way_elsewhere_is_left_for_later",
    ),
    Guard(
        name="move: a move waits for the step under way",
        changes=(
            (
                f"{RELEASES}/schema_lock.py",
                "cell.execute(_HOLD, [place.schema_name])",
                "cell.execute(_HOLD, ['nothing'])",
            ),
        ),
        test=f"{RELEASE_MEETS_MOVE}"
        "::test_a_move_waits_for_the_step_under_way_and_takes_the_books_as_they_are_then",
    ),
    Guard(
        name="move: a held schema is no failure",
        changes=(
            (f"{RELEASES}/running.py", "is not None and outcome.is_taken:", "is None and False:"),
        ),
        test=f"{RELEASE_MEETS_MOVE}::test_a_body_on_its_way_elsewhere_is_left_for_later",
    ),
    Guard(
        name="move: books that moved are met by the same run",
        changes=(
            (
                f"{RELEASES}/operations.py",
                " and queries.pending(self.release.name) <= self.met:",
                ":",
            ),
        ),
        test=f"{RELEASE_MEETS_MOVE}::test_a_body_on_its_way_elsewhere_is_left_for_later",
    ),
    Guard(
        name="move: a copy is made at the release of the original",
        changes=(
            (
                "tenants/moving/operations.py",
                "make_schema(new, _release_to_copy(source, target, old))",
                "make_schema(new)",
            ),
        ),
        test=f"{RELEASE_MEETS_MOVE}::test_a_cell_at_another_release_takes_books_at_theirs",
    ),
    Guard(
        name="move: a cell behind is brought along",
        changes=(
            (
                "tenants/moving/operations.py",
                "if kept.named(target, release.name) is None:",
                "if False:",
            ),
        ),
        test=f"{RELEASE_MEETS_MOVE}::test_a_cell_at_another_release_takes_books_at_theirs",
    ),
    Guard(
        name="move: a parked copy stays parked",
        changes=((f"{RELEASES}/states.py", "    was = rows.first()\n", "    was = None\n"),),
        test=f"{RELEASE_MEETS_MOVE}::test_a_parked_body_moves_at_its_old_release_and_stays_parked",
    ),
    Guard(
        name="move: books shown late reopen the release",
        changes=(
            (
                f"{RELEASES}/states.py",
                "if was is None and newest.state == ReleaseState.DONE:",
                "if False:",
            ),
        ),
        test=f"{RELEASE_MEETS_MOVE}"
        "::test_books_shown_after_the_fleet_had_come_to_a_release_reopen_it",
    ),
    Guard(
        name="move: rights given again open nothing",
        changes=((f"{RELEASES}/replay.py", "    IF NOT may_write THEN", "    IF false THEN"),),
        test=f"{RELEASE_MEETS_MOVE}::test_rights_given_again_do_not_open_books_that_were_closed",
    ),
    # --- posting ---
    Guard(
        name="a key's lock",
        changes=(("accounting/answers.py", "if not locked:", "if False:"),),
        test="api/test_idempotency.py::test_while_the_first_is_under_way_the_second_is_409",
    ),
    Guard(
        name="a key's body",
        changes=(("accounting/answers.py", "if sha256 != request.sha256:", "if False:"),),
        test="api/test_idempotency.py::test_the_key_with_another_body_is_422",
    ),
    Guard(
        name="a key's answer",
        changes=(
            (
                "accounting/answers.py",
                "    if sha256 is None:\n",
                "    if sha256 is None or locked:\n",
            ),
        ),
        test="api/test_idempotency.py::test_a_repetition_gets_the_first_answer_byte_for_byte",
    ),
    Guard(
        name="the head's lock (numbers)",
        changes=(
            (
                "accounting/journal/known.sql",
                "IS DISTINCT FROM 'false' FOR UPDATE;",
                "IS DISTINCT FROM 'false';",
            ),
        ),
        test="api/test_concurrency.py::test_postings_of_64_writers_are_numbered_without_a_gap",
    ),
    Guard(
        name="the lock of recording (what was known when)",
        changes=(
            (
                "accounting/journal/known.sql",
                "pg_advisory_xact_lock_shared(",
                "abs(",
            ),
        ),
        test="journal/test_reprint.py::test_a_posting_that_has_taken_its_moment_is_waited_for",
    ),
    Guard(
        name="each seal holds the one before",
        changes=(
            (
                "accounting/journal/canonical.py",
                "(before + canonical)",
                "canonical",
            ),
        ),
        test="api/test_concurrency.py::test_postings_of_64_writers_are_numbered_without_a_gap",
    ),
    Guard(
        name="an unbalanced entry is refused with its reason",
        changes=((RULES, "if debit != credit:", "if False:"),),
        test="api/test_bad_input.py::test_a_request_that_refutes_itself_is_422_with_every_reason",
    ),
    Guard(
        name="a closed period",
        changes=(
            (
                RULES,
                'elif facts.period_state != "open" or facts.fiscal_year_state != "open":',
                "elif False:",
            ),
        ),
        test="api/test_bad_input.py::test_the_state_of_the_books_refuses_with_409",
    ),
    Guard(
        name="closing waits for postings (FOR SHARE)",
        changes=(
            (
                "accounting/journal/known.sql",
                "ORDER BY p.starts_on, p.kind FOR SHARE OF p;",
                "ORDER BY p.starts_on, p.kind;",
            ),
        ),
        test="accounting/test_closing.py::test_closing_waits_for_a_posting_under_way",
    ),
    # --- who may ---
    Guard(
        name="only members of a body get in",
        changes=(
            (ACCESS, "WHERE b.id = held.body_id", "WHERE b.code = %(body_code)s"),
            (ACCESS, "if roles and place[0] else None", "if place[0] else None"),
        ),
        test="isolation/test_probes.py::test_no_probe_gets_in_sees_or_changes_anything",
    ),
    Guard(
        name="a foreign body looks absent (404, not 403)",
        changes=(
            (
                "api/authentication.py",
                "    if body is None:\n        raise Http404\n",
                "    if body is None:\n        raise PermissionDenied\n",
            ),
            (
                "api/authentication.py",
                "from django.http import Http404, HttpRequest\n",
                "from django.core.exceptions import PermissionDenied\n" + ASKED,
            ),
        ),
        test="api/test_access.py::test_a_foreign_body_looks_like_an_absent_one",
    ),
    Guard(
        name="only accountants post",
        changes=(
            (
                "api/permissions.py",
                '_is_one_of(request, frozenset({"ACCOUNTANT"}))',
                "bool(access_of(request).roles)",
            ),
        ),
        test="api/test_journal_entries.py::test_only_an_accountant_posts",
    ),
    Guard(
        name="who may not is told who may",
        changes=(("api/permissions.py", "raise RoleLacks(roles)", "return False"),),
        test="api/test_voucher_transitions.py::test_an_accountant_alone_drafts",
    ),
    Guard(
        name="every step that there is stands in the table of a test",
        changes=(
            (
                "accounting/contracts/rules.py",
                'comes_from=("signed", "amended"),\n            leads_to="terminated"',
                'comes_from=("signed", "amended", "completed"),\n            leads_to="terminated"',
            ),
        ),
        test="documents/test_every_transition.py",
    ),
    Guard(
        name="a revoked token",
        changes=((ACCESS, "AND s.revoked_at IS NULL AND", "AND"),),
        test="api/test_access.py::test_a_revoked_token_is_refused_on_the_next_request",
    ),
    Guard(
        name="an expired token",
        changes=(
            (ACCESS, "s.revoked_at IS NULL AND s.expires_at > %(now)s", "s.revoked_at IS NULL"),
        ),
        test="api/test_access.py::test_an_expired_token_is_refused",
    ),
    Guard(
        name="a token of the other door",
        changes=((ACCESS, "AND s.kind = %(kind)s", "AND %(kind)s::text IS NOT NULL"),),
        test="api/test_access.py::test_a_token_of_one_door_does_not_open_the_other",
    ),
    Guard(
        name="an ended appointment",
        changes=((ACCESS, "(a.to_date IS NULL OR a.to_date >= %(today)s)", "true"),),
        test="api/test_access.py::test_an_ended_appointment_bites_on_the_next_request",
    ),
    Guard(
        name="a link is used once (compare and set)",
        changes=(
            (
                SIGN_IN,
                "if unused.update(used_at=now) != 1:",
                "if not unused.exists() or not OneTimeLink.objects.update(used_at=now):",
            ),
        ),
        test="api/test_access.py::test_of_two_clicks_on_a_link_at_once_one_succeeds",
    ),
    Guard(
        name="ten wrong passwords lock",
        changes=((SIGN_IN, "if officer.failed_attempts >= ATTEMPTS_BEFORE_LOCK:", "if False:"),),
        test="api/test_access.py::test_after_ten_wrong_passwords_the_right_one_is_refused_too",
    ),
    Guard(
        name="wrong passwords are counted under the row's lock",
        changes=((SIGN_IN, "Officer.objects.select_for_update().get", "Officer.objects.get"),),
        test="api/test_access.py::test_ten_wrong_passwords_at_once_lock_as_ten_in_a_row",
    ),
    # --- the second step ---
    Guard(
        name="second step: a password alone is not enough",
        changes=((SIGN_IN, "    if has_second_step(officer_id=officer.id):", "    if False:"),),
        test="tenants/test_second_step.py::test_a_password_alone_opens_no_session",
    ),
    Guard(
        name="second step: a new password by link is not enough",
        changes=(
            (
                SIGN_IN,
                "id, now=now)\n        if not has_second_step(officer_id=officer_id):",
                "id, now=now)\n        if True:",
            ),
        ),
        test="tenants/test_second_step.py::test_a_link_does_not_get_round_the_second_step",
    ),
    Guard(
        name="second step: a code of the app is good once",
        changes=((AUTHENTICATOR, "filter(last_step__lt=step)", "filter(last_step__gte=0)"),),
        test="tenants/test_second_step.py::test_a_code_is_good_once_and_so_is_every_one_before_it",
    ),
    Guard(
        name="second step: a recovery code works once",
        changes=(
            (RECOVERY, "officer_id=officer_id, used_at__isnull=True\n", "officer_id=officer_id\n"),
        ),
        test="tenants/test_second_step.py::test_a_recovery_code_works_once",
    ),
    Guard(
        name="second step: wrong codes are counted",
        changes=(
            (
                SIGN_IN,
                "else:\n            _count_wrong_password(officer_id=officer_id, now=now)",
                "else:\n            pass",
            ),
        ),
        test="tenants/test_second_step.py::test_ten_wrong_codes_lock_though_every_password_was_right",
    ),
    Guard(
        name="second step: half a sign-in is finished once",
        changes=(
            (PENDING, "purpose=purpose, used_at__isnull=True, expires", "purpose=purpose, expires"),
            (PENDING, "if unused.update(used_at=now) != 1:", "if unused.update(used_at=now) > 1:"),
        ),
        test="tenants/test_second_step.py::"
        "test_half_a_sign_in_is_finished_once_by_the_browser_that_began_it",
    ),
    Guard(
        name="second step: a passkey's count grows",
        changes=(
            (
                PASSKEYS,
                "credential_current_sign_count=passkey.sign_count,",
                "credential_current_sign_count=0,",
            ),
        ),
        test="tenants/test_passkeys.py::test_a_count_that_does_not_grow_is_refused",
    ),
    Guard(
        name="second step: a passkey knows its user",
        changes=(
            (
                PASSKEYS,
                "passkey.sign_count,\n            require_user_verification=True,",
                "passkey.sign_count,\n            require_user_verification=False,",
            ),
        ),
        test="tenants/test_passkeys.py::"
        "test_a_signature_for_another_site_or_without_the_user_is_refused",
    ),
    Guard(
        name="second step: a passkey is the same officer's",
        changes=(
            (PASSKEYS, "if passkey is None or officer_id not in", "if passkey is None or () in"),
        ),
        test="tenants/test_passkeys.py::"
        "test_the_second_step_is_signed_by_a_passkey_of_the_same_officer",
    ),
    # --- requests ---
    Guard(
        name="a key of an object is given once",
        changes=(
            ("api/parsing.py", "if len({key for key, _ in pairs}) < len(pairs):", "if False:"),
        ),
        test="api/test_bad_input.py::test_what_is_no_json_object_is_400",
    ),
    Guard(
        name="a request has at most 5 MB",
        changes=(("api/parsing.py", "        if len(raw) > MAX_BODY_BYTES:", "        if False:"),),
        test="api/test_bad_input.py::test_more_than_5_megabytes_is_413",
    ),
    Guard(
        name="a step is taken of the version that was read",
        changes=(("api/workflow.py", "if_match_if_any(request), asked.pop", "None, asked.pop"),),
        test="api/test_ledger.py::test_a_step_is_taken_of_the_version_that_was_read",
    ),
    # --- what every document is made of ---
    Guard(
        name="kit: a step is taken by its roles only",
        changes=((WORKFLOW, "if not officer.roles & step.roles:", "if False:"),),
        test="documents/test_workflow.py::test_a_refusal_names_who_may_in_both_languages",
    ),
    Guard(
        name="kit: whoever requested does not examine",
        changes=((WORKFLOW, "elif (done := _not", "elif False and (done := _not"),),
        test="documents/test_workflow.py::test_whoever_requested_does_not_examine",
    ),
    Guard(
        name="kit: only a numbered order waives the separation of duties",
        changes=((WORKFLOW, "step.may_be_waived and bool(order)", "step.may_be_waived"),),
        test="documents/test_kit.py::test_one_officer_does_both_under_an_order_only"
        "_and_the_step_says_so",
    ),
    Guard(
        name="documents: a number is given to the document that was made",
        changes=(
            (DOCUMENT_ROWS, "_NUMBER, facts, _assert_there)", "_NUMBER, facts, lambda _: None)"),
        ),
        test="documents/test_kit.py::test_a_number_is_not_given_to_what_is_not_there",
    ),
    Guard(
        name="closing: a month closes while what was bought in it goes on",
        changes=(("accounting/closing/finished.py", '"CHEQUE", "PND"}', '"PND"}'),),
        test="workdays/test_story.py::test_the_demonstration_has_papers_on_every_desk",
    ),
    Guard(
        name="closing: a cheque report that is not signed holds its month open",
        changes=(
            (
                "accounting/closing/finished.py",
                '"CHQRPT": ("signed",)',
                '"CHQRPT": ("signed", "approved")',
            ),
        ),
        test="workdays/test_story.py::test_the_demonstration_has_papers_on_every_desk",
    ),
    Guard(
        name="kit: every hand in a draft made it",
        changes=((WORKFLOW, "done = [*made, *done]", "done = [*made[:1], *done]"),),
        test="documents/test_workflow.py::test_every_hand_in_the_draft_made_it",
    ),
    Guard(
        name="kit: another hand in a draft is recorded",
        changes=((DOCUMENT_ROWS, "hands[-1:] != [officer.id]", "False"),),
        test="documents/test_kit.py::test_another_hand_in_a_draft_is_a_step",
    ),
    Guard(
        name="kit: a step is not finished past what refuses it",
        changes=(
            (
                "accounting/documents/operations.py",
                "    begun.assert_may()\n    state =",
                "    state =",
            ),
        ),
        test="documents/test_kit.py::test_a_step_is_never_finished_past_what_refuses_it",
    ),
    Guard(
        name="kit: the database keeps a document's number",
        changes=((KIT, "AND OLD.number IS NOT NULL)", "AND false)"),),
        test="documents/test_kit.py::test_the_database_keeps_a_number_as_it_was_given",
    ),
    Guard(
        name="kit: the text that is hashed tells document and rule",
        changes=(
            ("accounting/journal/known.py", "return 2 if self.document_id or", "return 1 if"),
        ),
        test=OF_A_DOCUMENT,
    ),
    Guard(
        name="kit: what a document posted is undone by the document",
        changes=(
            (
                "accounting/journal/operations.py",
                "=rule is not None and maker != document_id",
                "=False",
            ),
        ),
        test=OF_A_DOCUMENT,
    ),
    Guard(
        name="kit: verify misses the document of an entry",
        changes=((VERIFICATION, "e.document_id IS NOT NULL AND d.id IS NULL", "false"),),
        test=OF_A_DOCUMENT,
    ),
    Guard(
        name="kit: a posting rule takes its own accounts only",
        changes=((POSTING_RULES, "elif not line.takes(account):", "elif False:"),),
        test="accounting/test_posting_rules.py"
        "::test_an_account_that_the_rule_does_not_take_is_refused_with_all_others",
    ),
    Guard(
        name="kit: a posting rule holds on its days only",
        changes=((POSTING_RULES, "if not found.is_in_force(on):", "if False:"),),
        test="accounting/test_posting_rules.py::test_the_abolished_reserve_holds_on_its_days_only",
    ),
    # --- files ---
    Guard(
        name="the pieces of a ledger are as known at one moment",
        changes=((LEDGER_FILES, PINNED, "known_at = span.known.at"),),
        test="portal/test_report_pages.py::test_a_ledger_of_many_pieces_is_one_workbook"
        "_as_known_when_it_began",
    ),
    Guard(
        name="a paper as known then does not ask the clock",
        changes=((TRIAL_BALANCE, "min(asked.last_day, known_day)", "timezone.localdate()"),),
        test="portal/test_report_pages.py::test_a_report_as_known_then_says_no_later_day",
    ),
    # --- the fleet's health ---
    Guard(
        name="fleet: books without an entry have a head that is theirs",
        changes=(
            (
                VERIFICATION,
                "coalesce(h.event_no = 0 AND h.hash = %(genesis)s, false)",
                "true",
            ),
        ),
        test="journal/test_verify_fleet.py::test_books_without_an_entry_are_looked_at_too",
    ),
    Guard(
        name="fleet: books without an entry have the years they began with",
        changes=((VERIFICATION, "AND NOT EXISTS (SELECT FROM (<years>) AS wrong)", ""),),
        test="journal/test_verify_fleet.py::test_books_without_an_entry_are_looked_at_too",
    ),
    Guard(
        name="fleet: books without an entry have no other rows",
        changes=((VERIFICATION, " AND pg_relation_size('journal_line') = 0", ""),),
        test="journal/test_verify_fleet.py::test_books_without_an_entry_are_looked_at_too",
    ),
    Guard(
        name="fleet: the schema is the one that the directory means",
        changes=((VERIFYING, "if meant != said:", "if False:"),),
        test="journal/test_verify_fleet.py::test_books_without_an_entry_are_looked_at_too",
    ),
    Guard(
        name="fleet: the outbox of books without an entry is empty",
        changes=((VERIFYING, " and not (is_live and books.code in told)", ""),),
        test="journal/test_verify_fleet.py::test_entries_that_only_the_outbox_tells_are_found",
    ),
    Guard(
        name="fleet: books of another time are verified too",
        changes=(
            (
                "tenants/fleet_health/books.py",
                "place.use IN ('live', 'earlier', 'beside')",
                "place.use = 'live'",
            ),
        ),
        test="journal/test_verify_fleet.py::test_books_of_another_time_are_verified_beside_the_live_ones",
    ),
    Guard(
        name="fleet: a process keeps within its connections",
        changes=(
            ("tenants/backend/allowance.py", "if self._taken < self._most:", "if self._most:"),
        ),
        test="tenants/test_allowance.py",
    ),
    Guard(
        name="fleet: a backend is replaced before it knows too many bodies",
        changes=(
            ("tenants/backend/pool.py", "len(slot.bodies) >= self._max_bodies and", "False and"),
        ),
        test="tenants/test_allowance.py::test_a_connection_that_has_touched_enough_bodies_is_replaced",
    ),
    Guard(
        name="fleet: nothing starts that the server has no connections for",
        changes=(
            ("platform/openlaas/stack/connections.py", "if not budget.is_kept:", "if False:"),
        ),
        test="stack/test_connections.py::test_what_the_server_does_not_have_is_refused",
    ),
    # --- releases ---
    Guard(
        name="release: a wave halts",
        changes=(
            (f"{RELEASES}/running.py", "if self.code is None and rules", "if False and rules"),
        ),
        test=f"{FLEET_MIGRATION}::test_a_failure_in_the_first_wave_stops_the_release",
    ),
    Guard(
        name="release: what was written down is looked for in the schemas",
        changes=(
            (
                f"{RELEASES}/operations.py",
                "wrong = states.put_right(self.release.name, behind, now=self.clock())",
                "wrong = 0",
            ),
        ),
        test=f"{FLEET_MIGRATION}::test_a_run_killed_on_the_way_is_taken_up_where_the_schemas_are",
    ),
    Guard(
        name="release: a schema in use is tried again",
        changes=((f"{RELEASES}/rules.py", '"55P03",', '"00000",'),),
        test=f"{FLEET_MIGRATION}::test_a_schema_in_use_is_tried_again",
    ),
    Guard(
        name="release: a step gives way to a request",
        changes=((f"{RELEASES}/replay.py", "LOCK_TIMEOUT_MS = 250", "LOCK_TIMEOUT_MS = 1_500"),),
        test=f"{FLEET_MIGRATION}::test_a_step_gives_way_to_the_request_that_it_would_deadlock_with",
    ),
    Guard(
        name="release: the linter is asked",
        changes=(
            (f"{RELEASES}/recording.py", "if reasons := _refused(", "if reasons := [] and ("),
        ),
        test=f"{FLEET_MIGRATION}::test_what_may_not_be_a_release_is_refused_with_every_reason",
    ),
    Guard(
        name="release: an earlier release's files stay",
        changes=(
            (f"{RELEASES}/recording.py", "if changed := rewritten(", "if changed := [] and ("),
        ),
        test=f"{FLEET_MIGRATION}::test_what_may_not_be_a_release_is_refused_with_every_reason",
    ),
    Guard(
        name="an inspection is paid by one voucher",
        changes=(
            (
                "accounting/disbursement/making.py",
                "        *rules.paid_once_refusals(other=known.other_voucher, own=own),\n",
                "",
            ),
        ),
        test="disbursement/test_refusals.py",
    ),
    Guard(
        name="the buyer does not inspect",
        changes=(
            (
                "accounting/inspections/operations.py",
                "*rules.buyer_refusals(inspector=begun.officer.id, buyers=facts.buyers),",
                "",
            ),
        ),
        test="disbursement/test_transitions.py",
    ),
    Guard(
        name="the requester of a voucher does not examine it",
        changes=(
            (
                "accounting/disbursement/rules.py",
                """            roles=frozenset({"FIN_DIRECTOR"}),
            differs_from=(DRAFT, CHANGE, "request"),
""",
                """            roles=frozenset({"FIN_DIRECTOR"}),
""",
            ),
        ),
        test="disbursement/test_transitions.py",
    ),
    Guard(
        name="executive and palad both sign a cheque",
        changes=(
            (
                "accounting/cheques/operations.py",
                "    if rules.ALWAYS_SIGN - set(signed):",
                "    if not signed:",
            ),
        ),
        test="disbursement/test_transitions.py",
    ),
    Guard(
        name="a voucher withholds the tax that the law withholds",
        changes=(
            (
                "accounting/withholding_tax/rules.py",
                "    if stated != due:",
                "    if stated > base:",
            ),
        ),
        test="disbursement/test_refusals.py",
    ),
    Guard(
        name="a stale cheque is not handed out",
        changes=(
            (
                "accounting/cheques/handing_over.py",
                "rules.stale_refusals(issued_on=contents.document_date, day=day)",
                "",
            ),
        ),
        test="disbursement/test_posting_rules.py",
    ),
    Guard(
        name="nothing is accepted beyond its contract",
        changes=(
            (
                "accounting/inspections/rules.py",
                "    if amount > left:",
                "    if amount > 2 * left:",
            ),
        ),
        test="disbursement/test_refusals.py",
    ),
    # --- money in ---
    Guard(
        name="money in: nothing enters cash on a closed day",
        changes=((RULES, "if facts.day_is_closed and any(", "if False and any("),),
        test="revenue/test_daily_status.py",
    ),
    Guard(
        name="money in: a day closes when the vault is what the cash book says",
        changes=(
            (DAILY, "    if in_book != counted:\n        less", "    if False:\n        less"),
        ),
        test="revenue/test_daily_status.py",
    ),
    Guard(
        name="money in: three sign",
        changes=((DAILY, "SIGNERS = 3", "SIGNERS = 1"),),
        test="revenue/test_daily_status.py",
    ),
    Guard(
        name="money in: what changed after the signatures is signed again",
        changes=((DAILY, "if not facts.is_current:", "if False:"),),
        test="revenue/test_daily_status.py",
    ),
    Guard(
        name="money in: cash is not banked twice",
        changes=(("accounting/bankings/rules.py", "if short > 0:", "if False:"),),
        test="revenue/test_daily_status.py",
    ),
    Guard(
        name="money in: the collector is not the cashier",
        changes=(
            (
                SLIPS,
                'roles=FIN_OFFICER,\n            differs_from=("draft",),',
                "roles=FIN_OFFICER,",
            ),
        ),
        test="revenue/test_remittances.py",
    ),
    Guard(
        name="money in: collector and cashier are not the bookkeeper",
        changes=((SLIPS, "if officer_id in hands and not is_waived:", "if False:"),),
        test="revenue/test_remittances.py",
    ),
    Guard(
        name="money in: what is counted is what the receipts say",
        changes=((SLIPS, "if in_hand != counted:", "if False:"),),
        test="revenue/test_remittances.py",
    ),
    Guard(
        name="money in: a receipt is cancelled on its own day",
        changes=(("accounting/receipts/rules.py", "if today != booked_on:", "if False:"),),
        test="revenue/test_receipts.py",
    ),
    Guard(
        name="money in: a number of a paper book is keyed in once",
        changes=(("accounting/receipts/rules.py", "if facts.is_keyed_already:", "if False:"),),
        test="revenue/test_receipts.py",
    ),
    Guard(
        name="money in: no more is taken out than is open",
        changes=(
            ("accounting/open_items/rules.py", "elif wanted.amount > item.open:", "elif False:"),
        ),
        test="revenue/test_posting_rules.py",
    ),
    Guard(
        name="money in: the database keeps an item from being overdrawn",
        changes=((REVENUE_TABLES, '"+", models.F("written_off")', '"-", models.F("settled")'),),
        test="revenue/test_receipts.py::test_the_database_itself_keeps_an_item_from_being_overdrawn",
    ),
    Guard(
        name="money in: what became of an item is never changed",
        changes=(
            (
                REVENUE_TABLES,
                "BEFORE UPDATE OR DELETE ON open_item_movement",
                "AFTER INSERT ON open_item_movement",
            ),
        ),
        test="revenue/test_receipts.py::test_the_database_itself_keeps_an_item_from_being_overdrawn",
    ),
    Guard(
        name="load: an idle system that does no more has failed, with the name of its wait",
        changes=(
            (
                "loadtests/saturation.py",
                "if judged.busiest()[1] >= least_busy else",
                "if judged else",
            ),
        ),
        test="loadtests/test_saturation.py",
    ),
    Guard(
        name="load: what others took of the machine was given to no tier",
        changes=(
            ("platform/openlaas/load/tiers.py", "whole - sum(self.used(start, end).values())", "0"),
        ),
        test="loadtests/test_tiers.py",
    ),
    Guard(
        name="load: a size that was not full is no saturation",
        changes=(
            (
                "platform/openlaas/load/capacity_model.py",
                "if one.series != ACTION and not one.is_full:",
                "if False:",
            ),
        ),
        test="loadtests/test_capacity.py",
    ),
    Guard(
        name="bench: an app server that was dearer in one round is not chosen",
        changes=(("platform/openlaas/bench/servers.py", "        and max(costs) < 1\n", ""),),
        test="loadtests/test_app_servers.py",
    ),
    Guard(
        name="load: a prediction that is far off fails the model",
        changes=(("loadtests/scaling.py", "MOST_ERROR = 0.15", "MOST_ERROR = 15"),),
        test="loadtests/test_capacity.py",
    ),
    Guard(
        name="load page: names are escaped",
        changes=(
            (
                "platform/openlaas/load/page_tables.py",
                '<td class="words">{escape(value)}</td>',
                '<td class="words">{value}</td>',
            ),
        ),
        test="loadtests/test_page.py::test_names_are_escaped_and_nothing_is_asked_of_anybody",
    ),
    Guard(
        name="load page: a run that nobody judged has not passed",
        changes=(
            ("platform/openlaas/load/page.py", 'if "gates_failed" not in dataset:', "if False:"),
        ),
        test="loadtests/test_page.py::test_a_run_that_nobody_judged_has_not_passed",
    ),
    Guard(
        name="dashboards: a metric that has another name now is missed",
        changes=(
            ("platform/openlaas/waits.py", '"openlaas_cell_messages"', '"openlaas_round_trips"'),
        ),
        test="stack/test_dashboards.py",
    ),
    Guard(
        name="drawings: a name is text, whatever stands in it",
        changes=(
            (
                f"{DRAWINGS}/svg.py",
                'return mark_safe("".join(map(conditional_escape, parts)))',
                'return mark_safe("".join(map(str, parts)))',
            ),
        ),
        test="portal/test_central_charts.py::test_names_of_bodies_and_series_are_text",
    ),
    Guard(
        name="drawings: an attribute is text, whatever stands in it",
        changes=((f"{DRAWINGS}/svg.py", '="{conditional_escape(str(value))}"', '="{value}"'),),
        test="portal/test_central_map.py::test_names_are_text",
    ),
    Guard(
        name="drawings: a province named twice is a fault",
        changes=((f"{DRAWINGS}/map.py", "len(set(codes)) < len(codes) or ", ""),),
        test="portal/test_central_map.py::test_a_code_that_is_none_or_comes_twice_is_a_fault",
    ),
    Guard(
        name="drawings: a code that no province has is a fault",
        changes=((f"{DRAWINGS}/map.py", " or not outlines().keys() >= set(codes)", ""),),
        test="portal/test_central_map.py::test_a_code_that_is_none_or_comes_twice_is_a_fault",
    ),
    Guard(
        name="drawings: two outlines that changed places are found by where bodies are",
        changes=(
            (f"{DRAWINGS}/data/outlines.csv", "\n50,M", "\n51 ,M"),
            (f"{DRAWINGS}/data/outlines.csv", "\n51,M", "\n50,M"),
            (f"{DRAWINGS}/data/outlines.csv", "\n51 ,M", "\n51,M"),
        ),
        test=(
            "portal/test_central_map.py"
            "::test_each_outline_lies_where_the_bodies_of_its_province_are"
        ),
    ),
    Guard(
        name="drawings: shades are told apart without their colour",
        changes=(
            ("platform/portal/static/portal/charts.css", "--step-1: #b9d3ea", "--step-1: #f3d9e4"),
        ),
        test="portal/test_central_map.py::test_shades_are_told_apart_without_their_colour",
    ),
    Guard(
        name="drawings: zero is on every scale",
        changes=((f"{DRAWINGS}/scales.py", "known = [Decimal(0), *values]", "known = [*values]"),),
        test=(
            "portal/test_central_charts.py::test_scales_end_at_round_figures_and_have_zero_on_them"
        ),
    ),
    Guard(
        name="drawings: a month without a figure breaks its line",
        changes=(
            (
                f"{DRAWINGS}/months.py",
                "for before, after in pairwise(points):",
                "for before, after in pairwise(point for point in points if point):",
            ),
        ),
        test="portal/test_central_charts.py::test_a_month_without_a_figure_breaks_its_line",
    ),
    Guard(
        name="drawings: the map is no image, or its links are hidden",
        changes=((f"{DRAWINGS}/map.py", 'role="group"', 'role="img"'),),
        test="portal/test_central_map.py::test_the_drawing_is_named_and_told_in_words",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one guard."""

    guard: Guard
    noticed: bool
    by: str
    seconds: float


def changed_files(guard: Guard, tree: Path) -> dict[Path, str]:
    """Return the files as they are without the guard; each text must be there exactly once.

    Raises:
        LookupError: the guard has moved.
    """
    files: dict[Path, str] = {}
    for name, text, instead in guard.changes:
        path = tree / name
        content = files.get(path) or path.read_text(encoding="utf-8")
        if (count := content.count(text)) != 1:
            raise LookupError(f"{guard.name}: {count} times, not once, in {name}: {text!r}")
        files[path] = content.replace(text, instead)
    return files


def run_tests(tree: Path, static: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run tests of the copy, against servers of their own.

    Args:
        tree: the copy.
        static: where the files that pages show are collected, by the first run for all. No guard
            of this list changes a file that its test has served to it.
        tests: as pytest names them.
    """
    given = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(
        command,
        cwd=tree / "tests",
        env={**given, "OPENLAAS_TEST_BODIES": "30", "OPENLAAS_TEST_STATIC": str(static)},
        capture_output=True,
        text=True,
        check=False,
    )


def examine(guard: Guard, static: Path) -> Verdict:
    """Take the guard away from a copy and run its test there."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="openlaas-guard-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(REPOSITORY, tree, ignore=LEFT_OUT)
        for path, content in changed_files(guard, tree).items():
            path.write_text(content, encoding="utf-8")
        done = run_tests(tree, static, "--exitfirst", guard.test)
    red = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    noticed = done.returncode == FAILED and bool(red)
    by = red[0].removeprefix("FAILED ").split(" - ")[0] if red else guard.test
    if not noticed and done.returncode != PASSED:
        by = f"no verdict from {guard.test}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return Verdict(guard=guard, noticed=noticed, by=by, seconds=time.monotonic() - started)


def green_before(guards: list[Guard], static: Path) -> bool:
    """Tell whether the tests pass while every guard stands; else they prove nothing."""
    with tempfile.TemporaryDirectory(prefix="openlaas-guard-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(REPOSITORY, tree, ignore=LEFT_OUT)
        for guard in guards:  # one that has moved is told before anything is run
            changed_files(guard, tree)
        done = run_tests(tree, static, *sorted({guard.test for guard in guards}))
    if done.returncode != PASSED:
        print(done.stdout[-4000:], done.stderr[-2000:], sep="\n")
    return done.returncode == PASSED


def told(guards: list[Guard], static: Path) -> Iterator[Verdict]:
    """Examine guards, some at once, and print what became of each."""
    width = max(len(guard.name) for guard in guards)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for verdict in pool.map(partial(examine, static=static), guards):
            word = "red  " if verdict.noticed else "GREEN"
            row = f"{word} {verdict.seconds:4.0f} s  {verdict.guard.name:{width}}  {verdict.by}"
            print(row, flush=True)
            yield verdict


def main(words: list[str]) -> int:
    """Examine the guards whose name has one of the words, or all; 0 when every one is missed."""
    guards = [g for g in GUARDS if not words or any(word in g.name for word in words)]
    print(f"{len(guards)} guards; their tests, while all stand: ", end="", flush=True)
    with tempfile.TemporaryDirectory(prefix="openlaas-static-") as static:
        if not guards or not green_before(guards, Path(static)):
            print("not green")
            return 1
        print("green\n")
        unnoticed = sum(not verdict.noticed for verdict in told(guards, Path(static)))
    print(f"\n{len(guards) - unnoticed} of {len(guards)} guards are missed when they are gone")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
