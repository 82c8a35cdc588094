"""บันทึกการใช้งาน: control acts that the journal itself does not record."""
