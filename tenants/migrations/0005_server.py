"""List the other servers, mark what is made up, and let the database keep a cell's size."""

from django.db import migrations, models

_KEEP_SIZE = """
CREATE FUNCTION place_is_within_its_cell() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.slot > (SELECT capacity FROM public.cell WHERE name = NEW.cell_id) THEN
        RAISE EXCEPTION 'cell % holds no slot %: it is too small', NEW.cell_id, NEW.slot
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER place_is_within_its_cell BEFORE INSERT OR UPDATE OF slot, cell_id ON place
    FOR EACH ROW EXECUTE FUNCTION place_is_within_its_cell()
"""
_KEEP_SIZE_NO_MORE = "DROP FUNCTION place_is_within_its_cell() CASCADE"


class Migration(migrations.Migration):
    """Adds the table of servers, the mark of simulated units, and the limits of a cell."""

    dependencies = [("tenants", "0004_life_cycle")]

    operations = [
        migrations.CreateModel(
            name="Server",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("host", models.CharField(max_length=200)),
                (
                    "port",
                    models.PositiveIntegerField(
                        help_text="Empty: the default server's.", null=True
                    ),
                ),
                (
                    "is_open",
                    models.BooleanField(default=True, help_text="New cells may be made here."),
                ),
                ("added_at", models.DateTimeField()),
            ],
            options={"db_table": "server"},
        ),
        migrations.AddConstraint(
            model_name="server",
            constraint=models.UniqueConstraint(
                fields=("host", "port"), name="server_is_listed_once", nulls_distinct=False
            ),
        ),
        migrations.AddField(
            model_name="body",
            name="is_simulated",
            field=models.BooleanField(
                default=False,
                help_text="Made up for load tests; see provisioning.simulated_units.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cell",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__gte", 1), ("capacity__lte", 1000)),
                name="cell_is_no_larger_than_measured",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("slot__gte", 1)), name="place_slots_begin_at_one"
            ),
        ),
        migrations.RunSQL(_KEEP_SIZE, _KEEP_SIZE_NO_MORE),
    ]
