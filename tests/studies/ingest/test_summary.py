"""Every file ends as exactly one of four, and they add up; studies are announced when they are quiet."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from studies.ingest.importing import QUIET_BATCHES, Unannounced
from studies.ingest.results import Fate, Result
from studies.ingest.summary import Summary

results = st.builds(Result, name=st.text(), fate=st.sampled_from(Fate), reason=st.text(), study=st.none() | st.uuids())


@given(st.lists(results))
def test_the_four_counts_add_up(ended: list[Result]) -> None:
    summary = Summary()
    for result in ended:
        summary.add(result)
    document = summary.as_json()
    assert document["met"] == len(ended)
    assert document["met"] == sum(
        (document["stored"], document["duplicate"], len(document["quarantined"]), len(document["skipped"]))
    )
    assert set(document["studies"]) == {str(result.study) for result in ended if result.study}


def stored(study: UUID) -> Result:
    return Result("IM1", Fate.STORED, study=study)


def test_a_study_is_announced_once_it_has_been_quiet() -> None:
    first, second = uuid4(), uuid4()
    unannounced = Unannounced()
    assert unannounced.quiet_after([stored(first)]) == []
    for _ in range(QUIET_BATCHES - 1):
        assert unannounced.quiet_after([stored(second)]) == []
    assert unannounced.quiet_after([stored(second)]) == [first]
    assert unannounced.rest() == [second]
