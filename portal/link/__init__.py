"""`/p/CODE`: what a QR code, an SMS and a mail lead to."""
