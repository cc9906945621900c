"""What a gap costs: a penalty a word, or, when that is less, a jump and little more a word.

Two-piece gap costs as in Li, Minimap2, 2018, so that an attribution of any length does not part
a sentence.
"""

JUMP = 5  # penalties that a long gap costs at once: from six words on it is cheaper than each word
SLIP = 14  # what a word of a long gap costs beyond that, as the part of a penalty
