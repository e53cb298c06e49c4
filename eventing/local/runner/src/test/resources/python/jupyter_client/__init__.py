"""The part of jupyter_client that the gateway's configuration uses, for machines that do not have the package."""
