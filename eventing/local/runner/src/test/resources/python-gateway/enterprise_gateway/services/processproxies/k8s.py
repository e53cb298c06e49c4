"""As much of Enterprise Gateway's process proxy as waits for the pod of a kernel."""

import asyncio
import logging

from tornado import web


class KubernetesProcessProxy:
    def __init__(self, kernel_id, namespace, name, status):
        self.kernel_id, self.kernel_namespace, self.kernel_pod_name, self.status = kernel_id, namespace, name, status
        self.container_name = name if status == "failed" else ""
        self.log = logging.getLogger()
        self.looks = 0

    async def confirm_remote_startup(self):
        while self.status != "running":
            await self.handle_timeout()
            if self.status == "failed":
                self.log_and_raise(500, f"Error starting kernel container; status: '{self.status}'.")
            if self.status == "launcher failed":
                self.log_and_raise(500, f"Error occurred during launch of KernelID: {self.kernel_id}.")

    async def handle_timeout(self):
        await asyncio.sleep(0.01)
        self.looks += 1
        if self.looks == 100:
            self.log_and_raise(500, "Waited too long.")

    def log_and_raise(self, http_status_code=None, reason=None):
        raise web.HTTPError(http_status_code, reason=reason)
