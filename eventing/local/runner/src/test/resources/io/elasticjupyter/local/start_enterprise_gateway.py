"""Starts Enterprise Gateway outside a cluster, with the options that its image's start script derives from the environment."""

import os

from kubernetes import config

# Enterprise Gateway loads the in-cluster configuration on import; here a kubeconfig replaces it.
config.load_incluster_config = config.load_kube_config

from enterprise_gateway.enterprisegatewayapp import launch_instance  # noqa: E402


def options(env):
    kernels = "RemoteMappingKernelManager"
    given = [
        f"--log-level={env['EG_LOG_LEVEL']}",
        f"--{kernels}.cull_idle_timeout={env['EG_CULL_IDLE_TIMEOUT']}",
        f"--{kernels}.default_kernel_name={env['EG_DEFAULT_KERNEL_NAME']}",
    ]
    allowed = env.get("EG_ALLOWED_KERNELS", "").strip("[]")
    # The image's shell splits at spaces, so a space must have the same effect here.
    return given + (f"--KernelSpecManager.whitelist=[{allowed}]".split() if allowed else [])


launch_instance(options(os.environ))
