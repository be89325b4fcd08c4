"""What carries a code to a patient: letters on paper, invitations by SMS and mail. Nothing of it is stored."""
