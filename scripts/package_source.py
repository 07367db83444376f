"""Where packages come from: pip's configuration, said in uv's words; and who may call the system's package manager.

A machine is usually set up for pip (configuration files, ``PIP_*``), and uv reads none of that. Nothing here names
an index: whatever pip would ask, uv asks. A ``UV_*`` variable that is already set wins.
"""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Mapping

_READ = ("index-url", "extra-index-url", "find-links", "no-index", "cert", "client-cert", "proxy", "timeout",
         "trusted-host")

#: A user who sets this to 1 lets the set-up call the system's package manager; `.ci/run` does, nothing else may.
ALLOW = "COOPSIM_SYSTEM_PACKAGES"


def may_install_system_packages() -> bool:
    """Whether somebody permitted that packages of the system are installed: a machine is its owner's."""
    return os.environ.get(ALLOW) == "1"


def pip_settings(python: str) -> dict[str, str]:
    """Return pip's settings that say where and how packages are fetched, by option name.

    Later sources win as they do for pip: ``[global]``, then ``[install]``, then the environment.
    """
    listed = subprocess.run([python, "-m", "pip", "config", "list"], capture_output=True, text=True)
    found: dict[str, str] = {}
    for section in ("global.", "install.", ":env:."):
        for line in listed.stdout.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(section) and key[len(section):] in _READ:
                found[key[len(section):]] = str(ast.literal_eval(value))
    for option in _READ:  # also when this Python has no pip to ask
        variable = "PIP_" + option.upper().replace("-", "_")
        if os.environ.get(variable):
            found[option] = os.environ[variable]
    return found


def uv_environment(settings: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which uv fetches packages from where pip would.

    Parameters
    ----------
    settings : what `pip_settings` found
    environment : the variables to start from; those already set are kept

    Returns
    -------
    dict
        A copy of `environment` with uv's variables added.
    """
    words = {option: " ".join(value.split()) for option, value in settings.items()}
    translated = {
        "UV_DEFAULT_INDEX": words.get("index-url"),
        "UV_INDEX": words.get("extra-index-url"),
        # pip takes the best version of all indexes; every file is checked against its locked hash anyway.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": ",".join(settings.get("find-links", "").split()),
        "UV_NO_INDEX": "1" if words.get("no-index", "").lower() in ("1", "true", "yes", "on") else None,
        "UV_INSECURE_HOST": words.get("trusted-host"),
        "UV_HTTP_TIMEOUT": words.get("timeout"),
        "SSL_CERT_FILE": words.get("cert"),
        "SSL_CLIENT_CERT": words.get("client-cert"),
        "HTTPS_PROXY": words.get("proxy"),
        "HTTP_PROXY": words.get("proxy"),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    result = dict(environment)
    if not words.get("cert"):  # an office proxy is usually known to the system, not to uv's built-in list
        translated["UV_SYSTEM_CERTS"] = "1"
    for name, value in translated.items():
        if value and name not in result and name.lower() not in result:
            result[name] = value
    return result
