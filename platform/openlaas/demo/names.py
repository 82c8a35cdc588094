"""Invented Thai names for demo officers, the same for the same key."""

from random import Random

_MALE = (
    *("สมชาย", "ประเสริฐ", "วิชัย", "สุรชัย", "อนันต์", "ธนากร", "กิตติพงษ์", "ณรงค์", "ปรีชา", "ศักดิ์ชัย"),
    *("ชัยวัฒน์", "พิชัย", "มานพ", "วีระ", "สุเทพ", "เกรียงไกร", "ภาณุพงศ์", "อภิชาติ", "ธีรพล", "นพดล"),
)
_FEMALE = (
    *("สมศรี", "วรรณา", "สุภาพร", "นงลักษณ์", "พรทิพย์", "กาญจนา", "ศิริพร", "อรุณี", "จันทร์เพ็ญ", "ปราณี"),
    *("สุนิสา", "มาลี", "รัชนี", "ดวงใจ", "ลัดดา", "ชุติมา", "ณัฐธิดา", "พิมพ์ชนก", "อัญชลี", "เบญจวรรณ"),
)
_FAMILY_FIRST = (
    *("ทอง", "ศรี", "แก้ว", "บุญ", "สุข", "วงศ์", "ชัย", "พงษ์", "เพชร", "รุ่ง"),
    *("จันทร์", "มณี", "ธรรม", "เกษม", "อินทร์"),
)
_FAMILY_LAST = (
    *("สวัสดิ์", "เจริญ", "พันธุ์", "มงคล", "ประเสริฐ", "วัฒนา", "ไพศาล", "สมบูรณ์", "รักษา", "สกุล"),
    *("คำดี", "ใจงาม", "นิยม", "ภักดี", "ศิลป์"),
)


def officer_name(key: str) -> str:
    """Give title, first and family name for a key; nobody real is meant."""
    rng = Random(f"name of {key}")  # noqa: S311 - a demo, not a secret
    title, firsts = rng.choice((("นาย", _MALE), ("นาง", _FEMALE), ("นางสาว", _FEMALE)))
    return f"{title}{rng.choice(firsts)} {rng.choice(_FAMILY_FIRST)}{rng.choice(_FAMILY_LAST)}"
