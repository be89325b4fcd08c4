"""What arrives: files become patients, requests, studies, series and instances."""
