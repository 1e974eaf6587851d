"""Forms of imports and of the register."""

from sojourn.preparedness.registration.forms.lists import BringList, MapColumns
from sojourn.preparedness.registration.forms.people import (
    LookAfter,
    Narrow,
    NewContact,
    NewDocument,
    NewPerson,
    NewPlace,
    PersonForm,
)

__all__ = [
    "BringList",
    "LookAfter",
    "MapColumns",
    "Narrow",
    "NewContact",
    "NewDocument",
    "NewPerson",
    "NewPlace",
    "PersonForm",
]
