"""A link with one fault, between the controller and a host's sshd: relay.py PORT TARGET-ADDRESS TARGET-PORT FAULT [N]

It listens on 127.0.0.1. Faults: none; cut N (both ways end after N bytes from the controller); slow N (bytes per second
each way, 50 ms late); stalling (every twentieth piece is 0.3 s late, as a lost segment would be). SIGUSR1 ends all
connections, SIGUSR2 makes them silent for ever, as a pulled cable does."""

import signal
import socket
import sys
import threading
import time

port, address, target, fault = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
limit = int(sys.argv[5]) if len(sys.argv) > 5 else 0
silent = threading.Event()
sockets = set()


def end(*_):
    for one in list(sockets):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


signal.signal(signal.SIGUSR1, end)
signal.signal(signal.SIGUSR2, lambda *_: silent.set())


def pump(source, sink, is_upstream):
    passed = pieces = 0
    try:
        while data := source.recv(1 << 14):
            while silent.is_set():
                time.sleep(1)
            passed += len(data)
            pieces += 1
            if fault == "cut" and is_upstream and passed > limit:
                break
            if fault == "slow":
                time.sleep(0.05 + len(data) / limit)
            if fault == "stalling" and pieces % 20 == 0:
                time.sleep(0.3)
            sink.sendall(data)
    except OSError:
        pass
    for one in (source, sink):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", port), backlog=64)
while True:
    near, _ = listener.accept()
    if fault == "cut" and limit == 0:
        near.close()
        continue
    far = socket.create_connection((address, target))
    for one in (near, far):
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sockets |= {near, far}
    threading.Thread(target=pump, args=(near, far, True), daemon=True).start()
    threading.Thread(target=pump, args=(far, near, False), daemon=True).start()
