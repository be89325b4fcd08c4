"""Electronic identity cards bound to accounts, and the nonces their holders sign."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class EidCard(models.Model):
    """One card's holder, one account. The national register number is kept as a keyed hash only, as the law asks."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="eid_card")
    key_id = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    bound_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("e-ID")
        verbose_name_plural = _("e-IDs")

    def __str__(self) -> str:
        return str(self.uuid)


class EidNonce(models.Model):
    """A number to sign, for one session and five minutes; gone once used."""

    session = models.UUIDField(unique=True)
    nonce = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("e-ID nonce")
        verbose_name_plural = _("e-ID nonces")

    def __str__(self) -> str:
        return str(self.session)


class OcspAnswer(models.Model):
    """What a certificate's authority last said of it: the answer as it came (DER), valid until `next_update`."""

    issuer = models.CharField(max_length=64)
    serial = models.CharField(max_length=64)
    answer = models.BinaryField()
    fetched_at = models.DateTimeField()
    next_update = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("OCSP answer")
        verbose_name_plural = _("OCSP answers")
        constraints = [models.UniqueConstraint(fields=["issuer", "serial"], name="ocsp_answer_once")]

    def __str__(self) -> str:
        return self.serial
