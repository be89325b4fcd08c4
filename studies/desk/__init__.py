"""What an institution's desk finds and writes: requests, patients' details, their messages. No image, no report."""
