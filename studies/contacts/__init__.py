"""Reaching patients by what their institution holds of them: a mobile number, a mail address; never by what is typed."""
