import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0007_alter_move_purpose"),
    ]

    operations = [
        migrations.CreateModel(
            name="Instance",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                ("is_the_only", models.BooleanField(default=True, unique=True)),
            ],
            options={
                "db_table": "instance",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("is_the_only", True)), name="there_is_one_instance"
                    )
                ],
            },
        ),
    ]
