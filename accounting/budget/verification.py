"""The promises of the budget ledger, as questions that find whatever breaks one.

Rows of (none, detail), without an ORDER BY of their own, as those of the journal's verification,
which asks them. Parameter: genesis, the hash that the first movement follows.
"""

# The text that is hashed, of movement m and its line l; budget_seal.sql writes the same.
HASHED = """
json_build_array(1, m.movement_no, m.kind, m.amount::text, m.document_id, m.holder_id, m.day,
    m.officer_id, to_char(m.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    m.line_id, l.fiscal_year, l.fund_source, l.plan, l.task, l.expenditure_type, l.project,
    l.name)::text
"""
_SUM = "coalesce(sum(m.amount) FILTER (WHERE m.kind = '{}'), 0)"
_COLUMNS = {
    "approved": ("approve", None),
    "supplemented": ("supplement", None),
    "transferred_in": ("transfer_in", None),
    "transferred_out": ("transfer_out", None),
    "carried_in": ("carry_in", None),
    "carried_out": ("carry_out", None),
    "lapsed": ("lapse", None),
    "reserved": ("reserve", "unreserve"),
    "obligated": ("obligate", "unobligate"),
    "disbursed": ("disburse", "restore"),
}


def _net(grows: str, shrinks: str | None) -> str:
    return _SUM.format(grows) + (f" - {_SUM.format(shrinks)}" if shrinks else "")


_KEPT = ", ".join(f"l.{column}" for column in _COLUMNS)
_MOVED = ", ".join(_net(*kinds) for kinds in _COLUMNS.values())

CHECKS: dict[str, str] = {
    # The text is made of the rows as they are: whatever of them was changed, or of the line that
    # they move, gives another hash.
    "budget chain": f"""
        SELECT NULL::bigint, format('movement %%s: the hash does not follow from the one before'
                                    ' and from what it and its line say', movement_no)
          FROM (SELECT m.movement_no, m.hash,
                       encode(sha256(convert_to(
                           lag(m.hash, 1, %(genesis)s) OVER (ORDER BY m.movement_no)
                           || {HASHED}, 'UTF8')), 'hex') AS expected
                  FROM budget_movement m LEFT JOIN budget_line l ON l.id = m.line_id) AS told
         WHERE hash IS DISTINCT FROM expected
    """,
    "head of the budget": """
        SELECT NULL::bigint, format('the head is movement %%s, the last is movement %%s',
                                    h.movement_no, last.movement_no)
          FROM (SELECT coalesce(max(movement_no), 0) AS movement_no,
                       coalesce(max(hash) FILTER (WHERE place = 1), %(genesis)s) AS hash,
                       max(recorded_at) AS recorded_at
                  FROM (SELECT 1 AS place, movement_no, hash, recorded_at FROM budget_movement
                         ORDER BY movement_no DESC LIMIT 1) AS movement) AS last
          LEFT JOIN budget_head h ON true
         WHERE (h.movement_no IS NOT NULL OR last.movement_no > 0)
           AND ((h.movement_no, h.hash) IS DISTINCT FROM (last.movement_no, last.hash)
                OR h.recorded_at <> last.recorded_at)
    """,
    "movements without gap": """
        SELECT NULL::bigint, format('movement %%s follows %%s', movement_no, previous)
          FROM (SELECT movement_no, lag(movement_no, 1, 0) OVER (ORDER BY movement_no) AS previous
                  FROM budget_movement) AS movement
         WHERE movement_no <> previous + 1
    """,
    "time of movements": """
        SELECT NULL::bigint, format('movement %%s: recorded at %%s, the one before at %%s',
                                    movement_no, recorded_at, previous)
          FROM (SELECT movement_no, recorded_at,
                       lag(recorded_at) OVER (ORDER BY movement_no) AS previous
                  FROM budget_movement) AS movement
         WHERE recorded_at < previous
    """,
    "budget columns are the sums of movements": f"""
        SELECT NULL::bigint, format('line %%s: kept %%s, moved %%s', l.id, kept, moved)
          FROM (SELECT l.id, row({_KEPT})::text AS kept,
                       row({_MOVED})::text AS moved,
                       row({_KEPT}) IS DISTINCT FROM row({_MOVED}) AS differs
                  FROM budget_line l LEFT JOIN budget_movement m ON m.line_id = l.id
                 GROUP BY l.id) AS l
         WHERE differs
    """,
    "movements have their line and document": """
        SELECT NULL::bigint, format('movement %%s: line %%s or document %%s is not there',
                                    m.movement_no, m.line_id, m.document_id)
          FROM budget_movement m
          LEFT JOIN budget_line l ON l.id = m.line_id
          LEFT JOIN document d ON d.id = m.document_id
         WHERE l.id IS NULL OR d.id IS NULL
    """,
    "commitments are the sums of movements": """
        SELECT NULL::bigint, format('%%s of document %%s on line %%s: open %%s, moved %%s', kind,
                                    document_id, line_id, open, moved)
          FROM (SELECT document_id, line_id, kind, amount - drawn - released AS open
                  FROM commitment) AS c
          FULL JOIN (SELECT holder_id AS document_id, line_id,
                            CASE kind WHEN 'reserve' THEN 'hold' WHEN 'unreserve' THEN 'hold'
                                      WHEN 'obligate' THEN 'obligation'
                                      WHEN 'unobligate' THEN 'obligation'
                                      ELSE 'disbursement' END AS kind,
                            sum(CASE WHEN kind IN ('reserve', 'obligate', 'disburse')
                                     THEN amount ELSE -amount END) AS moved
                       FROM budget_movement WHERE holder_id IS NOT NULL GROUP BY 1, 2, 3) AS m
               USING (document_id, line_id, kind)
         WHERE open IS DISTINCT FROM moved
    """,
    "budget columns are what documents hold": """
        SELECT NULL::bigint, format('line %%s: kept %%s/%%s/%%s, held %%s/%%s/%%s', l.id,
                                    l.reserved, l.obligated, l.disbursed, c.reserved,
                                    c.obligated, c.disbursed)
          FROM budget_line l
          FULL JOIN (SELECT line_id,
                            coalesce(sum(open) FILTER (WHERE kind = 'hold'), 0) AS reserved,
                            coalesce(sum(open) FILTER (WHERE kind = 'obligation'), 0) AS obligated,
                            coalesce(sum(open) FILTER (WHERE kind = 'disbursement'), 0)
                                AS disbursed
                       FROM (SELECT line_id, kind, amount - drawn - released AS open
                               FROM commitment) AS held
                      GROUP BY line_id) AS c ON c.line_id = l.id
         WHERE l.id IS NULL
            OR (l.reserved, l.obligated, l.disbursed) IS DISTINCT FROM
               (coalesce(c.reserved, 0), coalesce(c.obligated, 0), coalesce(c.disbursed, 0))
    """,
    "transfers come to nothing": """
        SELECT NULL::bigint, format('document %%s: out %%s, in %%s', document_id, lost, won)
          FROM (SELECT document_id,
                       coalesce(sum(amount) FILTER (WHERE kind = 'transfer_out'), 0) AS lost,
                       coalesce(sum(amount) FILTER (WHERE kind = 'transfer_in'), 0) AS won
                  FROM budget_movement WHERE kind IN ('transfer_out', 'transfer_in')
                 GROUP BY document_id) AS transfer
         WHERE lost <> won
    """,
}
