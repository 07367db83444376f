from .carried import payload as payload
from .sources import ENGINE as ENGINE, engine_script as engine_script
