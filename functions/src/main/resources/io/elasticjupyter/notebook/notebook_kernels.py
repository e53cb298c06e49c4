"""Lets kernels survive the end of their notebook server. Imported by the configuration file of Jupyter Server.

Jupyter Server ends the kernels of its gateway when it is terminated, and does not know them when it starts again. With this module, it
records its kernels, and the sessions in which they are used, in a file, and has them again when it starts. Kernels that have ended
meanwhile are dropped as soon as the gateway lists its kernels. Other kernels of the gateway, such as those of other users, are not used.
"""

import json
import os
from pathlib import Path

from jupyter_server import version_info
from jupyter_server.gateway.managers import GatewayMappingKernelManager, GatewaySessionManager
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.escape import url_escape

if version_info[0] < 2:
    raise ImportError("Jupyter Server is older than 2")

FOLDER = os.environ["JUPYTER_NOTEBOOK_KERNELS"]
# Whether the directory outlives the pod. Otherwise, the server ends its kernels when it is terminated, as Jupyter Server does.
KEEP = os.environ.get("JUPYTER_NOTEBOOK_KEEP_KERNELS", "") == "true"

COLUMNS = ("session_id", "path", "name", "type", "kernel_id")


class Record:
    """The file with the kernels and the sessions of a notebook server."""

    def __init__(self, log):
        self.log = log
        # Several notebooks may share a volume.
        notebook = os.environ.get("KERNEL_NOTEBOOK", "notebook").replace("/", ".")
        self.file = Path(FOLDER, notebook + ".json")
        self.written = None

    def read(self):
        """Returns the kernels, as names of their kernel specs by their ids, and the sessions. Users may have changed the file."""
        try:
            content = json.loads(self.file.read_text())
            kernels = {str(kernel_id): str(name) for kernel_id, name in content["kernels"].items()}
            sessions = [{column: row[column] for column in COLUMNS} for row in content["sessions"]]
            return kernels, [row for row in sessions if row["kernel_id"] in kernels]
        except FileNotFoundError:
            pass
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            self.log.warning("The kernels of the notebook server before are not known: %s: %s", self.file, error)
        return {}, []

    def write(self, kernels, sessions):
        """A full volume, for example, does not keep kernels from starting."""
        content = {"kernels": kernels, "sessions": sessions}
        if content == self.written:
            return
        new = self.file.with_name(self.file.name + ".new")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(content))
            new.replace(self.file)
            self.written = content
        except OSError as error:
            self.log.warning("Kernels may not survive the end of this notebook server: %s", error)


class Kernels(GatewayMappingKernelManager):
    """Has the kernels of the notebook server before."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.record = Record(self.log)
        self.sessions = None
        kernels, self.recorded_sessions = self.record.read()
        for kernel_id, name in kernels.items():
            self._kernels[kernel_id] = self._recorded(kernel_id, name)
        # Until the gateway has listed its kernels, some of these may have ended.
        self.is_confirmed = not kernels
        if kernels:
            self.log.info("%d kernels of the notebook server before: %s", len(kernels), ", ".join(kernels))

    def _recorded(self, kernel_id, name):
        kernel = self.kernel_manager_factory(parent=self, log=self.log)
        kernel.kernel_id = kernel_id
        kernel.kernel_url = url_path_join(self.kernels_url, url_escape(kernel_id))
        kernel.kernel = {
            "id": kernel_id,
            "name": name,
            "last_activity": kernel.last_activity.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "execution_state": kernel.execution_state,
            "connections": 0,
        }
        return kernel

    async def confirm(self):
        """Drops recorded kernels that have ended. Without an answer of the gateway, it tries again the next time."""
        if not self.is_confirmed:
            try:
                await self.list_kernels()
            except web.HTTPError as error:
                self.log.warning("It is not known yet which kernels of the notebook server before are running: %s", error)

    def save(self):
        # A kernel that its gateway does not know has no model.
        kernels = {kernel_id: kernel.kernel["name"] for kernel_id, kernel in self._kernels.items() if kernel.kernel}
        self.record.write(kernels, self.sessions.rows() if self.sessions else self.recorded_sessions)

    async def start_kernel(self, **kwargs):
        kernel_id = await super().start_kernel(**kwargs)
        self.save()
        return kernel_id

    async def shutdown_kernel(self, kernel_id, **kwargs):
        await super().shutdown_kernel(kernel_id, **kwargs)
        self.save()

    async def list_kernels(self, **kwargs):
        kernels = await super().list_kernels(**kwargs)
        self.is_confirmed = True
        self.save()
        return kernels

    async def kernel_model(self, kernel_id):
        await self.confirm()
        return await super().kernel_model(kernel_id)

    async def shutdown_all(self, **kwargs):
        """Called when the server ends."""
        if KEEP:
            self.save()
            self.log.info("%d kernels remain for the next notebook server.", len(self._kernels))
        else:
            await super().shutdown_all(**kwargs)
            self.save()


class Sessions(GatewaySessionManager):
    """Has the sessions of the notebook server before."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = {row["session_id"] for row in self.rows()}
        for row in self.kernel_manager.recorded_sessions:
            if row["session_id"] not in known:
                self.cursor.execute("INSERT INTO session VALUES (?,?,?,?,?)", [row[column] for column in COLUMNS])
        self.kernel_manager.sessions = self

    def rows(self):
        self.cursor  # Creates the table.
        return [dict(row) for row in self.connection.execute("SELECT * FROM session").fetchall()]

    async def list_sessions(self):
        await self.kernel_manager.confirm()
        return await super().list_sessions()

    async def session_exists(self, path):
        await self.kernel_manager.confirm()
        return await super().session_exists(path)

    async def save_session(self, *args, **kwargs):
        session = await super().save_session(*args, **kwargs)
        self.kernel_manager.save()
        return session

    async def update_session(self, *args, **kwargs):
        await super().update_session(*args, **kwargs)
        self.kernel_manager.save()

    async def delete_session(self, *args, **kwargs):
        await super().delete_session(*args, **kwargs)
        self.kernel_manager.save()


def configure(c):
    """Adds this module to the configuration of Jupyter Server."""
    c.ServerApp.kernel_manager_class = Kernels
    c.ServerApp.session_manager_class = Sessions
