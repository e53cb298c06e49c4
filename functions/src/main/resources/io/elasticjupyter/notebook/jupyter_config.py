# Read by Jupyter Server as jupyter_server_config.py and by Notebook 6 and older as jupyter_notebook_config.py.
# The token and the password are files in the same directory, so that they do not appear in arguments or environment variables.
import logging
import os
import re
import sys
from pathlib import Path


def read(name):
    path = Path(__file__).with_name(name)
    return path.read_text().strip() if path.exists() else ""


classic = "notebook.notebookapp" in sys.modules
if classic:
    from notebook.auth import passwd
else:
    from jupyter_server import version_info
    from jupyter_server.auth import passwd

token, password = read("token"), read("password")
if password and not re.match(r"argon2:\$argon2|sha\d+:[0-9a-f]+:[0-9a-f]{40,}$", password):
    password = passwd(password)

app = c.NotebookApp if classic else c.ServerApp
app.ip = "0.0.0.0"
app.port = 8888
app.port_retries = 0
app.open_browser = False
app.allow_root = True
app.allow_remote_access = True
if classic or version_info[0] < 2:
    app.token = token
    app.password = password
else:
    c.IdentityProvider.token = token
    c.PasswordIdentityProvider.hashed_password = password

# Kernels survive the end of the notebook server.
if not classic and os.environ.get("JUPYTER_NOTEBOOK_KERNELS"):
    sys.path.insert(0, os.path.dirname(__file__))
    try:
        import notebook_kernels
    except ImportError as error:
        logging.getLogger().warning("Kernels end with this notebook server, because its image does not support more: %s", error)
    else:
        notebook_kernels.configure(c)
