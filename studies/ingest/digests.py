"""Decoding pixels that were left for later, where they must be compared now."""

import os
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from studies.archive.examined import Examined, Outcome, Pictures
from studies.archive.kinds import PixelState
from studies.archive.layout import ORIGINAL
from studies.archive.rebuilding import take_over
from studies.archive.staging import Staging
from studies.archive.tasks import Answer, Derive
from studies.archive.worker import Pool
from studies.models import Instance, Institution


def with_digests(institution: Institution, outcomes: Sequence[Outcome], staging: Staging) -> list[Outcome]:
    """`outcomes`, decoded where the same SOP Instance UID comes, or is here, with other bytes.

    The pictures of what is here are made then, too. Slow only where a number is met twice; to be called outside the
    transaction that stores.
    """
    arrived = [outcome for outcome in outcomes if isinstance(outcome, Examined)]
    here = {
        instance.sop_instance_uid: instance
        for instance in Instance.objects.filter(
            institution=institution,
            replaced_by=None,
            sop_instance_uid__in={outcome.identity.sop_instance_uid for outcome in arrived},
        )
    }
    contested = _contested(arrived, here.values())
    waiting = [instance for uid, instance in here.items() if uid in contested and _is_open(instance)]
    coming = [o for o in arrived if o.identity.sop_instance_uid in contested and _is_pending(o.pictures)]
    if not waiting and not coming:
        return list(outcomes)
    with Pool(Path(settings.ARCHIVE_ROOT), os.cpu_count() or 1) as pool:
        for instance, (task, answer) in zip(waiting, _derived(pool, [i.key for i in waiting], staging), strict=True):
            take_over(instance, task.staged, answer)
        made = zip(coming, _derived(pool, [o.staged for o in coming], staging), strict=True)
        decoded = {o.staged: _with_pictures(o, task, answer, staging) for o, (task, answer) in made}
    return [decoded.get(o.staged, o) if isinstance(o, Examined) else o for o in outcomes]


def _with_pictures(outcome: Examined, task: Derive, answer: Answer, staging: Staging) -> Examined:
    """The file in the folder where its pictures were made; as it was, where no decoder reads it."""
    if not isinstance(answer, Pictures):
        staging.discard(task.staged)
        return outcome
    root = Path(settings.ARCHIVE_ROOT)
    (root / outcome.staged / ORIGINAL).rename(root / task.staged / ORIGINAL)
    staging.discard(outcome.staged)
    return replace(outcome, pictures=answer, staged=task.staged)


def _derived(pool: Pool, folders: Sequence[str], staging: Staging) -> Iterator[tuple[Derive, Answer]]:
    """What a worker makes of the original in each folder, in their order."""
    tasks = [Derive(folder, staging.new()) for folder in folders]
    return zip(tasks, pool.answers(tasks), strict=True)


def _contested(arrived: Collection[Examined], here: Collection[Instance]) -> set[str]:
    """The SOP Instance UIDs of which there is more than one file."""
    files: dict[str, set[str]] = defaultdict(set)
    for outcome in arrived:
        files[outcome.identity.sop_instance_uid].add(outcome.sha256)
    for instance in here:
        files[instance.sop_instance_uid].add(instance.sha256)
    return {uid for uid, contents in files.items() if len(contents) > 1}


def _is_open(instance: Instance) -> bool:
    return instance.pixel_state == PixelState.PENDING and not instance.pixel_digest


def _is_pending(pictures: Pictures) -> bool:
    return pictures.state == PixelState.PENDING and not pictures.pixel_digest
