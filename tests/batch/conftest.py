"""A zygote of the tests' own, so that they meet neither a user's zygote nor one another's."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.run import kernels
from sim.run.kernels import ZygoteProvisioner
from tests.support.kernels import IDLE, place, zygote


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder of this module's own for sockets; its name is short because paths of sockets must be."""
    folder = Path(tempfile.mkdtemp(prefix="z"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        patch.setenv(zygote.IDLE_VARIABLE, str(IDLE))
        for name, value in kernels.kernel_environment().items():
            patch.setenv(name, value)
        if not place.can_fork():
            pytest.skip("this system does not fork")
        assert kernels.available() == kernels.FORKED
        yield folder
        kernels.release()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def forked(home: Path) -> Iterator[None]:
    """A test that means forked kernels did not quietly run in ordinary ones."""
    assert os.environ["XDG_RUNTIME_DIR"] == str(home)
    yield
    assert not ZygoteProvisioner.given_up
