from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0006_release"),
    ]

    operations = [
        migrations.AlterField(
            model_name="move",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("move", "ย้ายที่เก็บ"),
                    ("generation", "เปิดสมุดรุ่นใหม่"),
                    ("swap", "สลับสมุด"),
                ],
                max_length=12,
            ),
        ),
    ]
