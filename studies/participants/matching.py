"""Participants follow the numbers of physicians: a late number, a verification or a suspension changes who is who.

A change leaves a row for its number (`NumberToMatch`) in its own transaction. A handful of participants is linked
within it, the rest by a task (`linking`); where no worker runs, or one was killed, `run_due` finds the row. A request
that arrives meanwhile is linked by whoever stores it; as neither sees what the other has not committed yet, both look
once more after their commit.
"""

from collections.abc import Collection, Iterable
from functools import partial

from django.db import transaction

from studies.models import NumberToMatch, Participant

from .holders import trusted_holders
from .linking import astray, finish, link
from .numbers import Number, identifying
from .tasks import link_number

WITHIN_THE_REQUEST = 500


@transaction.atomic
def match_again(numbers: Iterable[tuple[str, str]]) -> None:
    """Link the participants that carry these (register, number) to who holds them now, or to nobody.

    To be called in the transaction that changed a number or its holder. Few are linked when it returns; many once a
    worker or `run_due` comes to it.
    """
    found = {identifying(*number) for number in numbers}
    few: list[int] = []
    for order in [lock_number(number) for number in sorted(number for number in found if number is not None)]:
        some = list(astray(order.number).values_list("pk", flat=True)[: WITHIN_THE_REQUEST + 1])
        if len(some) <= WITHIN_THE_REQUEST:
            few += some
            transaction.on_commit(partial(finish, order.uuid), robust=True)
        else:
            link_number.enqueue(str(order.uuid))
    link(Participant.objects.filter(pk__in=few))


def follow(arrived: Collection[Participant]) -> None:
    """See to it that these, stored by what was known of their numbers, are with who holds them after the commit."""
    linked = {
        (each.system, each.digits): each.physician_id for each in arrived if each.digits and not each.unmatched_at
    }
    if linked:
        transaction.on_commit(partial(_look_again, linked), robust=True)


def _look_again(linked: dict[Number, int | None]) -> None:
    holders = {number: physician.pk for number, physician in trusted_holders(linked).items()}
    late = [number for number, physician in linked.items() if physician != holders.get(number)]
    if late:
        match_again(late)


def lock_number(number: Number) -> NumberToMatch:
    """The number's row, new or not, locked until the transaction ends; `match_again` sees to it that it goes again."""
    system, digits = number
    NumberToMatch.objects.bulk_create(
        [NumberToMatch(system=system, digits=digits)],
        update_conflicts=True,
        unique_fields=["system", "digits"],
        update_fields=["asked_at"],
    )
    return NumberToMatch.objects.get(system=system, digits=digits)
