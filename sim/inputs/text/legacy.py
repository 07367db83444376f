"""Vietnamese from before Unicode, recognised by its syllables: TCVN3, VNI, VISCII, and UTF-8 read as Latin-1.

A word is taken for legacy text only where it is no Vietnamese syllable as it stands and becomes one when it is
converted, so that words of other languages and quotation marks are left alone.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

#: A word with a letter beyond ASCII that old encodings have too, and words around it.
_WORD = re.compile("[A-Za-z\u0080-\uffff]*[\u0080-\u00ff\u0152-\u0178\u0192\u02c6\u02dc][A-Za-z\u0080-\uffff]*")
_PHRASE = re.compile("[A-Za-z0-9\u0080-\uffff]+(?: +[A-Za-z0-9\u0080-\uffff]+)*")
#: What stands between words of Unicode text without a blank.
_BETWEEN = re.compile("[\u00a0\u2000-\u206f]")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
#: Vowels that nothing follows, those that something has to follow, and those that may stand by themselves.
_SYLLABLE = re.compile(
    "(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?"
    "(?:iêu|yêu|oai|oao|oay|oeo|uây|uêu|uôi|uya|uyu|ươi|ươu|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ui|uơ|ưa|ưi|ưu"
    "|uyê[nt]|(?:iê|oă|uâ|uô|ươ|yê|[ăâ])(?:ng|[cmnpt])"
    "|(?:oa|oe|oo|[aeoôuư])(?:ng|[cmnpt])?|(?:uê|uy|[êiơy])[mnpt]?|(?:oa|uê|uy|[aêiy])(?:nh|ch))"
)
#: Letters from the most to the least used, by a count over the program's own texts: what decides between two readings.
_BY_USE = "đáàưốảôêệóạếớộăãịơợấìầủậểềỉứặíổâựòừởữọỗỏồùằờụỷéúửẫýũỹõắẩẽỳĩèẻẵẹẳễỡỵ"
#: Before these the voice rises or falls short.
_STOPS, _SHORT = ("c", "ch", "p", "t"), "\u0301\u0323"
#: Units, and one letter with a raised sign, that would be syllables.
_NO_WORD = re.compile("µm|N·m|[A-Za-z][ª°²³¹º±]")

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)

#: RFC 1456, as bytes read one by one; its six capitals below these, Ẳ Ẵ Ẫ Ỷ Ỹ Ỵ, are control characters and refused so.
_VISCII = dict(
    zip(
        map(chr, range(0x80, 0x100)),
        "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
        "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
        strict=True,
    )
)


def _vni() -> dict[str, str]:
    """{letter with the mark behind it: letter}; longer ones come first."""
    tones = {"ø": "\u0300", "ù": "\u0301", "õ": "\u0303", "û": "\u0309", "ï": "\u0323"}
    hats = {"â": "", "à": "\u0300", "á": "\u0301", "ã": "\u0303", "å": "\u0309", "ä": "\u0323"}
    bows = {"ê": "", "è": "\u0300", "é": "\u0301", "ü": "\u0303", "ú": "\u0309", "ë": "\u0323"}
    found = {f"{vowel}{mark}": vowel + tone for vowel in "aeouy" for mark, tone in tones.items()}
    found |= {f"{vowel}{mark}": f"{vowel}\u0302{tone}" for vowel in "aeo" for mark, tone in hats.items()}
    found |= {f"a{mark}": f"a\u0306{tone}" for mark, tone in bows.items()}
    for letter, horned in (("ô", "ơ"), ("ö", "ư")):
        found |= {f"{letter}{mark}": horned + tone for mark, tone in tones.items()} | {letter: horned}
    found |= {"æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ"}
    lower = {old: unicodedata.normalize("NFC", new) for old, new in found.items()}
    both = lower | {old.upper(): new.upper() for old, new in lower.items()}
    return both | {old.capitalize(): new.upper() for old, new in lower.items() if len(old) > 1}


_VNI = _vni()
_VNI_LETTER = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
#: What cp1252 shows for the bytes that ISO 8859-1 leaves to control characters.
_SHOWN = {bytes([byte]).decode("cp1252", "ignore") or chr(byte): byte for byte in range(0x80, 0xA0)}


def _from_tcvn3(text: str) -> str:
    # Capitals with a tone are small letters set in a font of capitals: what stands around them tells.
    def converted(word: re.Match[str]) -> str:
        new = "".join(_TCVN3.get(sign, sign) for sign in word.group())
        plain = "".join(filter(str.isascii, word.group()))
        return new.upper() if plain.isupper() and (len(plain) > 1 or len(word.group()) == 1) else new

    return re.sub("[A-Za-z\u0080-\uffff]+", converted, text)


def _from_vni(text: str) -> str:
    return _VNI_LETTER.sub(lambda found: _VNI[found.group()], text)


def _from_viscii(text: str) -> str:
    # A dash or a blank that does not break is rather one of today than a capital.
    return "".join(_VISCII.get("" if _BETWEEN.match(sign) else chr(_SHOWN.get(sign, ord(sign))), sign) for sign in text)


def _from_latin1(text: str) -> str:
    """UTF-8 whose bytes were read one by one; the second byte of à is a no-break blank, often turned into a blank."""

    def converted(signs: re.Match[str]) -> str:
        raw = bytes(_SHOWN.get(sign, ord(sign) & 0xFF) for sign in signs.group())
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return signs.group()

    of_one_byte = "[\u0080-\u00ff" + re.escape("".join(_SHOWN)) + "]+"
    return re.sub(of_one_byte, converted, re.sub("Ã (?=[ a-z]|$)|Ã(?= |$)", "Ã\u00a0", text))


#: {name of the encoding: what converts its text}
ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "TCVN3": _from_tcvn3, "VNI": _from_vni, "UTF-8": _from_latin1, "VISCII": _from_viscii,
}  # fmt: skip
#: What of a word each of them knows: any other sign speaks against it.
_KNOWN = {
    "TCVN3": re.compile(f"[A-Za-z{re.escape(''.join(_TCVN3))}]+"),
    "VNI": re.compile(f"(?:[A-Za-z]|{_VNI_LETTER.pattern})+"),
    "VISCII": re.compile(f"[A-Za-z\u0080-\u00ff{re.escape(''.join(_SHOWN))}]+"),
}


@dataclass(frozen=True)
class Legacy:
    """Words of an old encoding within a text: where they start, as they stand and as they were meant."""

    encoding: str
    start: int
    text: str
    meant: str


def legacy(text: str) -> Legacy | None:
    """The first words of a text that stand in an old encoding, or None."""
    if text.isascii():
        return None
    text = unicodedata.normalize("NFC", text)
    found: dict[str, list[int]] = {}
    for word in _WORD.finditer(text):
        for encoding in _encodings(word.group()):
            found.setdefault(encoding, []).append(word.start())
    for start in _broken_words(text):
        found.setdefault("UTF-8", []).append(start)
    if not found:
        return None
    words = [word.group() for word in _WORD.finditer(text)]
    encoding = max(found, key=lambda name: _fit(name, words))
    start = min(found[encoding])
    phrase = next(one for one in _PHRASE.finditer(text) if one.start() <= start < one.end())
    return Legacy(encoding, phrase.start(), phrase.group(), ENCODINGS[encoding](phrase.group()))


def _fit(encoding: str, words: list[str]) -> tuple[int, int]:
    """How many words an encoding makes syllables of, and how common their letters are."""
    read = [ENCODINGS[encoding](word) for word in words if _reads(encoding, word)]
    return len(read), -sum(_BY_USE.find(letter) + 1 for word in read for letter in word.lower())


@lru_cache(maxsize=8192)
def _reads(encoding: str, word: str) -> bool:
    """Whether a word is a syllable in an encoding that knows all of its signs."""
    known = _KNOWN.get(encoding)
    return (not known or known.fullmatch(word) is not None) and _is_syllable(ENCODINGS[encoding](word).strip())


def _broken_words(text: str) -> list[int]:
    """Where a word was torn apart by the blank that stands for the second byte of à: ``LÃ o``."""
    torn = re.compile("([A-Za-z]*)Ã[ \u00a0]([a-z]{1,3})(?![A-Za-z\u0080-\uffff])")
    return [
        found.start()
        for found in torn.finditer(text)
        if not _is_syllable(found.group(2), alone=True) and _is_syllable(f"{found.group(1)}à{found.group(2)}")
    ]


@lru_cache(maxsize=8192)
def _encodings(word: str) -> tuple[str, ...]:
    """The encodings in which a word that is no syllable as it stands is one."""
    parts = [part for part in _BETWEEN.split(word) if not part.isascii()]
    if _NO_WORD.fullmatch(word) or all(map(_is_syllable, parts)) or not any(map(str.isascii, word)):
        return ()
    read = {encoding: convert(word).strip() for encoding, convert in ENCODINGS.items()}
    return tuple(name for name, meant in read.items() if meant != word and not meant.isascii() and _is_syllable(meant))


def _is_syllable(word: str, *, alone: bool = False) -> bool:
    """Whether a word is spelt as a Vietnamese syllable: at most one tone, capitals first or throughout.

    Parameters
    ----------
    alone : False to take single letters for words too
    """
    if word not in (word.lower(), word.upper(), word.capitalize()) or (alone and len(word) < len("an")):
        return False
    spelt = unicodedata.normalize("NFD", word.lower().replace("ð", "đ"))
    toneless = "".join(sign for sign in spelt if sign not in _TONES)
    letters, tones = unicodedata.normalize("NFC", toneless), [sign for sign in spelt if sign in _TONES]
    if len(tones) > 1 or (tones and letters.endswith(_STOPS) and tones[0] not in _SHORT):
        return False
    return _SYLLABLE.fullmatch(letters) is not None
