"""What patients write to their institution's desk."""
