"""The paper of a document of any kind that has one. The caller has opened the transaction."""

from uuid import UUID

from accounting.documents.queries import kind_of
from papers import ordinances
from papers.paper_form import Paper
from papers.revenue import PAPERS
from tenants.directory.records import BodyRecord

_BY_KIND = {kind.flow.kind: (kind, told) for kind, told in (*PAPERS, *ordinances.PAPERS)}


def of_document(*, body: BodyRecord, reference: UUID | str) -> Paper | None:
    """Return the paper of a document, by its id or its printed number; None without one."""
    found = kind_of(reference=reference, kinds=list(_BY_KIND))
    if found is None:
        return None
    document_id, kind_name = found
    kind, told = _BY_KIND[kind_name]
    return told(body, kind.shown(document_id))
