"""Words around the name of a place, in the eleven languages of the project: none of them is a place itself."""

from collections.abc import Iterable
from typing import Final

from sojourn.exchange.place_names import plain_place


def _plain(words: Iterable[str]) -> frozenset[str]:
    return frozenset(plain_place(word) for text in words for word in text.split())


AROUND: Final = _plain(
    [
        "near nearby around outside by close beyond past",
        "près proche autour vers",
        "cerca junto alrededor hacia",
        "قرب بالقرب قريب حول جنب",
        "नजिक नजिकै छेउ वरिपरि पास निकट आसपास",
        "কাছে পাশে নিকটে",
        "malapit tabi",
        "አጠገብ አቅራቢያ",
        "біля поблизу коло поруч",
        "gần cạnh",
    ]
)
"""Near is not in: beside these, a place is twice as wide."""

NO_NAMES: Final = AROUND | _plain(
    [
        """the a an of in at on to from for with and or is am are we i my our his her their me us this that here there
        house home flat room floor building block street st road rd avenue lane ward area zone sector camp market
        bazaar hospital clinic school college university hotel hostel church mosque temple bus park station stop
        airport port bridge river hill mountain village town city district province north south east west central
        old new upper lower main big small behind opposite front next corner centre center office embassy factory
        site company shop bank post police border hello help please staying living stay live now still""",
        """le la les un une des du de à au aux en dans sur et ou je nous mon ma notre chez derrière devant maison
        rue route quartier ville village marché gare hôpital école pont nord sud est ouest centre camp église""",
        """el los las una unos unas del al y o yo mi nuestra nuestro casa calle barrio ciudad pueblo mercado estación
        escuela puente norte sur este oeste centro iglesia detrás frente""",
        """في من الى على عند خلف امام شارع حي منطقة قرية مدينة بيت منزل سوق مستشفى مدرسة مسجد جسر محطة مطار مخيم
        انا نحن شمال جنوب شرق غرب وسط بجانب""",
        """मा को का की के में पर देखि बाट घर टोल गाउँ गाँव शहर नगर बजार बाजार अस्पताल विद्यालय स्कूल मन्दिर मंदिर पुल
        बसपार्क बस पार्क स्टेसन चोक वडा जिल्ला जिला सडक सड़क हामी म मैं हम छु छौं हूँ हैं अहिले""",
        """এ তে থেকে বাড়ি বাসা রোড গ্রাম শহর বাজার হাসপাতাল স্কুল মসজিদ সেতু স্টেশন জেলা থানা আমি আমরা আছি""",
        """sa ng ang mga ako kami nasa dito bahay kalye kanto bayan lungsod palengke ospital paaralan simbahan tulay
        istasyon barangay likod harap""",
        """በ ከ ላይ ውስጥ ቤት መንገድ ሰፈር ከተማ መንደር ገበያ ሆስፒታል ትምህርት ድልድይ ጣቢያ ቀበሌ ወረዳ እኔ እኛ ነኝ""",
        """у в на з із до від і та я ми мій наш будинок вулиця вул місто село ринок лікарня школа вокзал міст район
        центр північ південь схід захід""",
        """ở tại trong trên đường phố số nhà làng xã huyện tỉnh thành phố chợ bệnh viện trường cầu ga tôi chúng bắc
        nam đông tây""",
    ]
)

PREFIXES: Final = tuple(plain_place(prefix) for prefix in ("بال", "ال", "ب", "በ", "ከ"))
SUFFIXES: Final = ("मा", "को", "बाट", "में", "তে", "য়", "র")
"""What is written onto a name: Arabic and Amharic "in" and "from", Nepali, Hindi and Bengali "in" and "of"."""
