"""Other clients of the target, with requests of their own: others.py URL ADDRESS KEY FIRST [EVERY COUNT | hold COUNT SECONDS REST]

Sends FIRST requests at once and prints a line; then COUNT requests every EVERY seconds. With `hold` it keeps COUNT
slow answers open for SECONDS, and none for REST seconds, again and again. Ends when its input does."""

import http.client
import select
import sys
import threading
import time
import urllib.parse

url, address, key, first, *rest = sys.argv[1:]
target = urllib.parse.urlsplit(url)


def connect():
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=20, source_address=(address, 0))
    connection.request("GET", target.path or "/", headers={"Authorization": f"Bearer {key}"} if key != "-" else {})
    return connection


def ask():
    try:
        connection = connect()
        connection.getresponse().read()
        connection.close()
    except OSError:
        pass


def pause(seconds):
    """Whether there is reason to go on."""
    return not select.select([sys.stdin], [], [], seconds)[0]


def hold(count, seconds, rest):
    while True:
        held = [connect() for _ in range(count)]
        for connection in held:
            connection.sock.recv(1)
        print("ready", flush=True)
        if not pause(seconds):
            return
        for connection in held:
            connection.close()
        if not pause(rest):
            return


if rest[:1] == ["hold"]:
    hold(int(rest[1]), float(rest[2]), float(rest[3]))
else:
    for _ in range(int(first)):
        ask()
    print("ready", flush=True)
    while pause(float(rest[0]) if rest else 3600):
        for _ in range(int(rest[1])):
            ask()
