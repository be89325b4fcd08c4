"""`/desk/`: one page for an institution's desk with a queue at the counter."""
