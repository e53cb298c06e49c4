"""Creates the JupyterKernel of a new kernel. Run by Enterprise Gateway.

A function creates the pod of the JupyterKernel, and the gateway finds the pod by its labels. Requires only Python and the
kubernetes client, which are part of Enterprise Gateway's image.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

STARTED = time.monotonic()

from kubernetes import client, config

GROUP, VERSION, PLURAL = "kubeflow.tkestack.io", "v1alpha1", "jupyterkernels"

# A restarted kernel has the name of the previous one, which may still exist.
DELETION_TIMEOUT_SECONDS = 30

# The gateway counts from before the start of this program, and may delete the pod a little earlier than the API server's clock says.
LAUNCH_MARGIN_SECONDS = 5
MAX_LAUNCH_SECONDS = 3600

# The longest values that the fields of a JupyterKernel accept.
MAX_USER_LENGTH = 253
MAX_NAME_LENGTH = 63


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("kernel-id", "port-range", "response-address", "public-key"):
        parser.add_argument(f"--RemoteProcessProxy.{name}", f"--{name}", dest=name.replace("-", "_"), default="")
    parser.add_argument("--kernel-class-name", "--RemoteProcessProxy.kernel-class-name", dest="kernel_class_name", default="")
    given = parser.parse_args()
    if not given.kernel_id:
        parser.error("--RemoteProcessProxy.kernel-id is required")
    return given


def environment(given):
    """Returns the environment of the kernel, with the variables that the images of kernels read."""
    variables = {name: value for name, value in os.environ.items() if name.startswith("KERNEL_")}
    variables.update(
        KERNEL_ID=given.kernel_id,
        KERNEL_NAME=Path(__file__).absolute().parent.name if "KERNEL_NAME" not in variables else variables["KERNEL_NAME"],
        PORT_RANGE=given.port_range or "0..0",
        RESPONSE_ADDRESS=given.response_address,
        PUBLIC_KEY=given.public_key,
    )
    variables.setdefault("KERNEL_SPARK_CONTEXT_INIT_MODE", "none")
    if given.kernel_class_name:
        variables["KERNEL_CLASS_NAME"] = given.kernel_class_name
    return variables


def jupyter_kernel(given):
    """Returns the JupyterKernel: the one of the kernel spec, with the name, owner and environment of this kernel."""
    kernel = json.loads(Path(__file__).with_name("jupyterkernel.json").read_text())
    variables = environment(given)
    spec = kernel["spec"]
    if "image" not in spec:
        # The template sets the image, and the gateway's variables contain a placeholder.
        for name in ("KERNEL_IMAGE", "KERNEL_EXECUTOR_IMAGE"):
            variables.pop(name, None)
    # The variables of the kernel spec take precedence, except over those of the connection.
    connection = {"KERNEL_ID", "PORT_RANGE", "RESPONSE_ADDRESS", "PUBLIC_KEY"}
    from_spec = [env for env in spec.get("env", []) if env["name"] not in connection]
    named = {env["name"] for env in from_spec}
    spec["env"] = from_spec + [{"name": n, "value": v} for n, v in sorted(variables.items()) if n not in named]
    spec.update(owner())
    spec["launchTimeout"] = launch_timeout(spec.get("launchTimeout", MAX_LAUNCH_SECONDS))
    kernel["metadata"] = {
        "name": os.environ.get("KERNEL_POD_NAME") or f"kernel-{given.kernel_id}",
        "namespace": os.environ.get("KERNEL_NAMESPACE") or os.environ.get("EG_NAMESPACE") or "default",
        "labels": {"app": "enterprise-gateway", "component": "kernel", "kernel_id": given.kernel_id},
    }
    gateway, uid = os.environ.get("JUPYTER_GATEWAY_NAME"), os.environ.get("JUPYTER_GATEWAY_UID")
    if gateway and uid:
        kernel["metadata"]["ownerReferences"] = [
            {
                "apiVersion": f"{GROUP}/{VERSION}",
                "kind": "JupyterGateway",
                "name": gateway,
                "uid": uid,
                "controller": True,
                "blockOwnerDeletion": False,
            }
        ]
    return kernel


def owner():
    """Returns the fields with the user and the notebook of the kernel, as the client reports them."""
    fields = {}
    user = os.environ.get("KERNEL_USERNAME", "")
    if 0 < len(user) <= MAX_USER_LENGTH:
        fields["user"] = user
    namespace, _, name = os.environ.get("KERNEL_NOTEBOOK", "").partition("/")
    if 0 < len(namespace) <= MAX_NAME_LENGTH and 0 < len(name) <= MAX_NAME_LENGTH:
        fields["notebook"] = {"namespace": namespace, "name": name}
    return fields


def launch_timeout(default):
    """Returns the seconds for which the gateway still waits for the kernel. A request may set the timeout of its kernel."""
    try:
        timeout = float(os.environ.get("KERNEL_LAUNCH_TIMEOUT") or default)
    except ValueError:
        timeout = default
    if not 0 < timeout <= MAX_LAUNCH_SECONDS:
        timeout = MAX_LAUNCH_SECONDS
    return max(1, int(timeout - (time.monotonic() - STARTED)) - LAUNCH_MARGIN_SECONDS)


def create(kernel):
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        config.load_incluster_config()
    else:
        config.load_kube_config()
    api = client.CustomObjectsApi()
    namespace = kernel["metadata"]["namespace"]
    deadline = time.monotonic() + DELETION_TIMEOUT_SECONDS
    while True:
        try:
            api.create_namespaced_custom_object(GROUP, VERSION, namespace, PLURAL, kernel)
            return
        except client.ApiException as error:
            if error.status != 409 or time.monotonic() > deadline:
                raise
        delete_previous(api, kernel["metadata"])
        time.sleep(0.1)


def delete_previous(api, metadata):
    """Deletes the JupyterKernel of this kernel before its restart. A JupyterKernel of another kernel is not deleted."""
    name, namespace = metadata["name"], metadata["namespace"]
    try:
        previous = api.get_namespaced_custom_object(GROUP, VERSION, namespace, PLURAL, name)["metadata"]
        if kernel_id(previous) != kernel_id(metadata) or controller(previous) != controller(metadata):
            raise NameTaken(
                f"JupyterKernel {namespace}/{name} exists and belongs to another kernel. Set KERNEL_POD_NAME to another name, or unset it."
            )
        if "deletionTimestamp" not in previous:
            body = client.V1DeleteOptions(preconditions=client.V1Preconditions(uid=previous["uid"]))
            api.delete_namespaced_custom_object(GROUP, VERSION, namespace, PLURAL, name, body=body)
    except client.ApiException as error:
        # Deleted in the meantime, or replaced by another one.
        if error.status not in (404, 409):
            raise


class NameTaken(Exception):
    """Another kernel has the name."""


def kernel_id(metadata):
    return metadata.get("labels", {}).get("kernel_id")


def controller(metadata):
    """Returns the uid of the controller; None without one."""
    return next((owner["uid"] for owner in metadata.get("ownerReferences", []) if owner.get("controller")), None)


def reason(error):
    """Returns one line: the message of the API server or, without one, of the error."""
    try:
        message = json.loads(error.body)["message"]
    except (AttributeError, TypeError, ValueError, KeyError):
        message = str(error)
    return " ".join(message.split())


def report(kernel_id, message):
    """Writes a message for the gateway (launch_errors.py), which answers with it. Without a writable directory, only the log has it."""
    name = "launch-" + hashlib.sha256(kernel_id.encode()).hexdigest()
    try:
        Path(tempfile.gettempdir(), name).write_text(message, encoding="utf-8")
    except OSError:
        pass


def main():
    given = arguments()
    try:
        kernel = jupyter_kernel(given)
        where = "{namespace}/{name}".format(**kernel["metadata"])
        create(kernel)
    except Exception as error:
        message = reason(error)
        report(given.kernel_id, message)
        sys.exit(f"elastic-jupyter: kernel {given.kernel_id} was not started: {message}")
    print(f"elastic-jupyter: JupyterKernel {where} created")


if __name__ == "__main__":
    main()
