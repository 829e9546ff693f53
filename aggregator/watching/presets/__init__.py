"""Names of groups and places, checked by hand: one file an entity, `@preset/` and its file's name.

A strong name counts wherever it stands.  A weak one is also something else's name: it counts where
a word of `context` stands in the article.  Inside a phrase of `except` none counts.
"""

from __future__ import annotations

import datetime
import difflib
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from aggregator.errors import WatchError

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_STRICT = ConfigDict(frozen=True, extra="forbid")


class Name(BaseModel):
    """One name, written as a term of a watch; behind `=` it counts exactly as written."""

    model_config = _STRICT

    text: Text
    #: Language code.
    lang: Text
    strength: Literal["strong", "weak"]
    kind: Literal["name", "translit", "translation", "acronym", "former"]
    #: Where the name is attested.
    source: Text


class Preset(BaseModel):
    """A group or a place, and all that it is called."""

    model_config = _STRICT

    id: Text
    kind: Literal["group", "place"]
    title: Text
    names: Annotated[tuple[Name, ...], Field(min_length=1)]
    excepted: Annotated[tuple[Text, ...], Field(alias="except")] = ()
    context: tuple[Text, ...] = ()
    #: Other presets that one who watches this may want.
    related: tuple[Text, ...] = ()
    #: When a person last held it against its sources.
    checked: datetime.date

    def named(self, strength: Literal["strong", "weak"]) -> tuple[str, ...]:
        return tuple(name.text for name in self.names if name.strength == strength)


@cache
def preset_ids() -> tuple[str, ...]:
    """All there are, by name."""
    names = (file.name for file in files(__name__).iterdir())
    return tuple(sorted(name[: -len(".yaml")] for name in names if name.endswith(".yaml")))


@cache
def preset(id_: str) -> Preset:
    """Raises WatchError where there is none, or its file is wrong."""
    if id_ not in preset_ids():
        near = difflib.get_close_matches(id_, preset_ids(), n=1)
        mend = f"did you mean @preset/{near[0]}?" if near else "run.py presets list names them"
        raise WatchError(f"there is no preset {id_}", mend=mend)
    return parse_preset(id_, (files(__name__) / f"{id_}.yaml").read_text(encoding="utf-8"))


#: The page has a whole file.
_LIKE = "write it like the one in docs/how-to/add-a-preset.md"


def parse_preset(id_: str, text: str) -> Preset:
    """The preset that a file's text describes.  Raises WatchError."""

    def wrong(problem: str, mend: str = _LIKE) -> WatchError:
        return WatchError(f"the preset {id_} {problem}", mend=mend)

    try:
        found = Preset.model_validate(YAML(typ="safe", pure=True).load(text))
    except YAMLError as error:
        raise wrong(f"is no YAML{_said(error)}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "its top"
        raise wrong(f"is wrong at {place}: {first['msg']}") from error
    if found.id != id_:
        raise wrong(f"calls itself {found.id}", f"write id: {id_}")
    if found.named("weak") and not found.context:
        raise wrong("has weak names and no context", "write context: […]")
    return found


def _said(error: YAMLError) -> str:
    """On one line."""
    if isinstance(error, MarkedYAMLError) and error.problem_mark:
        return f", line {error.problem_mark.line + 1}: {error.problem}"
    return ""
