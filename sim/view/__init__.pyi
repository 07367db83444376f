from .sources import SCRIPTS as SCRIPTS, module as module, script as script, style as style
