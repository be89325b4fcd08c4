#!/usr/bin/env bash
# Seeds the demo and serves it until interrupted: the web server and the worker of background tasks.
set -euo pipefail
cd "$(dirname "$0")/.."
export PUBLIC_URL="${PUBLIC_URL:-http://localhost:$PORT}"

.venv/bin/python manage.py migrate --verbosity 0
if [ -n "$DICOM" ]; then
  .venv/bin/python manage.py demo --dicom "$DICOM"
else
  .venv/bin/python manage.py demo
fi

.venv/bin/python manage.py db_worker --verbosity 0 &
worker=$!
trap 'kill "$worker" 2>/dev/null; wait "$worker" 2>/dev/null || true' EXIT
echo "PACSonWEB is at $PUBLIC_URL (Ctrl-C ends it)"
.venv/bin/gunicorn pacsonweb.wsgi --bind "127.0.0.1:$PORT" --worker-class gthread --workers 2 --threads 4 --log-level warning
