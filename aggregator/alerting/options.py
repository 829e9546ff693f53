"""What the options of every channel have in common, and how a wrong one is told."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class ChannelOptions(BaseModel):
    """No other keys, nothing changes, no values in errors: they may be secrets."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def mistake(problem: str, mend: str) -> PydanticCustomError:
    return PydanticCustomError("mistake", "{problem} ({mend})", {"problem": problem, "mend": mend})
