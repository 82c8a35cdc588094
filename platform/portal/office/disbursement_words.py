"""Words of the disbursement side: what forms offer to choose from, and labels used again."""

from accounting.documents.workflow import Words

DAY = Words("วันที่", "Day")
AMOUNT = Words("จำนวนเงิน", "Amount")
PAYEE = Words("จ่ายให้", "Payee")
FUND = Words("แหล่งเงิน", "Fund source")
FUNDS = [
    ("BUDGET", Words("เงินงบประมาณ", "Annual budget")),
    ("RESERVED_BUDGET", Words("เงินกันไว้เบิกเหลื่อมปี", "Carried-over budget")),
    ("ACCUM", Words("เงินสะสม", "Accumulated fund")),
    ("GRANT_SPEC", Words("เงินอุดหนุนเฉพาะกิจ", "Specific grant")),
    ("RESERVED_GRANT", Words("เงินอุดหนุนกันไว้", "Carried-over grant")),
    ("DEPOSIT", Words("เงินรับฝาก", "Deposit")),
    ("LOAN", Words("เงินกู้", "Loan")),
    ("STATE_DIRECT", Words("งบประมาณของรัฐ (New GFMIS)", "State budget")),
]
DEDUCTIONS = [
    ("wht", Words("ภาษีหัก ณ ที่จ่าย", "Withholding tax")),
    ("fine", Words("ค่าปรับ", "Fine")),
    ("retention", Words("เงินประกันผลงาน", "Retention")),
    ("advance", Words("หักเงินจ่ายล่วงหน้า", "Advance recovered")),
    ("guarantee", Words("เงินประกันสัญญา", "Contract guarantee")),
    ("social_security", Words("ประกันสังคม", "Social security")),
    ("pension_fund", Words("กบข.", "Pension fund")),
    ("provident_fund", Words("กสจ.", "Provident fund")),
    ("cooperative", Words("สหกรณ์และอื่น ๆ", "Cooperative and others")),
]
SOURCES = [
    ("inspection", Words("ใบตรวจรับ", "Inspection")),
    ("utility", Words("ค่าสาธารณูปโภค", "Utility bill")),
    ("payroll", Words("เงินเดือน ค่าจ้าง", "Payroll")),
    ("subsidy", Words("เงินอุดหนุน เงินช่วยเหลือ", "Subsidy")),
    ("deposit", Words("คืนเงินรับฝาก เงินประกัน", "Deposit given back")),
    ("advance", Words("เงินจ่ายล่วงหน้าแก่คู่สัญญา", "Advance to a contractor")),
]
METHODS = [
    ("cheque", Words("เช็ค", "Cheque")),
    ("withdrawal", Words("ใบถอน", "Withdrawal slip")),
    ("transfer", Words("โอนเข้าบัญชี", "Transfer")),
    ("gfmis", Words("จ่ายตรงผ่าน New GFMIS", "New GFMIS")),
]
