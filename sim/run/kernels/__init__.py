"""Notebook kernels in a fraction of the time: forked from a process that has everything imported.

A *zygote* imports what notebooks import and waits. For each notebook it forks one kernel: as pristine
as a new interpreter, and there at once. Papermill, nbclient and JupyterLab use it unchanged, as a
kernel provisioner of jupyter_client (decision 0005). Where there is no fork, or the zygote cannot
start, notebooks run in the ordinary kernel.

    kernel = kernels.available()                   # "coopsim", or "python3"
    subprocess.Popen(…, env={**os.environ, **kernels.kernel_environment()})
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
