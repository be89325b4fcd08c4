"""Files are examined while the last ones are being recorded."""

import threading
from collections.abc import Generator

import pytest

from studies.ingest.ahead import ahead


def numbers(up_to: int, closed: threading.Event) -> Generator[int, None, None]:
    try:
        yield from range(up_to)
    finally:
        closed.set()


def test_values_keep_their_order_and_the_maker_waits_when_it_is_far_ahead() -> None:
    made: list[int] = []

    def making() -> Generator[int, None, None]:
        for number in range(50):
            made.append(number)
            yield number

    for used, value in enumerate(ahead(making(), 4)):
        assert value == used
        assert len(made) <= used + 6  # used, one in hand on either side, four between


def test_what_goes_wrong_is_heard_after_what_went_well() -> None:
    def making() -> Generator[int, None, None]:
        yield 1
        raise OSError("the disk is gone")

    values = ahead(making(), 4)
    assert next(values) == 1
    with pytest.raises(OSError, match="the disk is gone"):
        next(values)
    assert not [thread for thread in threading.enumerate() if thread.name == "ahead"]


def test_whoever_stops_listening_leaves_nobody_working() -> None:
    closed = threading.Event()
    for value in ahead(numbers(1_000, closed), 4):
        if value == 3:
            break
    assert closed.wait(10)
