"""A patient whose code is lost, or no longer works, gets another one by what the institution holds (R3).

Whoever asks is answered alike and at once, whether they are known or not: `asking` writes one row, `handling` looks
later whom it fits and sends the code there, and only there.
"""
