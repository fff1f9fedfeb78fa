"""Python's socket module as a peer: standard input to the socket, the socket to standard output.

listen|connect FAMILY TYPE HOST PORT, or FAMILY TYPE PATH; a PATH that begins with @ is abstract.
"""

import os
import socket
import sys
import threading

role, family, kind, *place = sys.argv[1:]
if len(place) == 2:
    address = (place[0], int(place[1]))
else:
    address = place[0].replace("@", "\0", 1)
sock = socket.socket(getattr(socket, family), getattr(socket, kind))
first = b""

if role == "connect":
    sock.connect(address)
else:
    sock.bind(address)
    name = sock.getsockname()
    if kind != "SOCK_DGRAM":
        sock.listen()
    print("listening on port:%s" % (name[1] if isinstance(name, tuple) else ""), file=sys.stderr, flush=True)
    if kind == "SOCK_DGRAM":
        first, peer = sock.recvfrom(1 << 16)
        sock.connect(peer)
    else:
        sock, _ = sock.accept()


def receive():
    piece = first or sock.recv(1 << 16)
    while piece:
        while piece:
            piece = piece[os.write(1, piece):]
        piece = sock.recv(1 << 16)
    print("the socket is at EOF", file=sys.stderr, flush=True)


receiver = threading.Thread(target=receive)
receiver.start()
while piece := os.read(0, 1 << 13):
    sock.sendall(piece)
sock.shutdown(socket.SHUT_WR)
receiver.join()
