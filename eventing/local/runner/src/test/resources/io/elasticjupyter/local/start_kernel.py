"""A kernel for Enterprise Gateway: a real ipykernel that sends its connection information to the gateway and then handles requests.

The gateway passes its public key in PUBLIC_KEY and listens on RESPONSE_ADDRESS for one message from each kernel.
"""

import base64
import json
import os
import socket
import threading

from Cryptodome.Cipher import AES, PKCS1_v1_5
from Cryptodome.PublicKey import RSA
from Cryptodome.Random import get_random_bytes
from Cryptodome.Util.Padding import pad
from ipykernel.kernelapp import IPKernelApp


def encrypted(connection, public_key):
    """Returns the connection information encrypted with a new key, and that key encrypted with the gateway's (protocol version 1)."""
    key = get_random_bytes(16)
    text = AES.new(key, AES.MODE_ECB).encrypt(pad(json.dumps(connection).encode(), AES.block_size))
    encrypted_key = PKCS1_v1_5.new(RSA.import_key(base64.b64decode(public_key))).encrypt(key)
    message = {
        "version": 1,
        "key": base64.b64encode(encrypted_key).decode(),
        "conn_info": base64.b64encode(text).decode(),
    }
    return base64.b64encode(json.dumps(message).encode())


def handle_requests(listener):
    """Handles one request for each connection: a signal for the kernel, or a shutdown of the listener."""
    while True:
        with listener.accept()[0] as connection:
            body = connection.makefile().read()
        request = json.loads(body) if body else {}
        if request.get("signum"):
            os.kill(os.getpid(), request["signum"])
        if request.get("shutdown"):
            return


def main():
    app = IPKernelApp.instance(ip="127.0.0.1")
    app.initialize([])
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=handle_requests, args=[listener], daemon=True).start()

    with open(app.abs_connection_file) as file:
        connection = json.load(file)
    connection.update(
        pid=os.getpid(),
        pgid=os.getpgid(0),
        comm_port=listener.getsockname()[1],
        kernel_id=os.environ["KERNEL_ID"],
    )
    host, port = os.environ["RESPONSE_ADDRESS"].rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=10) as gateway:
        gateway.sendall(encrypted(connection, os.environ["PUBLIC_KEY"]))
    app.start()


main()
