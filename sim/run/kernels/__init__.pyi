from .client import (
    connect as connect,
)
from .provisioner import (
    FORKED as FORKED,
    GIVEN_UP as GIVEN_UP,
    PROVISIONER as PROVISIONER,
    STOCK as STOCK,
    VARIABLE as VARIABLE,
    Chosen as Chosen,
    ZygoteProvisioner as ZygoteProvisioner,
    available as available,
    chosen as chosen,
    kernel_environment as kernel_environment,
    release as release,
)
