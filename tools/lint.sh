#!/usr/bin/env bash
# Every check, each named; all run, and any failure fails the whole.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=()

check() {
  local name=$1
  shift
  if output=$("$@" 2>&1); then
    printf 'ok       %s\n' "$name"
  else
    printf 'FAILED   %s\n%s\n' "$name" "$output"
    failed+=("$name")
  fi
}

# A check that needs the network is skipped by name where nobody answers.
check_online() {
  local name=$1 unreachable=$2
  shift 2
  if output=$(timeout 120 "$@" 2>&1); then
    printf 'ok       %s\n' "$name"
  elif [ $? -eq 124 ] || grep -qiE "$unreachable" <<<"$output"; then
    printf 'skipped  %s (no answer from its service)\n' "$name"
  else
    printf 'FAILED   %s\n%s\n' "$name" "$output"
    failed+=("$name")
  fi
}

bin=.venv/bin
check "ruff: code"                 $bin/ruff check .
check "ruff: format"               $bin/ruff format --check .
check "mypy"                       $bin/mypy .
check "import-linter: layers"      $bin/lint-imports
check "djlint: templates"          $bin/djlint templates --lint --quiet
check "text outside gettext"       $bin/python -m tools.untranslated
check "translations complete"      $bin/python -m tools.messages check
check "migrations"                 $bin/python manage.py makemigrations --check --dry-run
check "front: types"               bash -c 'cd front && node_modules/.bin/tsc --noEmit'
check_online "pip-audit"           'connection|timed out|resolve|unreachable|proxy|HTTPError|ServiceError' \
  $bin/pip-audit --requirement requirements/base.txt --disable-pip --require-hashes --progress-spinner off
check_online "npm audit"           'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|audit endpoint|40[0-9]|50[0-9]' \
  bash -c 'cd front && npm audit --audit-level=moderate'

if [ ${#failed[@]} -gt 0 ]; then
  printf '\n%d checks failed: %s\n' "${#failed[@]}" "$(IFS=,; echo "${failed[*]}")"
  exit 1
fi
