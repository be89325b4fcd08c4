"""What a patient is told about who looked, from the audit log."""
