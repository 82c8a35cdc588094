from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform as Text
from django.db.models.fields.json import KeyTransform as Part
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

PARTY = Coalesce(
    Text("vendor", "content"),
    Text("payee", "content"),
    Text("payer_id", "content"),
    Text("payee", Part("said", "content")),
    Text("payer_id", Part("said", "content")),
    Text("debtor_id", Part("said", "content")),
)


class Migration(migrations.Migration):
    dependencies = [("accounting", "0006_bank_company_id")]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                PARTY,
                models.F("id"),
                name="document_naming_party",
                condition=models.Q(IsNull(PARTY, rhs=False)),
            ),
        ),
    ]
