import json
from urllib import error, request

from . import config


class ApiException(Exception):
    def __init__(self, status, reason, body):
        super().__init__(f"({status}) Reason: {reason}")
        self.status = status
        self.reason = reason
        self.body = body


class V1Preconditions:
    def __init__(self, uid=None):
        self.fields = {"uid": uid}


class V1DeleteOptions:
    def __init__(self, preconditions=None):
        self.fields = {"apiVersion": "v1", "kind": "DeleteOptions"}
        if preconditions is not None:
            self.fields["preconditions"] = preconditions.fields


class CustomObjectsApi:
    def create_namespaced_custom_object(self, group, version, namespace, plural, body):
        return self._call("POST", group, version, namespace, plural, "", body)

    def get_namespaced_custom_object(self, group, version, namespace, plural, name, _request_timeout=None):
        return self._call("GET", group, version, namespace, plural, "/" + name, None)

    def delete_namespaced_custom_object(self, group, version, namespace, plural, name, body=None, _request_timeout=None):
        return self._call("DELETE", group, version, namespace, plural, "/" + name, body.fields if body else None)

    @staticmethod
    def _call(method, group, version, namespace, plural, name, body):
        url = f"{config.server}/apis/{group}/{version}/namespaces/{namespace}/{plural}{name}"
        data = None if body is None else json.dumps(body).encode()
        call = request.Request(url, data=data, method=method, headers={"Content-Type": "application/json"})
        # A proxy does not reach the API server of a test.
        opener = request.build_opener(request.ProxyHandler({}))
        try:
            with opener.open(call, timeout=10) as response:
                return json.load(response)
        except error.HTTPError as refused:
            raise ApiException(refused.code, refused.reason, refused.read().decode()) from None
