"""The part of jupyter_server that a notebook's configuration uses, for machines that do not have the package."""

version_info = (2, 0, 0)
