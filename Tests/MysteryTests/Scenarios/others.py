"""Other clients of the target, with requests of their own.

    others.py URL ADDRESS KEY once COUNT
    others.py URL ADDRESS KEY drain [EVERY COUNT]    ask until refused, again and again; once the file `begun` is
                                                     there, COUNT requests every EVERY seconds, or none
    others.py URL ADDRESS KEY hold COUNT SECONDS REST    keep COUNT slow answers open; once `begun` is there, for
                                                     SECONDS at a time with REST seconds between

Prints a line when the history is made. KEY may be `-` for none. It is ended by a signal."""

import http.client
import os
import sys
import time
import urllib.parse

url, address, key, what, *rest = sys.argv[1:]
target = urllib.parse.urlsplit(url)


def connect():
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=20, source_address=(address, 0))
    connection.request("GET", target.path or "/", headers={"Authorization": f"Bearer {key}"} if key != "-" else {})
    return connection


def ask():
    """The status of an answer."""
    connection = connect()
    status = connection.getresponse().status
    connection.close()
    return status


def ask_until_refused():
    for _ in range(100):
        if ask() >= 400:
            return


def has_begun(for_seconds=0):
    """The measurement takes a moment from its first word to its first request."""
    return os.path.exists("begun") and time.time() - os.path.getmtime("begun") >= for_seconds


def tell():
    print("ready", flush=True)


def once(count):
    for _ in range(int(count)):
        ask()
    tell()


def drain(every=None, count=0):
    ask_until_refused()
    tell()
    while not has_begun(for_seconds=1):
        ask_until_refused()
        time.sleep(0.03)
    while every is not None:
        time.sleep(float(every))
        for _ in range(int(count)):
            ask()


def hold(count, seconds, pause):
    while True:
        held = [connect() for _ in range(int(count))]
        for connection in held:
            connection.sock.recv(1)
        tell()
        end = time.monotonic() + float(seconds)
        while time.monotonic() < end or not has_begun():
            time.sleep(0.05)
        for connection in held:
            connection.close()
        time.sleep(float(pause))


{"once": once, "drain": drain, "hold": hold}[what](*rest)
