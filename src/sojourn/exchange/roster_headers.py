"""Which column of a list means what: headings in many languages, and what the cells look like."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from sojourn.exchange.tables import Line


class Field(StrEnum):
    """What a column of a roster may hold."""

    NAME = "name"
    GIVEN_NAME = "given_name"
    MIDDLE_NAME = "middle_name"
    FAMILY_NAME = "family_name"
    OTHER_NAMES = "other_names"
    NATIONALITY = "nationality"
    SEX = "sex"
    BIRTH = "birth"
    AGE = "age"
    OCCUPATION = "occupation"
    LANGUAGE = "language"
    PHONE = "phone"
    EMAIL = "email"
    PASSPORT = "passport"
    NATIONAL_ID = "national_id"
    HOUSEHOLD = "household"
    PLACE = "place"
    COUNTRY = "country"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    COORDINATES = "coordinates"
    ACCURACY_KM = "accuracy_km"
    OBSERVED_AT = "observed_at"


# In the order: English, French, Spanish, Portuguese, Arabic, Nepali, Hindi, Bengali, Filipino,
# Amharic, Ukrainian, Russian, Vietnamese, Chinese, Indonesian. Commas part them.
_HEADINGS: Final[Mapping[Field, str]] = {
    Field.NAME: """
        name, full name, name in full, worker name, employee name, student name,
        nom complet, nom et prénom, nom prénom, nom et prénoms, nombre completo,
        nombre y apellidos, nome completo, nome, الاسم, الاسم الكامل, الإسم, اسم,
        اسم العامل, नाम, नाम थर, पूरा नाम, पुरा नाम, নাম, পূর্ণ নাম, pangalan, buong pangalan,
        ስም, ሙሉ ስም, піб, повне імʼя, імʼя та прізвище, фио, полное имя, họ và tên, họ tên,
        tên, 姓名, 名字, nama, nama lengkap
    """,
    Field.GIVEN_NAME: """
        given name, given names, first name, first names, forename, prénom, prénoms, nombre,
        nombres, primeiro nome, الاسم الأول, पहिलो नाम, प्रथम नाम, প্রথম নাম, unang pangalan,
        የመጀመሪያ ስም, імʼя, имя, tên đệm và tên, 名, nama depan
    """,
    Field.MIDDLE_NAME: """
        middle name, middle names, father name, fathers name, second name, deuxième prénom,
        segundo nombre, اسم الأب, बुवाको नाम, पिता का नाम, পিতার নাম, gitnang pangalan,
        የአባት ስም, по батькові, отчество, tên đệm
    """,
    Field.FAMILY_NAME: """
        family name, surname, last name, nom, nom de famille, apellido, apellidos,
        sobrenome, اسم العائلة, اللقب, العائلة, थर, उपनाम, पारिवारिक नाम, বংশ নাম, apelyido,
        የአያት ስም, прізвище, фамилия, họ, 姓, nama belakang, nama keluarga
    """,
    Field.OTHER_NAMES: """
        other names, alias, also known as, aka, known as, autres noms, otros nombres,
        أسماء أخرى, अन्य नाम, অন্য নাম, інші імена, другие имена, tên khác
    """,
    Field.NATIONALITY: """
        nationality, citizenship, country of origin, country of nationality, citizen of,
        nationalité, pays dorigine, nacionalidad, país de origen, nacionalidade, الجنسية,
        بلد المنشأ, राष्ट्रियता, राष्ट्रीयता, नागरिकता, জাতীয়তা, nasyonalidad, ዜግነት,
        громадянство, гражданство, quốc tịch, 国籍, kewarganegaraan
    """,
    Field.SEX: """
        sex, gender, m f, sexe, genre, sexo, género, الجنس, النوع, लिङ्ग, लिंग, লিঙ্গ,
        kasarian, ጾታ, стать, пол, giới tính, 性别, jenis kelamin
    """,
    Field.BIRTH: """
        date of birth, dob, birth date, birthdate, birth year, year of birth, born, born on,
        date de naissance, né le, année de naissance, fecha de nacimiento,
        año de nacimiento, data de nascimento, تاريخ الميلاد, تاريخ الولادة, سنة الميلاد,
        जन्म मिति, जन्म तिथि, जन्मतिथि, জন্ম তারিখ, petsa ng kapanganakan, የትውልድ ቀን,
        дата народження, дата рождения, ngày sinh, năm sinh, 出生日期, tanggal lahir
    """,
    Field.AGE: """
        age, âge, edad, idade, العمر, السن, उमेर, उम्र, আয়স, বয়স, እድሜ, вік, возраст, tuổi,
        年龄, umur
    """,
    Field.OCCUPATION: """
        occupation, category, profession, job, job title, kind, work, métier, emploi,
        ocupación, profesión, profissão, المهنة, الوظيفة, पेशा, व्यवसाय, পেশা, trabaho,
        hanapbuhay, ሥራ, професія, профессия, должность, nghề nghiệp, 职业, pekerjaan
    """,
    Field.LANGUAGE: """
        language, languages, preferred language, mother tongue, langue, langues, idioma,
        idiomas, lengua, اللغة, भाषा, ভাষা, wika, ቋንቋ, мова, язык, ngôn ngữ, 语言, bahasa
    """,
    Field.PHONE: """
        phone, phone number, telephone, tel, mobile, mobile number, mobile phone, cell,
        cell phone, gsm, contact, contact number, whatsapp, téléphone, numéro de téléphone,
        portable, teléfono, móvil, celular, telefone, telemóvel, الهاتف, رقم الهاتف, الجوال,
        رقم الجوال, الموبايل, هاتف, फोन, फोन नम्बर, मोबाइल, मोबाइल नम्बर, फ़ोन, फोन नंबर, ফোন,
        ফোন নম্বর, মোবাইল, মোবাইল নম্বর, telepono, numero ng telepono, ስልክ, ስልክ ቁጥር, телефон,
        номер телефону, номер телефона, мобільний, мобильный, điện thoại, số điện thoại,
        di động, 电话, 手机, telepon, nomor telepon, hp
    """,
    Field.EMAIL: """
        email, e mail, email address, mail, courriel, adresse électronique, adresse e mail,
        correo, correo electrónico, البريد الإلكتروني, البريد الالكتروني, ईमेल, इमेल, ইমেইল,
        ኢሜይል, електронна пошта, ел пошта, электронная почта, почта, thư điện tử, 电子邮件,
        邮箱, surel
    """,
    Field.PASSPORT: """
        passport, passport number, passport no, pp no, ppt, passeport, numéro de passeport,
        n de passeport, pasaporte, número de pasaporte, passaporte, جواز السفر, رقم الجواز,
        رقم جواز السفر, राहदानी, राहदानी नम्बर, पासपोर्ट, पासपोर्ट नंबर, পাসপোর্ট, পাসপোর্ট নম্বর,
        ፓስፖርት, паспорт, номер паспорта, hộ chiếu, số hộ chiếu, 护照, 护照号, paspor
    """,
    Field.NATIONAL_ID: """
        national id, id number, id no, identity card, id card, citizenship no, nid,
        civil id, carte didentité, numéro didentité, cédula, dni, documento de identidad,
        documento, رقم الهوية, البطاقة المدنية, الرقم المدني, नागरिकता नम्बर, आधार,
        জাতীয় পরিচয়পত্র, መታወቂያ, номер посвідчення, удостоверение, cccd, cmnd, 身份证, ktp,
        nik
    """,
    Field.HOUSEHOLD: """
        household, household id, family, family id, family no, family number, group,
        group id, ménage, famille, numéro de ménage, hogar, familia, الأسرة, رقم الأسرة,
        परिवार, घरपरिवार, পরিবার, pamilya, ቤተሰብ, домогосподарство, родина, семья,
        hộ gia đình, gia đình, 家庭, keluarga
    """,
    Field.PLACE: """
        place, address, location, city, town, district, area, residence, where, lieu,
        adresse, ville, lieu de résidence, lugar, dirección, ciudad, domicilio, endereço,
        cidade, العنوان, المدينة, المكان, مكان الإقامة, ठेगाना, स्थान, पता, शहर, ঠিকানা, স্থান,
        tirahan, አድራሻ, ቦታ, адреса, місто, адрес, город, địa chỉ, nơi ở, 地址, alamat
    """,
    Field.COUNTRY: """
        country, country of stay, host country, country of residence, pays, pays de séjour,
        país, país de residencia, البلد, الدولة, देश, দেশ, bansa, አገር, країна, страна,
        quốc gia, nước, 国家, negara
    """,
    Field.LATITUDE: """
        latitude, lat, gps lat, y, latitud, خط العرض, अक्षांश, অক্ষাংশ, широта, vĩ độ, 纬度,
        lintang
    """,
    Field.LONGITUDE: """
        longitude, long, lon, lng, gps lon, x, longitud, خط الطول, देशान्तर, देशांतर, দ্রাঘিমাংশ,
        довгота, долгота, kinh độ, 经度, bujur
    """,
    Field.COORDINATES: """
        coordinates, coords, gps, lat long, lat lon, latlong, gps coordinates, coordonnées,
        coordenadas, الإحداثيات, निर्देशांक, координати, координаты, tọa độ, 坐标, koordinat
    """,
    Field.ACCURACY_KM: """
        accuracy km, accuracy, precision km, précision km, precisión km, الدقة
    """,
    Field.OBSERVED_AT: """
        observed at, last seen, last known date, as of, date, updated, updated at,
        last update, vu le, dernière fois vu, date de mise à jour, visto el, fecha, التاريخ,
        آخر تحديث, मिति, तारीख, তারিখ, petsa, ቀን, дата, ngày, 日期, tanggal
    """,
}


def plain_heading(heading: str) -> str:
    """Return a heading as it is compared: small letters and single spaces, Latin accents gone."""
    apart = unicodedata.normalize("NFKD", heading.casefold())
    kept = "".join(
        sign
        for sign in apart
        if not (unicodedata.category(sign) == "Mn" and "\u0300" <= sign <= "\u036f")
    )
    kept = re.sub(r"['’ʼ`´]", "", kept)
    words = "".join(sign if unicodedata.category(sign)[0] in "LM" else " " for sign in kept)
    return " ".join(unicodedata.normalize("NFC", words).split())


_KNOWN: Final[Mapping[str, Field]] = {
    plain_heading(heading): field
    for field, headings in reversed(tuple(_HEADINGS.items()))
    for heading in headings.split(",")
}


def field_of(heading: str) -> Field | None:
    """Return what a heading means: as a whole, without a unit or number, or by its longest part."""
    plain = plain_heading(heading)
    if not plain:
        return None
    if plain in _KNOWN:
        return _KNOWN[plain]
    padded = f" {plain} "
    inside = [known for known in _KNOWN if len(known) > 2 and f" {known} " in padded]
    return _KNOWN[max(inside, key=len)] if inside else None


# Headings that tell of somebody's immigration status: such a column is not taken in, whatever it says.
_STATUS: Final = """
    visa, immigration status, migration status, migratory status, legal status, residence status,
    residency status, residence permit, residency permit, work permit, labour permit, labor permit,
    permit of stay, statut migratoire, statut légal, titre de séjour, carte de séjour,
    permis de séjour, permis de travail, estatus migratorio, estado migratorio,
    situación migratoria, visado, permiso de residencia, permiso de trabajo, تأشيرة, التأشيرة,
    الوضع القانوني, حالة الإقامة, تصريح العمل, تصريح عمل, تصريح إقامة, भिसा, श्रम स्वीकृति, वीजा, वीज़ा,
    ভিসা, ቪዛ, віза, міграційний статус, вид на проживання, посвідка на проживання, thị thực,
    tình trạng cư trú, giấy phép lao động, 签证, 居留
"""
_OF_STATUS: Final = tuple(plain_heading(heading) for heading in _STATUS.split(","))


def tells_status(heading: str) -> bool:
    """Return whether a heading says that its column holds immigration status, and is not for passports too."""
    if field_of(heading) == Field.PASSPORT:
        return False
    padded = f" {plain_heading(heading)} "
    return any(f" {word} " in padded for word in _OF_STATUS)


def guess_columns(lines: Sequence[Line]) -> tuple[int, dict[int, Field]]:
    """Return how many rows stand above the first person, and what each column means.

    The row with the most known headings among the first fifteen is the heading; where none has
    two, the list has no heading and only cells that speak for themselves are placed.
    """
    best = 0
    columns: dict[int, Field] = {}
    for place, line in enumerate(lines[:15]):
        found = _headed(line)
        if len(found) > len(columns):
            best, columns = place + 1, found
    if len(columns) >= 2 or _is_lone_heading(lines, best, columns):
        while best < len(lines) and all(cell.startswith("#") for cell in lines[best].cells if cell):
            best += 1  # HXL tags stand below the heading
        return best, columns
    columns = _by_content(lines[1:] or lines)
    return int(len(lines) > 1 and _is_heading(lines[0], columns)), columns


def _is_heading(first: Line, columns: Mapping[int, Field]) -> bool:
    """Unknown headings: words where every other row has a number or an address."""
    over = [
        first.cells[column]
        for column, field in columns.items()
        if field != Field.NAME and column < len(first.cells) and first.cells[column]
    ]
    return bool(over) and not any(re.search(r"\d|@", cell) for cell in over)


def _headed(line: Line) -> dict[int, Field]:
    """The first column of each meaning; telephones may stand in several."""
    found: dict[int, Field] = {}
    for column, heading in enumerate(line.cells):
        field = field_of(heading) if len(heading) <= 60 else None
        repeats = {Field.PHONE, Field.EMAIL, Field.PLACE, Field.OTHER_NAMES}
        if field and (field in repeats or field not in found.values()):
            found[column] = field
    return found


def _is_lone_heading(lines: Sequence[Line], start: int, columns: Mapping[int, Field]) -> bool:
    """A list of names only, under the word Name."""
    return start == 1 and len(columns) == 1 and max(len(line.cells) for line in lines[:15]) <= 2


def _by_content(lines: Sequence[Line]) -> dict[int, Field]:
    """Place columns that need no heading: e-mail addresses, telephones, names."""
    sample = lines[:50]
    columns: dict[int, Field] = {}
    for column in range(max(len(line.cells) for line in sample)):
        cells = [line.cells[column] for line in sample if column < len(line.cells)]
        cells = [cell for cell in cells if cell]
        field = _field_by_content(cells)
        if field and field not in columns.values():
            columns[column] = field
    return columns


def _field_by_content(cells: Sequence[str]) -> Field | None:
    if not cells:
        return None
    for field, looks in _LOOKS.items():
        if sum(bool(looks(cell)) for cell in cells) > 0.8 * len(cells):
            return field
    return None


def _is_name_like(cell: str) -> bool:
    """Two words or more without digits. (One expression for both would try every way to part them.)"""
    return len(cell.split()) > 1 and _WORDS.fullmatch(cell) is not None


_WORDS: Final = re.compile(r"[^\d@#/:]+")
_LOOKS: Final[Mapping[Field, Callable[[str], object]]] = {
    Field.EMAIL: re.compile(r"[^@\s]+@[^@\s]+\.\w+").fullmatch,
    Field.PHONE: re.compile(r"[+0\d٠-٩०-९][\d٠-٩०-९\s().-]{6,20}").fullmatch,
    Field.NAME: _is_name_like,
}
