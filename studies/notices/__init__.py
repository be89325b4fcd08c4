""" "Tell me when it is there": one message, once, to what the institution holds."""
