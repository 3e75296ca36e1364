"""What all tests share: the fixtures, one file a resource (`fix_*.py`), and how Hypothesis behaves."""

import os
from pathlib import Path

from hypothesis import HealthCheck, settings

pytest_plugins = [f"tests.{path.stem}" for path in sorted(Path(__file__).parent.glob("fix_*.py"))]

# In CI the same examples every time: a red run is about the change, not about luck. At a desk, new ones each time.
# No deadlines anywhere: a busy machine is no defect.
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "dev")
