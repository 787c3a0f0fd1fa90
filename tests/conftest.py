from pathlib import Path

import pytest

REAL = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def real_data() -> Path:
    """The folder of real files, where there is one."""
    if not REAL.is_dir():
        pytest.skip("the real files of ../shared/data are not here")
    return REAL
