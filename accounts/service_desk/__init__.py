"""The service desk of the portal's operator: accounts, physicians and their identifiers; never a patient's content."""
