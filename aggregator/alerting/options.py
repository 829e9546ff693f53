"""What the options of every channel have in common, and how a wrong one is told."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class ChannelOptions(BaseModel):
    """No other keys, nothing changes, no values in errors: they may be secrets."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def require_files(self, home: Path) -> None:
        """Raises SettingsError where a file that they name, seen from `home`, is not what it is to
        be.  Few name any."""


def mistake(problem: str, mend: str) -> PydanticCustomError:
    return PydanticCustomError("mistake", "{problem} ({mend})", {"problem": problem, "mend": mend})
