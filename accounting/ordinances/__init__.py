"""ข้อบัญญัติและเทศบัญญัติงบประมาณ: the documents that move the budget ledger, each by its authority.

The ordinance and its supplementaries, appropriations outside it, transfers, and what explains a
line.
"""
