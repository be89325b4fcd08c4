"""What `manage.py run_due` and `manage.py retain` do, in this order: a name, and the dotted path of a function
`(at: datetime) -> int` (accounts.due)."""

DUE_WORK = {
    "audit rows sealed": "accounts.audit.sealing.seal",
    "ended sessions forgotten": "accounts.sessions.services.forget_ended_sessions",
    "throttle counters pruned": "accounts.throttling.services.prune",
    "failed logins told": "accounts.login.warning.warn_of_failures",
    "recoveries ended": "accounts.recovery.lost_factor.end_due",
    "changes of contact details ended": "accounts.account.contacts.services.end_due",
    "owners of unused accounts told": "accounts.service_desk.unused.tell_unused",
    "administrators reminded of their staff": "studies.institutions.confirming.remind_administrators",
    "looks forgotten": "studies.access.looks.forget_looks",
    "requests given to their physicians": "studies.participants.linking.finish_due",
    "physicians told of what is new": "studies.news.services.tell_due",
    "lost codes dealt with": "studies.rescue.handling.handle_due",
    "notices sent": "studies.notices.services.send_due",
    "payments looked up": "portal.checkout.due.look_up_payments",
    "refunds carried out": "portal.checkout.due.carry_out_refunds",
}
RETENTION = {
    "sessions": "accounts.sessions.services.forget_ended_sessions",
    "tokens": "accounts.challenges.services.forget_challenges",
    "unconfirmed registrations": "accounts.registration.due.forget_unconfirmed",
    "links sent by mail": "accounts.links.services.forget_links",
    "changes of contact details": "accounts.account.contacts.services.forget_changes",
    "e-ID numbers": "accounts.eid.nonces.forget_nonces",
    "OCSP answers": "accounts.eid.revocation.forget_answers",
    "remembered browsers": "accounts.login.remembering.forget_expired",
    "background tasks": "accounts.due.tasks.forget_tasks",
    "lost codes": "studies.rescue.handling.forget_rescues",
    "notices": "studies.notices.services.forget_notices",
    "news that nobody could be told": "studies.news.services.forget_news",
    "throttle counters": "accounts.throttling.services.prune",
    "dead access codes": "studies.access_codes.services.forget_dead_codes",
    "quarantined files": "studies.retention.quarantine.forget_quarantined",
    "studies past their time": "studies.retention.studies.delete_outdated_studies",
    "leftovers of deleted studies": "studies.retention.studies.clear_leftovers",
}
