"""What strangers, thieves and insiders try at the doors of accounts, each a story of its own."""
