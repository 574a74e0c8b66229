"""The mark of a whole environment: what it was made from."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tools.pins import ROOT


@dataclass(frozen=True)
class Stamp:
    """Two lines beside the environment's interpreter: where it stands and what was installed."""

    file: Path
    place: str
    content: str

    @classmethod
    def of(cls, folder: Path, lock: Path, interpreter: str) -> Self:
        """The stamp that a whole environment in this folder would bear now."""
        digest = hashlib.sha256(lock.read_bytes()).hexdigest()
        return cls(folder / ".installed", f"{interpreter} {ROOT} {folder}", digest)

    def holds(self) -> bool:
        """Nothing has changed since the environment was made."""
        return self._read() == [self.place, self.content]

    def is_of_the_same_place(self) -> bool:
        """Only the lock has changed: the environment can be brought up to date where it is."""
        return self._read()[:1] == [self.place]

    def forget(self) -> None:
        """From now on the environment is not to be trusted."""
        self.file.unlink(missing_ok=True)

    def write(self) -> None:
        """In one step: a stamp is either whole or not there."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{self.place}\n{self.content}\n", encoding="utf-8")
        fresh.replace(self.file)

    def _read(self) -> list[str]:
        interpreter = self.file.parent / "bin" / "python"
        if not interpreter.exists() or not self.file.exists():
            return []
        return self.file.read_text(encoding="utf-8").splitlines()
