"""An entry of the directory as a row of a list."""

from sojourn.exchange.hsds import ServiceRow
from sojourn.response.referral.models import Service


def row_of(service: Service, *, line: int = 0) -> ServiceRow:
    """Return a service as the list format has it."""
    return ServiceRow(
        line=line,
        name=service.name,
        organization=service.provider,
        kinds=tuple(service.kinds),
        status=service.status,
        description=service.description,
        country=service.country,
        area=service.area,
        address=service.address,
        is_confidential=service.is_confidential,
        languages=tuple(service.languages),
        capacity=service.capacity,
        eligibility=service.eligibility,
        required_documents=service.documents_needed,
        schedule=service.hours,
        phone=service.phone,
        assured_date=service.assured_on,
    )
