"""What was asked for and not yet sent."""

from studies.models import Contact, Notice, Request


def awaited_by(request: Request) -> set[Contact]:
    """By which channels somebody is told as soon as there is more of this request to see."""
    waiting = Notice.objects.filter(request=request, sent_at__isnull=True)
    return {Contact(channel) for channel in waiting.values_list("channel", flat=True)}
