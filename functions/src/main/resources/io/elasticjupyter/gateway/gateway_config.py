# Read by Enterprise Gateway as jupyter_enterprise_gateway_config.py. Enterprise Gateway lists only the allowed kernel specs, but starts
# every kernel spec that a request names. A kernel in the gateway's own pod could use its token and its ServiceAccount.
import logging
import os
import sys

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

# The process proxies that start a kernel in a pod of its own; kubeflow is that of the Go operator's image.
IN_PODS = tuple(
    "enterprise_gateway.services.processproxies." + module for module in ("k8s.", "crd.", "spark_operator.", "kubeflow.")
)

# Empty if the gateway allows all kernel specs of its image.
allowed = [name for name in os.environ.get("JUPYTER_GATEWAY_KERNELS", "").split(",") if name]
find_kernel_spec = KernelSpecManager.get_kernel_spec


def get_kernel_spec(self, kernel_name):
    if allowed and kernel_name not in allowed:
        raise NoSuchKernel(kernel_name)
    kernel_spec = find_kernel_spec(self, kernel_name)
    process_proxy = kernel_spec.metadata.get("process_proxy", {}).get("class_name", "")
    if not allowed and not process_proxy.startswith(IN_PODS):
        raise NoSuchKernel(kernel_name)
    return kernel_spec


KernelSpecManager.get_kernel_spec = get_kernel_spec

# Where the sessions of kernels are stored, so that kernels survive the end of the gateway. An older Enterprise Gateway cannot do that.
if os.environ.get("JUPYTER_GATEWAY_SESSIONS"):
    sys.path.insert(0, os.path.dirname(__file__))
    try:
        import kernel_sessions
    except ImportError as error:
        logging.getLogger().warning("Kernels end with this gateway, because its image does not support sessions: %s", error)
    else:
        kernel_sessions.configure(get_config())

# The answer to a client has the reason why its kernel does not start.
if os.environ.get("KUBERNETES_SERVICE_HOST"):
    sys.path.insert(0, os.path.dirname(__file__))
    try:
        import launch_errors
    except ImportError as error:
        logging.getLogger().warning("Clients are not told why a kernel does not start: %s", error)
    else:
        launch_errors.configure()
