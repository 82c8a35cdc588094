"""Say where books are in rows of their own: a body may have books in more than one place."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

_TAKE_OVER = """
INSERT INTO place (id, cell_id, slot, schema_name, use, body_id, generation, taken_at)
SELECT gen_random_uuid(), cell_id, slot, schema_name, 'live', id, 1, coalesce(provisioned_at, now())
  FROM body WHERE cell_id IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE
"""


class Migration(migrations.Migration):
    """Takes over the place of each body from its row."""

    dependencies = [("tenants", "0002_second_step")]

    operations = [
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "slot",
                    models.PositiveIntegerField(
                        help_text="Its role in the cell; see records.slot_role."
                    ),
                ),
                ("schema_name", models.CharField(max_length=63)),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("spare", "สมุดว่าง พร้อมใช้"),
                            ("making", "กำลังสร้าง"),
                            ("live", "สมุดที่ใช้งาน"),
                            ("earlier", "สมุดรุ่นก่อน"),
                            ("beside", "สมุดที่กู้คืนไว้เทียบ"),
                            ("kept", "สำเนาหลังย้าย"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "generation",
                    models.PositiveIntegerField(
                        default=1, help_text="The body's ledger generation."
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="tenants.body",
                    ),
                ),
                (
                    "cell",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.cell",
                    ),
                ),
            ],
            options={"db_table": "place"},
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                fields=("cell", "slot"), name="place_has_its_slot_alone"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                fields=("cell", "schema_name"), name="place_has_its_schema_alone"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                condition=models.Q(("use", "live")),
                fields=("body",),
                name="body_has_one_live_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("use__in", ["spare", "making"]), ("body__isnull", False), _connector="OR"
                ),
                name="place_in_use_has_a_body",
            ),
        ),
        migrations.RunSQL(_TAKE_OVER),
        migrations.RemoveConstraint(model_name="body", name="body_has_its_slot_alone"),
        migrations.RemoveConstraint(model_name="body", name="body_with_books_has_a_place"),
        migrations.RemoveField(model_name="body", name="cell"),
        migrations.RemoveField(model_name="body", name="slot"),
    ]
