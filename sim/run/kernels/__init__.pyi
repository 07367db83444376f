from .client import (
    connect as connect,
)
from .provisioner import (
    FORKED as FORKED,
)
from .provisioner import (
    GIVEN_UP as GIVEN_UP,
)
from .provisioner import (
    PROVISIONER as PROVISIONER,
)
from .provisioner import (
    STOCK as STOCK,
)
from .provisioner import (
    VARIABLE as VARIABLE,
)
from .provisioner import (
    Chosen as Chosen,
)
from .provisioner import (
    ZygoteProvisioner as ZygoteProvisioner,
)
from .provisioner import (
    available as available,
)
from .provisioner import (
    chosen as chosen,
)
from .provisioner import (
    kernel_environment as kernel_environment,
)
from .provisioner import (
    release as release,
)
