import os
import re
from pathlib import Path

server = None


class ConfigException(Exception):
    pass


def load_incluster_config():
    raise ConfigException("Service host/port is not set.")


def load_kube_config():
    global server
    path = Path(os.environ.get("KUBECONFIG", ""))
    if not path.is_file():
        raise ConfigException("Invalid kube-config file. No configuration found.")
    server = re.search(r"server: \"?([^\"\s]+)", path.read_text()).group(1)
