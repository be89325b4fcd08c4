"""What became of a delivery."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from studies.ingest.results import Fate, Result


@dataclass
class Summary:
    """Grows with `add`; the four ways in which a file ends add up to the number met."""

    stored: int = 0
    duplicate: int = 0
    quarantined: list[Result] = field(default_factory=list)
    skipped: list[Result] = field(default_factory=list)
    studies: dict[UUID, None] = field(default_factory=dict)

    @property
    def met(self) -> int:
        return self.stored + self.duplicate + len(self.quarantined) + len(self.skipped)

    def add(self, result: Result) -> None:
        match result.fate:
            case Fate.STORED:
                self.stored += 1
            case Fate.DUPLICATE:
                self.duplicate += 1
            case Fate.QUARANTINED:
                self.quarantined.append(result)
            case Fate.SKIPPED:
                self.skipped.append(result)
        if result.study is not None:
            self.studies[result.study] = None

    def as_json(self) -> dict[str, Any]:
        """The document that `import_dicom --json` prints; `studies` in the order in which they were first met."""
        return {
            "met": self.met,
            "stored": self.stored,
            "duplicate": self.duplicate,
            "quarantined": [{"file": result.name, "reason": result.reason} for result in self.quarantined],
            "skipped": [{"file": result.name, "reason": result.reason} for result in self.skipped],
            "studies": [str(study) for study in self.studies],
        }
