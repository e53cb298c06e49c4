"""A kernel for Enterprise Gateway: a real ipykernel that tells the gateway where it listens, and then does as it is told.

The gateway sends its public key in PUBLIC_KEY, and listens at RESPONSE_ADDRESS for one message from each kernel.
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


def sealed(connection, public_key):
    """As version 1 of the protocol has it: the connection under a fresh key, and that key under the gateway's."""
    key = get_random_bytes(16)
    text = AES.new(key, AES.MODE_ECB).encrypt(pad(json.dumps(connection).encode(), AES.block_size))
    sealed_key = PKCS1_v1_5.new(RSA.import_key(base64.b64decode(public_key))).encrypt(key)
    message = {
        "version": 1,
        "key": base64.b64encode(sealed_key).decode(),
        "conn_info": base64.b64encode(text).decode(),
    }
    return base64.b64encode(json.dumps(message).encode())


def obey(listener):
    """Each connection brings one request: a signal for the kernel, or the end of listening."""
    while True:
        with listener.accept()[0] as connection:
            said = connection.makefile().read()
        request = json.loads(said) if said else {}
        if request.get("signum"):
            os.kill(os.getpid(), request["signum"])
        if request.get("shutdown"):
            return


def main():
    app = IPKernelApp.instance(ip="127.0.0.1")
    app.initialize([])
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=obey, args=[listener], daemon=True).start()

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
        gateway.sendall(sealed(connection, os.environ["PUBLIC_KEY"]))
    app.start()


main()
