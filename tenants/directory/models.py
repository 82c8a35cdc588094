"""Provinces, districts, bodies, and the servers and cells that hold their books."""

import uuid

from django.db import models
from django_tenants.models import TenantMixin


class Province(models.Model):
    """จังหวัด: 77, by DOPA code (provinces.csv)."""

    code = models.CharField(max_length=2, primary_key=True)
    iso_3166_2 = models.CharField(max_length=5)
    name_th = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    region_th = models.CharField(max_length=100)

    class Meta:
        db_table = "province"

    def __str__(self) -> str:
        return self.name_th


class District(models.Model):
    """อำเภอ: 878, by DOPA code (districts.csv)."""

    code = models.CharField(max_length=4, primary_key=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT)
    name_th = models.CharField(max_length=100)

    class Meta:
        db_table = "district"

    def __str__(self) -> str:
        return self.name_th


class Instance(models.Model):
    """This instance, which no other one is: its id is marked in every template of ours."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    is_the_only = models.BooleanField(default=True, unique=True)

    class Meta:
        db_table = "instance"
        constraints = [
            models.CheckConstraint(
                name="there_is_one_instance", condition=models.Q(is_the_only=True)
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Server(models.Model):
    """A PostgreSQL server beside the default one, which is the control plane's and has no row."""

    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(null=True, help_text="Empty: the default server's.")
    is_open = models.BooleanField(default=True, help_text="New cells may be made here.")
    added_at = models.DateTimeField()

    class Meta:
        db_table = "server"
        constraints = [
            models.UniqueConstraint(
                fields=["host", "port"], name="server_is_listed_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host


# Settings of autovacuum, the time of a copy and of a backup are measured for cells of this size.
LARGEST_CELL = 1000


class Cell(models.Model):
    """A database that holds at most ``capacity`` bodies; the unit of failure and of growth."""

    name = models.CharField(max_length=40, primary_key=True, help_text="The database's name.")
    host = models.CharField(max_length=200, blank=True, help_text="Empty: the default server.")
    port = models.PositiveIntegerField(null=True)
    capacity = models.PositiveIntegerField(default=1000)
    is_open = models.BooleanField(default=True, help_text="New bodies may be placed here.")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "cell"
        constraints = [
            models.CheckConstraint(
                name="cell_is_no_larger_than_measured",
                condition=models.Q(capacity__gte=1, capacity__lte=LARGEST_CELL),
            )
        ]

    def __str__(self) -> str:
        return self.name


class BodyState(models.TextChoices):
    """Whether a body's books are open; ``provisioning`` while its live place has none yet."""

    REGISTERED = "registered", "ขึ้นทะเบียน ยังไม่มีสมุดบัญชี"
    PROVISIONING = "provisioning", "กำลังสร้างสมุดบัญชี"
    OPEN = "open", "เปิดใช้งาน"
    READ_ONLY = "read_only", "อ่านได้อย่างเดียว"
    IMPORT_ONLY = "import_only", "นำเข้าข้อมูลเท่านั้น"
    MAINTENANCE = "maintenance", "ปิดปรับปรุง"
    SUSPENDED = "suspended", "ระงับ"
    ARCHIVED = "archived", "เก็บถาวร"
    MOVING = "moving", "กำลังย้ายสมุดบัญชี"


class Body(TenantMixin):  # type: ignore[misc]  # django-tenants ships no type information
    """อปท. or a unit under one (หน่วยงานภายใต้สังกัด): a tenant, known by its code.

    A unit's code is its parent's, a hyphen, and two or three digits (api.md). Nothing is computed
    from a code at run time.
    """

    auto_create_schema = False
    auto_drop_schema = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=16, help_text="PAO CITY TOWN TMUN SAO SPEC, or a unit's.")
    name_th = models.CharField(max_length=200)
    full_name_th = models.CharField(max_length=250)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="units")
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="+")
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, related_name="+")
    area_km2 = models.DecimalField(max_digits=10, decimal_places=3, null=True)
    latitude = models.DecimalField(max_digits=11, decimal_places=8, null=True)
    longitude = models.DecimalField(max_digits=11, decimal_places=8, null=True)
    is_training = models.BooleanField(default=False)
    is_simulated = models.BooleanField(
        default=False, help_text="Made up for load tests; see provisioning.simulated_units."
    )

    state = models.CharField(max_length=16, default=BodyState.REGISTERED)
    state_message_th = models.CharField(max_length=300, blank=True)
    state_message_en = models.CharField(max_length=300, blank=True)
    state_until = models.DateTimeField(null=True, help_text="From then on the body is open again.")
    epoch = models.PositiveIntegerField(default=1, help_text="Grows when a cache must forget it.")
    provisioned_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "body"
        constraints = [
            models.CheckConstraint(
                name="body_state_that_ends_may_end",
                condition=models.Q(state_until__isnull=True)
                | models.Q(state__in=["read_only", "import_only", "maintenance", "suspended"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.full_name_th}"


class PlaceUse(models.TextChoices):
    """What a place in a cell holds. Whoever asks for a body's books gets those of the live one."""

    SPARE = "spare", "สมุดว่าง พร้อมใช้"  # a schema ready for whichever body comes next
    MAKING = "making", "กำลังสร้าง"  # not whole yet, and nobody's books
    LIVE = "live", "สมุดที่ใช้งาน"
    EARLIER = "earlier", "สมุดรุ่นก่อน"  # of an earlier ledger generation, readable
    BESIDE = "beside", "สมุดที่กู้คืนไว้เทียบ"  # restored or imported beside the live ones
    KEPT = "kept", "สำเนาหลังย้าย"  # left behind by a move or a swap, until it is released


class Place(models.Model):
    """A schema in a cell, with the role of its slot: the only record of where books are.

    Moving a body, giving it a new generation or putting restored books in the place of live ones
    changes what two rows are used for, in one transaction; nothing else.

    A trigger (migration 0004) refuses a slot above the cell's capacity, so a cell can never hold
    more places than that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    cell = models.ForeignKey(Cell, on_delete=models.PROTECT, related_name="+")
    slot = models.PositiveIntegerField(help_text="Its role in the cell; see records.slot_role.")
    schema_name = models.CharField(max_length=63)
    use = models.CharField(max_length=8, choices=PlaceUse.choices)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="places")
    generation = models.PositiveIntegerField(default=1, help_text="The body's ledger generation.")
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "place"
        constraints = [
            models.UniqueConstraint(fields=["cell", "slot"], name="place_has_its_slot_alone"),
            models.CheckConstraint(
                name="place_slots_begin_at_one", condition=models.Q(slot__gte=1)
            ),
            models.UniqueConstraint(
                fields=["cell", "schema_name"], name="place_has_its_schema_alone"
            ),
            models.UniqueConstraint(
                fields=["body"], condition=models.Q(use="live"), name="body_has_one_live_place"
            ),
            models.CheckConstraint(
                name="place_in_use_has_a_body",
                condition=models.Q(use__in=["spare", "making"]) | models.Q(body__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} in {self.cell_id}"
