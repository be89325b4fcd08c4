"""The house holds its shape: layers, templates, migrations."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.*"))


def test_a_higher_app_imports_lower_ones_never_the_reverse() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_loads(name: str) -> None:
    get_template(name)


def test_no_text_stands_outside_translation() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tools.untranslated"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


def test_no_language_lacks_a_text() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tools.messages", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout
