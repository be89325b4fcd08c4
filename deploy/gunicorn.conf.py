"""How gunicorn serves the portal: `gunicorn --config deploy/gunicorn.conf.py pacsonweb.wsgi`."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
max_requests = 20_000
max_requests_jitter = 2_000
timeout = 60
graceful_timeout = 20

# An access log names the method, the answer and its time. Addresses carry opaque UUIDs but for the link on a letter,
# whose path is the code itself: the portal writes its own log line for each request and gunicorn's stays off.
accesslog = None
