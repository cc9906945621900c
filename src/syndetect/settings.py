"""`Settings`: every threshold that decides a result, in one validated value."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields

from syndetect.errors import SettingsError

_RANGES: dict[str, tuple[float, float]] = {
    "min_score": (1.0, 1000.0),
    "function_weight": (0.1, 1.0),
    "character_weight": (0.1, 1.0),
    "penalty": (0.1, 10.0),
    "seed_ngram": (2, 16),
    "hubs": (1, 64),
    "interruption": (1, 100),
    "omission": (1, 1000),
    "rewritten": (0.001, 1.0),
    "boilerplate": (0.1, 1.0),
    "recall": (0.5, 0.9999),
    "num_perm": (2, 4096),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every threshold of `detect`, `compare` and `dedupe`.

    Attributes:
        min_score: Evidence that a match needs, in content words, 1 to 1000. A common content
            word counts 1, a function word `function_weight`, a character of a script
            without word spaces `character_weight`; a word that differs costs `penalty`. For a
            statement that three articles carry, 0.85 of it is enough.
        function_weight: Evidence of a common function word ("the", "of"), 0.1 to 1.
        character_weight: Evidence of a common character in Chinese, Japanese, Thai and the
            like, 0.1 to 1.
        penalty: What a swapped, inserted or dropped word costs, 0.1 to 10.
        seed_ngram: Two articles are compared when they share a run of this many tokens,
            2 to 16.
        hubs: A run of words that many articles share is followed from this many of them to
            all the others, 1 to 64; up to so many carriers, all pairs are compared.
        interruption: So many foreign words in a row, or more, end a part, 1 to 100; fewer
            are an edit inside it.
        omission: So many words of the statement left out in a row, or more, end a part,
            1 to 1000; fewer are an edit inside it.
        rewritten: Least score of an article that is rewritten as a whole, 0.001 to 1, where 1
            leaves rewritten copies out; see `Copy.score`.
        boilerplate: Share of the carriers of a text that must be filled-in templates for it to be
            a piece of the template, 0.1 to 1, where 1 leaves all boilerplate among the statements.
        recall: Share of the pairs at the threshold that the bands of `dedupe` are laid out
            to find, 0.5 to 0.9999; pairs above the threshold are found more often still.
        num_perm: Values of a signature in `dedupe`, 2 to 4096.

    Raises:
        SettingsError: A value is out of its range.

    Examples:
        >>> Settings(min_score=12).min_score
        12
    """

    min_score: float = 8.0
    function_weight: float = 0.4
    character_weight: float = 0.4
    penalty: float = 0.7
    seed_ngram: int = 5
    hubs: int = 8
    interruption: int = 5
    omission: int = 9
    rewritten: float = 0.43
    boilerplate: float = 0.5
    recall: float = 0.99
    num_perm: int = 128

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            low, high = _RANGES[field.name]
            whole = field.type is int or field.type == "int"
            if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
                kind = "a whole number" if whole else "a number"
                raise SettingsError(
                    f"Settings.{field.name} is {value!r}, which is no number of the right kind: "
                    f"give {kind} from {low:g} to {high:g}"
                )
            if not low <= value <= high:
                raise SettingsError(
                    f"Settings.{field.name} is {value!r}: give a value from {low:g} to {high:g}"
                )

    @staticmethod
    def of(settings: Settings | None) -> Settings:
        """The settings given, or the default ones.

        Raises:
            SettingsError: It is neither.
        """
        if settings is None:
            return Settings()
        if not isinstance(settings, Settings):
            raise SettingsError(
                f"settings is a {type(settings).__name__}: give syndetect.Settings(...)"
            )
        return settings

    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that two equal settings share and two others do not.

        Examples:
            >>> Settings().fingerprint() == Settings(min_score=8).fingerprint()
            True
        """
        values = {name: float(value) for name, value in asdict(self).items()}
        text = json.dumps({"syndetect.Settings": 1, **values}, sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
