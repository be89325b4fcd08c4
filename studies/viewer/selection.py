"""Which series, picture and window somebody asked for: `?series=UUID&picture=27&window=bone`."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Selection:
    """`picture` counts from 1 within the series; None leaves the choice to the component, as does an unknown series."""

    series: UUID | None = None
    picture: int | None = None
    window: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Selection":
        """Forgiving: what is not a series, a number or a window counts as not asked for."""
        try:
            series = UUID(query.get("series", ""))
        except ValueError:
            series = None
        number = query.get("picture", "")
        picture = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else None
        return cls(series, picture, query.get("window", ""))
