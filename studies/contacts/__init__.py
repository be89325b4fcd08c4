"""Reaching patients by what their institution holds: a mobile number, a mail address; never by what is typed."""
