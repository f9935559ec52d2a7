"""Which language is a text in? Its script first, then its commonest little words; the feed's word decides a draw."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

SAMPLE = 3000  # characters looked at
MIN_WORDS = 12  # below this, little words prove nothing
MARGIN = 1.5  # another language must be this much more frequent than the declared one

# The commonest function words of each language, of the kind no other language here shares in number.
_LITTLE_WORDS = {
    "en": "the of and to in a is that for on was with as by at from has have said were been its their after who",
    "fr": "le la les des et une est dans du en qui que pour par sur au aux avec ont été sont cette selon",
    "es": "el la los las de que y en un una por con para del se al fue su como más según han este",
    "pt": "o os as de que e em um uma por com para do da dos das não foi ao na no segundo são pelo",
    "it": "il lo gli le di che e un una per con del della dei nel nella è sono stato alla anche dopo",
    "de": "der die das und in den von zu mit ist im für auf dem des eine ein nicht sich wurde bei nach",
    "nl": "de het een van en in op te dat is voor met zijn aan door bij niet werd ook naar uit",
    "tr": "ve bir bu için ile de da olarak olan gibi daha sonra kadar göre çok ancak oldu",
    "id": "yang dan di dengan untuk dari pada ini itu tidak dalam akan oleh telah adalah kata para juga",
    "sw": "na ya wa kwa ni katika la za kuwa hii hiyo watu alisema baada huo",
    "so": "oo iyo ka ku in la ay uu waa ee waxa waxaa soo ayaa",
    "pl": "w i na z do że się nie o jest przez po od za jak",
}
_WORDS_OF = {language: frozenset(words.split()) for language, words in _LITTLE_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    "CYRILLIC": "ru", "ARABIC": "ar", "DEVANAGARI": "hi", "BENGALI": "bn", "HEBREW": "he", "CJK": "zh", "HIRAGANA": "ja",
    "KATAKANA": "ja", "HANGUL": "ko", "THAI": "th", "TAMIL": "ta", "ETHIOPIC": "am", "GREEK": "el", "GURMUKHI": "pa",
    "SINHALA": "si", "MYANMAR": "my", "GEORGIAN": "ka", "ARMENIAN": "hy", "TELUGU": "te",
}  # fmt: skip
_FOREIGN = re.compile(r"[^\W\d_\u0000-\u036f]")
_LATIN = re.compile(r"[A-Za-z]+")
_URDU = frozenset("ٹڈڑےںھہۓ")
_PASHTO = frozenset("ټډړښږڅځۍې")
_PERSIAN = frozenset("پچژگ")
_UKRAINIAN = frozenset("іїєґ")


def detect(text: str, declared: str) -> str:
    """The ISO 639-1 code of the text's language; `declared` ("en", "en-GB", "") where the text does not say otherwise."""
    said = declared.split("-")[0].split("_")[0].lower() or "en"
    sample = text[:SAMPLE]
    if sample.isascii():
        return _by_words(sample, said)
    script = _script(sample)
    if script:
        return _of_script(script, sample, said)
    return _by_words(sample, said)


def _script(sample: str) -> str:
    """The script of most letters, "" for Latin."""
    foreign = _FOREIGN.findall(sample)
    if not foreign or len(foreign) <= sum(map(len, _LATIN.findall(sample))):
        return ""
    counts = Counter(unicodedata.name(char, "").split(" ")[0].split("-")[0] for char in foreign[:200])
    return counts.most_common(1)[0][0]


def _of_script(script: str, sample: str, said: str) -> str:
    letters = set(sample.lower())
    if script == "ARABIC":
        return "ps" if letters & _PASHTO else "ur" if letters & _URDU else "fa" if letters & _PERSIAN else "ar"
    if script == "CYRILLIC" and letters & _UKRAINIAN:
        return "uk"
    found = _SCRIPTS.get(script, "")
    return found or said


def _by_words(sample: str, said: str) -> str:
    words = _WORD.findall(sample.lower())
    if len(words) < MIN_WORDS:
        return said
    counts = Counter(words)
    shares = {language: sum(counts[word] for word in little) for language, little in _WORDS_OF.items()}
    best = max(shares, key=lambda language: (shares[language], language == said))
    if best != said and shares[best] >= max(3, MARGIN * shares.get(said, 0)) and shares[best] > 0.06 * len(words):
        return best
    return said
