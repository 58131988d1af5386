from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile(
    "everyday", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    derandomize=True,
)  # fmt: skip
settings.register_profile("long", parent=settings.get_profile("everyday"), max_examples=3_000, derandomize=False)
settings.load_profile(os.environ.get("PATHFLOW_PROFILE", "everyday"))


@pytest.fixture
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture
def corpora() -> Path:
    """Real data beside the project; tests that use it are skipped where it is absent."""
    folder = ROOT.parent / "shared" / "corpora"
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder.name} is not beside the project")
    return folder
