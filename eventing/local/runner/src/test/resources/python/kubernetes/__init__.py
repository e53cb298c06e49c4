"""The part of the kubernetes client that the launcher uses, for machines that do not have the package."""
