"""What may not be kept any longer is deleted (decision 17); `manage.py retain` carries it out by the settings."""
