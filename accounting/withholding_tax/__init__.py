"""ภาษีหัก ณ ที่จ่าย: what is withheld, its certificates (ม.50 ทวิ), its returns (ภ.ง.ด.1, 3, 53)."""
