"""Waits for a kernel as Enterprise Gateway does with launch_errors.py, and prints the error. Arguments: the folder of the module, the
name of the JupyterKernel, and what Enterprise Gateway sees of its pod."""

import asyncio
import sys

from kubernetes import config
from tornado import web

folder, name, status = sys.argv[1:]
sys.path.insert(0, folder)
config.load_kube_config()
import launch_errors

launch_errors.CHECK_SECONDS = launch_errors.REFUSED_SECONDS = 0.1
launch_errors.configure()

try:
    asyncio.run(launch_errors.KubernetesProcessProxy("42", "default", name, status).confirm_remote_startup())
    print("started")
except web.HTTPError as error:
    print(error.status_code, error.reason)
