"""The account page: what somebody sees and changes of their own account."""
