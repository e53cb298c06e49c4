"""Lets kernels survive the end of their gateway. Imported by the configuration file of Enterprise Gateway.

Enterprise Gateway ends its kernels when it receives SIGTERM, and forgets them when it crashes. With this module, it stores how to
connect to each kernel (its session) with the function kernelSessions, leaves those kernels running, and connects to them when it
starts again. A copy of the sessions, and the time of each kernel's last activity, is in files on a volume of the pod, which outlives
the container: a kernel is culled when it would have been, also after a crash.
"""

import asyncio
import copy
import json
import os
import threading
import time
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timezone
from pathlib import Path

import urllib3
from enterprise_gateway import __version__
from enterprise_gateway.enterprisegatewayapp import EnterpriseGatewayApp
from enterprise_gateway.services.kernels.remotemanager import RemoteMappingKernelManager
from enterprise_gateway.services.sessions.kernelsessionmanager import KernelSessionManager
from jupyter_client.kernelspec import KernelSpec, NoSuchKernel
from jupyter_client.session import Session
from kubernetes.client import ApiException
from tornado import web
from tornado.ioloop import IOLoop

if int(__version__.split(".")[0]) < 3:
    raise ImportError(f"Enterprise Gateway {__version__} is older than 3")

EVENT_TYPE = "io.elasticjupyter.kernelsessions."
AT_ONCE = 50
# The statuses of a session that is refused, such as one that is too large.
INVALID = (400, 413, 422)
CALL_SECONDS = 15
# The store may have to start first.
START_SECONDS = 20
# A kernel that is being started when the gateway is to end may still start. Both are shorter than the pod's grace period.
PENDING_SECONDS = 15
END_SECONDS = 30
# The previous gateway may still be ending, and stores the last activity of its kernels then.
REFRESH_AFTER_SECONDS = (2, 5, 10, 20, 40)
RETRY_SECONDS = 2
# A client asks for these when it connects, without its user.
ASKED_ON_CONNECT = ("kernel_info_request", "comm_info_request")


def now():
    return datetime.now(timezone.utc)


class Store:
    """The function kernelSessions."""

    def __init__(self, environment):
        self.url = environment["JUPYTER_GATEWAY_SESSIONS"]
        self.key = environment["JUPYTER_GATEWAY_SESSION_KEY"]
        self.identity = {
            "namespace": environment["EG_NAMESPACE"],
            "gateway": environment["JUPYTER_GATEWAY_NAME"],
            "pod": environment["JUPYTER_GATEWAY_POD"],
        }
        # Not through a proxy of the environment: the function is inside the cluster.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, action, data):
        """Raises OSError, or ValueError for a reply that is not JSON."""
        headers = {
            "Content-Type": "application/json",
            "ce-specversion": "1.0",
            "ce-id": str(uuid.uuid4()),
            "ce-type": EVENT_TYPE + action,
            "ce-source": "/jupytergateways/{namespace}/{gateway}".format(**self.identity),
            "ce-eventkey": self.key,
        }
        body = json.dumps({**self.identity, **data}).encode()
        with self.opener.open(urllib.request.Request(self.url, body, headers), timeout=CALL_SECONDS) as reply:
            return json.load(reply)

    def store(self, records):
        """Returns the ids that the store does not accept, because their kernels have no JupyterKernel."""
        unknown, ids = set(), list(records)
        for start in range(0, len(ids), AT_ONCE):
            some = {kernel_id: records[kernel_id] for kernel_id in ids[start : start + AT_ONCE]}
            try:
                unknown.update(self.call("store", {"sessions": some})["unknown"])
            except urllib.error.HTTPError as error:
                if error.code not in INVALID:
                    raise
                # Only one of them may be invalid.
                for kernel_id in some:
                    unknown.update(self.store({kernel_id: some[kernel_id]}) if len(some) > 1 else some)
        return unknown

    def load(self):
        return {kernel_id: json.loads(record) for kernel_id, record in self.call("load", {})["sessions"].items()}


class Files:
    """The sessions of this pod's kernels, and their activity."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def write(self, kernel_id, suffix, value):
        file = self.folder / (kernel_id + suffix)
        new = file.with_name(file.name + ".new")
        new.write_text(json.dumps(value))
        new.replace(file)

    def delete(self, kernel_id):
        for suffix in (".json", ".activity"):
            (self.folder / (kernel_id + suffix)).unlink(missing_ok=True)

    def read(self):
        records = {}
        for file in self.folder.glob("*.json"):
            record = json.loads(file.read_text())
            activity = file.with_suffix(".activity")
            record["activity"] = json.loads(activity.read_text()) if activity.exists() else None
            records[file.stem] = record
        return records


class Sessions(KernelSessionManager):
    """Keeps sessions in files, and in the store."""

    def __init__(self, kernel_manager, **kwargs):
        super().__init__(kernel_manager, **kwargs)
        self.store = Store(os.environ)
        self.files = Files(os.environ["JUPYTER_GATEWAY_FILES"])
        self.records = {}
        self.stored = set()
        self.unsupported = set()
        self.pending = {}
        self.changed = threading.Condition()
        # Connected to again, and not used since. The value tells whether the time of the last activity is known.
        self.restored = {}
        self.probes = {}
        self.unrestored = {}
        self.ended = set()
        self.loaded = False
        # What became of the kernels of the gateway before.
        self.reattached, self.lost, self.reported = set(), set(), set()

    @property
    def complete(self):
        return self.loaded and not self.unrestored

    # What the superclass requires

    def save_session(self, kernel_id):
        session = copy.deepcopy(self._sessions[kernel_id])
        key = session["connection_info"].get("key")
        if isinstance(key, bytes):
            session["connection_info"]["key"] = key.decode()
        kernel = self.kernel_manager.get_kernel(kernel_id)
        session["kernel_spec"] = kernel.kernel_spec.to_dict()
        # The superclass has the arguments of the request, with which a kernel cannot be restarted.
        session["launch_args"] = kernel._launch_args
        # Leaves out what is no JSON.
        session = json.loads(json.dumps(session, default=lambda other: None))
        self._save(kernel_id, {"session": session, "pod": self.store.identity["pod"], "activity": None})

    def _save(self, kernel_id, record):
        self.records[kernel_id] = record
        self.files.write(kernel_id, ".json", record)
        self.write_activity(kernel_id)
        with self.changed:
            self.pending[kernel_id] = record
            self.changed.notify()

    def delete_sessions(self, kernel_ids):
        """The store deletes a session with its JupyterKernel, and not before."""
        with self.changed:
            for kernel_id in kernel_ids:
                self.pending.pop(kernel_id, None)
        for kernel_id in kernel_ids:
            if self.records.pop(kernel_id, None):
                self.ended.add(kernel_id)
            self.restored.pop(kernel_id, None)
            self._end_probe(kernel_id)
            self.files.delete(kernel_id)

    def start_sessions(self):
        """Connects to the kernels again before the gateway serves requests, unless the store cannot be reached for long."""
        self.loop = IOLoop.current()
        local = self.files.read()
        self.restarted = bool(local)
        self.stored.update(kernel_id for kernel_id, record in local.items() if record.pop("stored", False))
        self._restore(local)
        deadline = time.monotonic() + START_SECONDS
        while not self._load() and time.monotonic() < deadline:
            time.sleep(RETRY_SECONDS)
        threading.Thread(target=self._run, daemon=True).start()

    # The store, in a thread of its own once the gateway serves requests

    def _load(self):
        try:
            records = self.store.load()
        except (OSError, ValueError, KeyError) as error:
            self.log.warning(
                f"The sessions of kernels are not loaded yet, because the function kernelSessions failed: {error}."
                " Kernels that ran before this gateway started cannot be used until they are."
            )
            return False
        if threading.current_thread() is threading.main_thread():
            self._restore_loaded(records)
        else:
            self.loop.add_callback(self._restore_loaded, records)
        return True

    def _run(self):
        refresh_at = [time.monotonic() + seconds for seconds in (() if self.restarted else REFRESH_AFTER_SECONDS)]
        failures = 0
        while True:
            with self.changed:
                if failures:
                    self.changed.wait(min(30, RETRY_SECONDS * failures))
                elif self.loaded and not self.pending:
                    self.changed.wait(max(0.1, refresh_at[0] - time.monotonic()) if refresh_at else None)
                records = dict(self.pending)
            is_due = refresh_at and time.monotonic() >= refresh_at[0]
            if is_due:
                refresh_at.pop(0)
            if (is_due or not self.loaded) and not self._load():
                failures += 1
                continue
            try:
                self._store(records)
                self._report()
                failures = 0
            except (OSError, ValueError, KeyError) as error:
                failures += 1
                self.log.warning(
                    f"The sessions of {len(records)} kernels are not stored yet, because the function kernelSessions failed: {error}."
                )

    def _store(self, records):
        if not records:
            return
        unknown = self.store.store(records)
        with self.changed:
            for kernel_id, record in records.items():
                if self.pending.get(kernel_id) is record:
                    del self.pending[kernel_id]
        for kernel_id in records:
            if kernel_id in unknown:
                self.unsupported.add(kernel_id)
            elif kernel_id in self.records:
                self.unsupported.discard(kernel_id)
                self.stored.add(kernel_id)
                self.files.write(kernel_id, ".json", {**records[kernel_id], "stored": True})
        if unknown:
            self.log.info(f"Kernels that cannot be stored, and end with this gateway: {', '.join(sorted(unknown))}.")

    def _report(self):
        """Reports what became of the kernels of the gateway before, each once."""
        reattached, lost = self.reattached - self.reported, self.lost - self.reported
        if self.complete and (reattached or lost):
            known = [*self.kernel_manager.list_kernel_ids(), *self.lost, *self.ended]
            self.store.call("reattached", {"reattached": list(reattached), "lost": list(lost), "known": known})
            self.reported.update(reattached, lost)

    # Connecting to kernels again, in the main thread

    def _restore_loaded(self, records):
        self._restore({kernel_id: record for kernel_id, record in records.items() if kernel_id not in self.records})
        for kernel_id, record in records.items():
            # The previous gateway has ended since, and knew the last activity.
            if self.restored.get(kernel_id) is False and record.get("activity") and kernel_id in self.records:
                self._set_activity(kernel_id, record["activity"])
                self._save(kernel_id, {**record, "pod": self.store.identity["pod"], "activity": None})
            self.stored.add(kernel_id)
        self.loaded = True
        with self.changed:
            self.changed.notify()

    def _restore(self, records):
        for kernel_id, record in records.items():
            self.unrestored.pop(kernel_id, None)
            if kernel_id in self.lost or kernel_id in self.ended or kernel_id in self.kernel_manager:
                continue
            try:
                running = self._connect(kernel_id, record["session"])
                if running:
                    self._set_activity(kernel_id, record["activity"])
            except (ApiException, urllib3.exceptions.HTTPError, OSError) as error:
                self.log.warning(f"The API server did not answer whether kernel {kernel_id} is running: {type(error).__name__}.")
                self.unrestored[kernel_id] = record
                continue
            except Exception:
                self.log.exception(f"Kernel {kernel_id} could not be connected to again.")
                running = False
            if running:
                self.log.info(f"Connected to kernel {kernel_id} again.")
                self.reattached.add(kernel_id)
                self._save(kernel_id, {**record, "pod": self.store.identity["pod"], "activity": None})
            else:
                self.log.warning(f"Kernel {kernel_id} is not running any more.")
                self.lost.add(kernel_id)
                self._sessions.pop(kernel_id, None)
                self.files.delete(kernel_id)
        with self.changed:
            self.changed.notify()
        if self.unrestored:
            self.loop.call_later(RETRY_SECONDS, lambda: self._restore(dict(self.unrestored)))

    def _connect(self, kernel_id, session):
        info = dict(session["connection_info"])
        if isinstance(info.get("key"), str):
            info["key"] = info["key"].encode()
        specs = self.kernel_manager.kernel_spec_manager
        find = specs.get_kernel_spec

        def get_kernel_spec(name):
            # A kernel outlives the removal of its kernel spec from the gateway.
            try:
                return find(name)
            except NoSuchKernel:
                return KernelSpec(**session["kernel_spec"])

        specs.get_kernel_spec = get_kernel_spec
        try:
            running = self.kernel_manager.start_kernel_from_session(
                kernel_id=kernel_id,
                kernel_name=session["kernel_name"],
                connection_info=info,
                process_info=session["process_info"],
                launch_args=session["launch_args"],
            )
        finally:
            del specs.get_kernel_spec
        if running:
            # The superclass lacks the ports of such a kernel, and then fails to restart it.
            self.kernel_manager._kernel_ports[kernel_id] = self.kernel_manager.get_kernel(kernel_id).ports
            self._sessions[kernel_id] = {**session, "connection_info": info}
            self._sessionsByUser.setdefault(session["username"], []).append(kernel_id)
        return running

    # The activity of kernels

    def _set_activity(self, kernel_id, activity):
        """Sets the last activity before the restart. Without it, the kernel counts as busy until it responds, and as active then."""
        kernel = self.kernel_manager.get_kernel(kernel_id)
        is_idle = bool(activity) and activity["state"] != "busy"
        self.restored[kernel_id] = bool(activity)
        if is_idle:
            self._end_probe(kernel_id)
            kernel.execution_state = activity["state"]
            kernel.last_activity = datetime.fromisoformat(activity["last_activity"])
        else:
            kernel.execution_state, kernel.last_activity = "busy", now()
            self._probe(kernel_id, kernel)

    def _probe(self, kernel_id, kernel):
        """Sends a request that the kernel replies to when it is idle."""
        self._end_probe(kernel_id)
        stream = self.probes[kernel_id] = kernel.connect_shell()

        def idle(reply):
            if kernel_id in self.restored and kernel.execution_state == "busy":
                kernel.execution_state, kernel.last_activity = "idle", now()
                self.write_activity(kernel_id)
            self._end_probe(kernel_id)

        stream.on_recv(idle)
        kernel.session.send(stream, "kernel_info_request")

    def _end_probe(self, kernel_id):
        stream = self.probes.pop(kernel_id, None)
        if stream is not None and not stream.closed():
            stream.close()

    def activity(self, kernel_id):
        kernel = self.kernel_manager.get_kernel(kernel_id)
        return {"state": kernel.execution_state, "last_activity": kernel.last_activity.isoformat()}

    def write_activity(self, kernel_id):
        if kernel_id in self.records:
            self.files.write(kernel_id, ".activity", self.activity(kernel_id))

    # The end of the gateway

    def end(self):
        """Stores the sessions with the last activity. Returns the ids of the kernels that the next gateway can connect to."""
        records = {
            kernel_id: {**record, "activity": self.activity(kernel_id)}
            for kernel_id, record in self.records.items()
            if kernel_id in self.kernel_manager and kernel_id not in self.unsupported
        }
        deadline = time.monotonic() + END_SECONDS
        while records:
            try:
                return self.stored & set(records) | set(records) - self.store.store(records)
            except (OSError, ValueError, KeyError) as error:
                self.log.warning(f"The sessions of kernels are not stored: {error}.")
                # The key has been replaced, and with it this gateway.
                if getattr(error, "code", None) == 401 or time.monotonic() > deadline:
                    return self.stored & set(records)
                time.sleep(1)
        return set()


class Kernels(RemoteMappingKernelManager):
    """Knows the kernels of the gateway before."""

    @property
    def sessions(self):
        return self.parent.kernel_session_manager

    def check_kernel_id(self, kernel_id):
        if kernel_id not in self and not self.sessions.complete:
            raise web.HTTPError(503, "The gateway has restarted, and does not know all its kernels yet. Try again.")
        super().check_kernel_id(kernel_id)

    def list_kernels(self):
        """A list without some kernels would let the cull function delete those."""
        if not self.sessions.complete:
            raise web.HTTPError(503, "The gateway has restarted, and does not know all its kernels yet. Try again.")
        return super().list_kernels()

    def start_watching_activity(self, kernel_id):
        """As the superclass, but does not count that clients connect again after a restart of the gateway."""
        super().start_watching_activity(kernel_id)
        sessions, kernel = self.sessions, self._kernels[kernel_id]
        sessions.restored.pop(kernel_id, None)
        session = Session(config=kernel.session.config, key=kernel.session.key)
        written = [now()]

        def record_activity(frames):
            _, parts = session.feed_identities(frames)
            message = session.deserialize(parts)
            if kernel_id in sessions.restored:
                if message["parent_header"].get("msg_type") in ASKED_ON_CONNECT:
                    return
                sessions.restored.pop(kernel_id)
            self.last_kernel_activity = kernel.last_activity = now()
            if message["header"]["msg_type"] == "status":
                kernel.execution_state = message["content"]["execution_state"]
            elif (kernel.last_activity - written[0]).total_seconds() < 1:
                return
            written[0] = kernel.last_activity
            sessions.write_activity(kernel_id)

        kernel._activity_stream.on_recv(record_activity)


def signal_stop(app, sig, frame):
    app.log.info("Received signal to terminate Enterprise Gateway.")
    app.io_loop.add_callback_from_signal(lambda: asyncio.ensure_future(stop(app)))


async def stop(app):
    """Accepts no more requests, and waits for kernels that are being started."""
    app.http_server.stop()
    deadline = time.monotonic() + PENDING_SECONDS
    while app.kernel_manager.pending_requests._pending_requests_all and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    app.io_loop.stop()


def shutdown(app):
    """Shuts down the kernels that the next gateway cannot connect to, and leaves the others running."""
    remaining = app.kernel_session_manager.end()
    app.log.info(f"{len(remaining)} kernels remain for the next gateway.")
    for kernel_id in app.kernel_manager.list_kernel_ids():
        if kernel_id not in remaining:
            try:
                app.io_loop.run_sync(lambda: app.kernel_manager.shutdown_kernel(kernel_id, now=True))
            except Exception as error:
                app.log.warning(f"Failed to shut down kernel {kernel_id}: {error}")


def configure(c):
    """Adds this module to the configuration of Enterprise Gateway."""
    c.EnterpriseGatewayApp.kernel_session_manager_class = Sessions
    c.EnterpriseGatewayApp.kernel_manager_class = Kernels
    c.EnterpriseGatewayApp.availability_mode = "standalone"
    c.KernelSessionManager.enable_persistence = True
    EnterpriseGatewayApp._signal_stop = signal_stop
    EnterpriseGatewayApp.shutdown = shutdown
