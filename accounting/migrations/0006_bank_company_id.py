from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounting", "0005_disbursement"),
    ]

    operations = [
        migrations.AddField(
            model_name="bankaccount",
            name="company_id",
            field=models.CharField(
                help_text="As the bank's branch gave it, for files of transfers.",
                max_length=16,
                null=True,
            ),
        ),
    ]
