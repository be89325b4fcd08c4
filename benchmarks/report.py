"""What a measurement says: a figure, its unit, and the number it must hold."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`value` is None where the measurement was skipped; `at_least` and `at_most` are the design's numbers."""

    name: str
    value: float | None
    unit: str
    note: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        if self.value is None:
            return True
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )


def show(title: str, rows: list[Row]) -> None:
    print(f"\n{title}")
    for row in rows:
        figure = "—" if row.value is None else f"{row.value:,.2f}" if row.value < 100 else f"{row.value:,.0f}"
        print(f"  {row.name:<52} {figure:>12} {row.unit:<12} {row.note}{'' if row.holds else '   MISSED'}")
