"""Paying what an access code owes: providers behind one interface, a ledger that adds up, refunds, receipts.

What a provider's message or a browser's return says is a hint; what counts is what the provider answers when it is
asked (`services.look_up`). That is recorded once, however often and in whatever order it is learned.
"""
