class HTTPError(Exception):
    def __init__(self, status_code, reason=None):
        super().__init__(reason)
        self.status_code = status_code
        self.reason = reason
