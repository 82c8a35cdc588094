"""Who a body is, as an archive tells it and as the directory knows it."""

from dataclasses import asdict, dataclass
from typing import Any

from tenants.directory.models import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyFacts:
    """What an archive says of its body: enough to register it where nobody knows it."""

    code: str
    id: str
    kind: str
    name_th: str
    full_name_th: str
    parent_code: str | None
    province_code: str
    district_code: str | None
    is_training: bool

    def as_json(self) -> dict[str, Any]:
        """Return them as the manifest has them."""
        return asdict(self)


def facts_of(code: str) -> BodyFacts | None:
    """Return what the directory knows of a body, with books or without."""
    body = Body.objects.filter(code=code).select_related("parent").first()
    if body is None:
        return None
    return BodyFacts(
        code=body.code,
        id=str(body.id),
        kind=body.kind,
        name_th=body.name_th,
        full_name_th=body.full_name_th,
        parent_code=body.parent.code if body.parent else None,
        province_code=body.province_id,
        district_code=body.district_id,
        is_training=body.is_training,
    )
