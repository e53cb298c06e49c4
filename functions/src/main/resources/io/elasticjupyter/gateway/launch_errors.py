"""Reports why a kernel does not start. Imported by the configuration file of Enterprise Gateway.

Enterprise Gateway answers that the pod of a kernel has failed, or that it waited too long. With this module, the answer also has the
reason, which JupyterLab shows: the message of the JupyterKernel's condition Ready, or that of the launcher. A kernel that gets no pod,
for example because of a quota, fails after a few seconds instead of the launch timeout.
"""

import asyncio
import hashlib
import os
import tempfile
import time

from enterprise_gateway.services.processproxies.k8s import KubernetesProcessProxy
from kubernetes import client
from tornado import web

GROUP, VERSION, PLURAL = "kubeflow.tkestack.io", "v1alpha1", "jupyterkernels"

# A restarted kernel may need the quota of its previous pod, which is still ending.
REFUSED_SECONDS = 4
CHECK_SECONDS = 2
# Another kernel may end, or is culled for this one.
WAITS_FOR_OTHERS = ("GatewayFull",)
MAX_LENGTH = 500

confirm_remote_startup = KubernetesProcessProxy.confirm_remote_startup
handle_timeout = KubernetesProcessProxy.handle_timeout


def launcher_message(kernel_id):
    """Returns the file to which the launcher writes why it has not created a JupyterKernel."""
    return os.path.join(tempfile.gettempdir(), "launch-" + hashlib.sha256(kernel_id.encode()).hexdigest())


def jupyter_kernel(proxy):
    """Returns the JupyterKernel of a kernel; None without one."""
    try:
        return client.CustomObjectsApi().get_namespaced_custom_object(
            GROUP, VERSION, proxy.kernel_namespace, PLURAL, proxy.kernel_pod_name, _request_timeout=5
        )
    except client.ApiException as error:
        proxy.log.debug("JupyterKernel %s/%s: %s", proxy.kernel_namespace, proxy.kernel_pod_name, error.reason)
        return None


def not_ready(kernel):
    """Returns the condition Ready of a JupyterKernel if it is False; None otherwise."""
    conditions = (kernel or {}).get("status", {}).get("conditions", [])
    return next((each for each in conditions if each["type"] == "Ready" and each["status"] == "False"), None)


def text(condition):
    return f"{condition['reason']}: {condition['message']}" if condition else ""


def why(proxy):
    """Returns why a kernel has not started, as one line; an empty string if it is not known."""
    try:
        with open(launcher_message(proxy.kernel_id), encoding="utf-8") as file:
            message = file.read()
        os.remove(file.name)
    except OSError:
        # The JupyterKernel may have ended with its pod.
        message = text(not_ready(jupyter_kernel(proxy)) or getattr(proxy, "last_condition", None))
    return " ".join(message.split())[:MAX_LENGTH]


def is_refused(kernel, condition):
    """Returns whether a JupyterKernel gets no pod until somebody corrects what its condition Ready reports."""
    return bool(condition) and condition["reason"] not in WAITS_FOR_OTHERS and not kernel["status"].get("podName")


def delete(proxy, kernel):
    """Deletes a JupyterKernel for which no gateway waits. Its pod would be created when there is room."""
    body = client.V1DeleteOptions(preconditions=client.V1Preconditions(uid=kernel["metadata"]["uid"]))
    try:
        client.CustomObjectsApi().delete_namespaced_custom_object(
            GROUP, VERSION, proxy.kernel_namespace, PLURAL, proxy.kernel_pod_name, body=body, _request_timeout=5
        )
    except client.ApiException as error:
        proxy.log.warning("JupyterKernel %s/%s was not deleted: %s", proxy.kernel_namespace, proxy.kernel_pod_name, error.reason)


async def wait_for_pod(self):
    """Waits as Enterprise Gateway does between two looks at the pod, and fails a kernel that gets no pod."""
    await handle_timeout(self)
    now = time.monotonic()
    if now < getattr(self, "next_check", 0):
        return
    self.next_check = now + CHECK_SECONDS
    loop = asyncio.get_running_loop()
    kernel = await loop.run_in_executor(None, jupyter_kernel, self)
    condition = not_ready(kernel)
    self.last_condition = condition or getattr(self, "last_condition", None)
    if self.container_name or not is_refused(kernel, condition):
        self.refused_since = None
        return
    self.refused_since = getattr(self, "refused_since", None) or now
    if now - self.refused_since >= REFUSED_SECONDS:
        await loop.run_in_executor(None, delete, self, kernel)
        self.log_and_raise(http_status_code=500, reason="The kernel gets no pod.")


async def confirm_start(self):
    """Waits for a kernel. The error of one that does not start has the reason."""
    try:
        await confirm_remote_startup(self)
    except web.HTTPError as error:
        reason = await asyncio.get_running_loop().run_in_executor(None, why, self)
        if not reason:
            raise
        self.log.error("Kernel %s has not started. %s", self.kernel_id, reason)
        raise web.HTTPError(error.status_code, reason=f"{error.reason} {reason}") from error


def configure():
    """Adds this module to Enterprise Gateway."""
    KubernetesProcessProxy.confirm_remote_startup = confirm_start
    KubernetesProcessProxy.handle_timeout = wait_for_pod
