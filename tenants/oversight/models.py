"""What the centre told and asked whom; the program adds rows, and changes or deletes none.

But `CentralAnswer`, which is forgotten in time, and the count that a trigger keeps.
"""

from django.db import models
from django.db.models import F, Q

from tenants.directory.models import Body, Province
from tenants.officers.models import Officer

OFFICE_LEVELS = Q(role="DLA") | Q(role="PROVINCE", level="P") | Q(role="DISTRICT", level="D")


class CentralAnswer(models.Model):
    """The first answer to a request of the centre, kept in the transaction of its effect."""

    pk = models.CompositePrimaryKey("officer_id", "route", "key")
    officer_id = models.UUIDField()
    route = models.CharField(max_length=120)
    key = models.CharField(max_length=128)
    request_sha256 = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    answer = models.TextField()
    answered_at = models.DateTimeField()

    class Meta:
        db_table = "central_answer"


class Announcement(models.Model):
    """หนังสือแจ้ง/ประกาศ: what an office of the centre tells bodies of its area.

    The office is a role and its area: of the nation (N), a province (P) or a district (D). Both
    days are inclusive, of Bangkok. ``kinds`` has the kinds of bodies with spaces between; empty:
    all. A later body of the area is told too, as long as it is in force.
    """

    id = models.BigAutoField(primary_key=True)
    role = models.CharField(max_length=20)
    level = models.CharField(max_length=1, help_text="N, P or D.")
    area = models.CharField(max_length=4, help_text="Empty: the nation.")
    title = models.CharField(max_length=200)
    text = models.TextField(help_text="Plain, at most 4,000 characters.")
    is_urgent = models.BooleanField()
    kinds = models.CharField(max_length=300)
    from_date = models.DateField()
    until_date = models.DateField()
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False)
    announced_at = models.DateTimeField()

    class Meta:
        db_table = "announcement"
        indexes = [models.Index(fields=["until_date"], name="announcements_in_force")]
        constraints = [
            models.CheckConstraint(
                name="announcement_ends_after_it_begins",
                condition=Q(until_date__gte=F("from_date")),
            ),
            models.CheckConstraint(
                name="announcement_says_something", condition=~Q(title="") & ~Q(text="")
            ),
            models.CheckConstraint(
                name="announcement_is_of_an_office",
                condition=OFFICE_LEVELS
                & (Q(level="N", area="") | Q(level__in=["P", "D"]) & ~Q(area="")),
            ),
        ]


class AnnouncementAddressee(models.Model):
    """To whom: the nation (N), a province (P), a district (D) or one body (B), never twice."""

    pk = models.CompositePrimaryKey("announcement_id", "level", "code")
    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, db_index=False)
    level = models.CharField(max_length=1)
    code = models.CharField(max_length=12, help_text="Empty: the nation.")

    class Meta:
        db_table = "announcement_addressee"
        constraints = [
            models.CheckConstraint(
                name="addressee_is_a_place",
                condition=Q(level="N", code="") | Q(level__in=["P", "D", "B"]) & ~Q(code=""),
            ),
        ]


class AnnouncementReading(models.Model):
    """รับทราบ: the officer who first said for a body that it has read it."""

    pk = models.CompositePrimaryKey("announcement_id", "body_id")
    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, db_index=False)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, db_index=False)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False)
    read_at = models.DateTimeField()

    class Meta:
        db_table = "announcement_reading"


class AnnouncementReadCount(models.Model):
    """How many bodies of a province have read an announcement: kept by a trigger, by nobody else.

    By province, so that bodies of the nation that read at once do not wait for one row.
    """

    pk = models.CompositePrimaryKey("announcement_id", "province_id")
    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, db_index=False)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, db_index=False)
    bodies = models.IntegerField()

    class Meta:
        db_table = "announcement_read_count"


class AnnouncementWithdrawal(models.Model):
    """ยกเลิกประกาศ: by whom, when and why; the announcement stays."""

    announcement = models.OneToOneField(Announcement, on_delete=models.PROTECT, primary_key=True)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False)
    reason = models.CharField(max_length=300)
    withdrawn_at = models.DateTimeField()

    class Meta:
        db_table = "announcement_withdrawal"
        constraints = [
            models.CheckConstraint(name="withdrawal_has_a_reason", condition=~Q(reason=""))
        ]


class Question(models.Model):
    """ข้อทักท้วง/ข้อสอบถาม: what an office of the centre asks of one body of its area.

    ``reference`` is a document's number or an account, as the body prints it; empty: of none.
    """

    id = models.BigAutoField(primary_key=True)
    role = models.CharField(max_length=20)
    level = models.CharField(max_length=1, help_text="N, P or D.")
    area = models.CharField(max_length=4, help_text="Empty: the nation.")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, db_index=False)
    subject = models.CharField(max_length=200)
    reference = models.CharField(max_length=40)
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "question"
        indexes = [models.Index(fields=["body", "-id"], name="questions_of_a_body")]
        constraints = [
            models.CheckConstraint(name="question_has_a_subject", condition=~Q(subject="")),
            models.CheckConstraint(
                name="question_is_of_an_office",
                condition=(OFFICE_LEVELS | Q(role="OAG"))
                & (Q(level="N", area="") | Q(level__in=["P", "D"]) & ~Q(area="")),
            ),
        ]


class QuestionStep(models.Model):
    """A question, an answer or the end of a thread; the last step is its state.

    Steps are numbered without gaps, so of two that are written at once one is refused; a trigger
    sees to that, and that nothing follows the end. A question has the day by which it is to be
    answered, inclusive.
    """

    pk = models.CompositePrimaryKey("question_id", "step_no")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, db_index=False)
    step_no = models.SmallIntegerField()
    act = models.CharField(max_length=8, help_text="ask, answer or close.")
    text = models.TextField(help_text="Plain, at most 4,000 characters.")
    due_date = models.DateField(null=True)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False)
    position_th = models.CharField(max_length=200)
    request_id = models.UUIDField(
        null=True, unique=True, help_text="Of a body's answer: sent again, it is found by this."
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "question_step"
        constraints = [
            models.CheckConstraint(
                name="thread_begins_with_a_question",
                condition=Q(step_no=1, act="ask")
                | Q(step_no__gt=1, act__in=["ask", "answer", "close"]),
            ),
            models.CheckConstraint(
                name="question_alone_is_due",
                condition=Q(act="ask", due_date__isnull=False)
                | Q(act__in=["answer", "close"], due_date__isnull=True),
            ),
            models.CheckConstraint(name="step_says_something", condition=~Q(text="")),
        ]
