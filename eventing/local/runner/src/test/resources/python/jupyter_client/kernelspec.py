import json
from pathlib import Path
from types import SimpleNamespace


class NoSuchKernel(KeyError):
    pass


class KernelSpecManager:
    def __init__(self, kernel_dirs):
        self.kernel_dirs = kernel_dirs

    def get_kernel_spec(self, kernel_name):
        for folder in self.kernel_dirs:
            file = Path(folder) / kernel_name / "kernel.json"
            if file.is_file():
                return SimpleNamespace(**{"metadata": {}, **json.loads(file.read_text())})
        raise NoSuchKernel(kernel_name)
