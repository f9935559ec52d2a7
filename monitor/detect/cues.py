"""The words around a count that decide what becomes of it: lists, threats, sums over years, memories, sources.

All patterns are for folded text except NAME_BEFORE, which needs letter case.
"""

from __future__ import annotations

import re

AND = re.compile(r"\s*(?:,?\s*and|,?\s*as well as|,?\s*plus|,?\s*along with|,?\s*together with|,)\s+(?:(?:at least|also|of)\s+)?")
COMMA = re.compile(r"\s*,\s*")
AGAIN = re.compile(
    r"\s*(?:others?\s+)?(?:,?\s*(?:also|were|was|are|have been|had been)\s+){0,2}(?:seriously |critically |slightly "
    r"|badly )?(?:wounded|injured|hurt|missing|arrested|captured|kidnapped|killed|died|dead)\b"
)
BRIDGE = re.compile(
    r"(?:\s+(?:others?|more|people))?(?:,? (?:including|among them|most of them|mostly|all of them|both|all|some of them"
    r"|many of them|half of them|two of them|one of them)[^.;]{0,70}?,?)?"
    r"(?:\s*\([^)]{0,60}\))?(?:\s+(?:from|of|in|on|aboard|at|near|with|travel[a-z]+|working|guarding|attending|riding"
    r"|inside|outside)\s+(?:[a-z'-]+\s?){1,6})?,?\s*"
)
VERBS_BEFORE = re.compile(
    r"\b(?:kill\w*|wound\w*|injur\w*|hurt\w*|murder\w*|kidnap\w*|abduct\w*|seiz\w*|arrest\w*|captur\w*)\s+(?:(?:at least"
    r"|the|some|about|another|up to|more than)\s+)?$"
)
FREE = re.compile(
    r"\s*(?:$|[.,;:)!?|\"-]|(?:in|by|when|as|after|at|near|on|during|and|or|while|outside|inside|following|since|with"
    r"|from|over|early|late|yesterday|today|across|along|but|before|so|this|last"
    r"|overnight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|including|within|amid|instantly|for|under|they"
    r"|police|officials|in)\b)"
)
AUXILIARY = re.compile(r"(?:was|were|been|are|is|being|got)\b")
UNREAL = re.compile(
    r"\b(?:would|could|might|may|will|should|shall|must|cannot|can|threat\w*|vow\w*|plan\w*|plot\w*|want\w*|attempt\w*"
    r"|tr(?:y|ied|ies|ying)|intend\w*|fail\w*|aim\w*|hop\w*|promis\w*|swore|if"
    r"|not|n't|never|without|no one|nobody|none|unless|claim\w*(?: that)?(?: it| they| to)?|bid|order\w* to|order\w*"
    r"|deadline)\b[^.;,]{0,32}$"
)
BASE = re.compile(r"\b(?:to|not|n't|can|will|would|could|might|may)\s+(?:have\s+)?$")
OFFICIAL = re.compile(
    r"\b(?:police|army|military|ministry|minister|officials?|hospitals?|doctors?|medics|governor|mayor|authorities"
    r"|security sources?|rescue|spokes(?:man|woman|person)|prosecutors?|sheriff|ispr"
    r"|command|commander|officer|government|president|battalion|brigade|coroner)\b[^.;]{0,80}?\b(?:said|says|say|told"
    r"|reported|reports|confirmed|announced|added)\b"
    r"|\b(?:according to|said|confirmed by|reported by|says)\s+(?:the\s+|a\s+|an?\s+)?(?:[a-z'-]+\s+){0,4}(?:police|army"
    r"|military|ministry|officials?|hospital|doctors?|medics|authorities|governor|mayor|sources|spokesman|command)\b"
)
JOINT = re.compile(
    r"\b(?:separate|simultaneous|co-?ordinated|twin|two|three|four|five|several|multiple|series of|string of"
    r"|wave of)\s+(?:[a-z-]+\s+){0,3}(?:attacks|bombings|blasts|explosions|raids|shootings|incidents|clashes|bombs)\b"
)
RECALLED = re.compile(
    r"\b(?:last (?:year|month|summer|spring|autumn|winter)|(?:years?|months?) ago|years? earlier|in (?:19|20)\d\d|(?:19"
    r"|20)\d\d\s+(?:[a-z-]+\s+){0,3}(?:attacks?|bombings?|massacre|blasts?|siege|raid)"
    r"|anniversary|(?:earlier|previous|past|similar|recent) (?:[a-z-]+ )?(?:attacks?|bombings?|blasts?|raids?)"
    r"|had (?:killed|claimed)|blamed for|held responsible|indicted|wanted for|suspected of|involved in|involvement in"
    r"|in connection with|linked to|accused of (?:killing|carrying|involvement|organi|master)|convicted|masterminded"
    r"|sentenced|responsible for (?:the )?(?:[a-z-]+ ){0,3}(?:that|which))\b"
)
SUMMED = re.compile(
    r"\b(?:since (?:the|19|20|last|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|then|it|he|they|[a-z]+ (?:began|started|seized|took))|this year|so far"
    r"|in the (?:past|last) (?:[a-z0-9-]+ ){0,2}(?:years?|months?|weeks?|decades?)|over the (?:past|last)|(?:in|of"
    r"|over) (?:[a-z]+ )?(?:years|decades) of|in (?:[a-z]+ )?years\b|every (?:day|year|week|month)|a (?:day|week|month"
    r"|year)\b(?! (?:after|before|ago|later|earlier|on))"
    r"|(?:insurgency|conflict|war|violence|uprising|rebellion|fighting|intifada|campaign|unrest)(?: that| which)? (?:has"
    r"|have|had) (?:killed|claimed|left|cost)"
    r"|(?:attacks|bombings|blasts|explosions|killings|raids|strikes) (?:that|which) (?:have |has |had )?(?:together "
    r"|also )?(?:killed|left|claimed))"
)
NAME_BEFORE = re.compile(r"(?:[A-Z][\w'’-]+ (?:[a-z]{2,3} )?){1,4}[A-Z][\w'’-]+(?:, (?:\d\d|[^,.;]{2,60}),)? $")
CLAUSE_END = re.compile(r"[,;]")
RECORD = re.compile(r"\b(?:worst|deadliest|bloodiest|biggest|largest|first|heaviest|most|highest)\b[^.;]{0,60}$")
