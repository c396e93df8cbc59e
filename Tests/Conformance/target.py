"""A rate-limited server for the conformance suite: ten requests in eight seconds for every /64 and key, or one of the ways
not to keep to that. Usage: target.py BEHAVIOUR ADDRESS PORT"""

import ipaddress
import math
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BEHAVIOUR, ADDRESS, PORT = sys.argv[1], sys.argv[2], int(sys.argv[3])
LIMIT = 16 if BEHAVIOUR == "generous" else 10
WINDOW = 8.0

lock = threading.Lock()
windows = {}


def bucket(address, key):
    length = 128 if BEHAVIOUR == "by-address" else 64
    network = ipaddress.ip_network((address, length), strict=False)
    return (network, None if BEHAVIOUR == "mixing-keys" else key)


def admit(name):
    """Whether the request passes, and the seconds until the window ends. A window begins with its first request."""
    with lock:
        now = time.monotonic()
        start, count = windows.get(name, (now, 0))
        if now - start >= WINDOW:
            start, count = now, 0
        if count < LIMIT:
            count += 1
            windows[name] = (start, count)
            return True, start + WINDOW - now
        return False, start + WINDOW - now


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        passes, left = admit(bucket(self.client_address[0], self.headers.get("Authorization")))
        seconds = math.ceil(left)
        body = b"{}" if passes else b'{"error":{"code":"rate_limited"}}'
        status = 200 if passes else 503 if BEHAVIOUR == "wrong-status" else 429
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if not passes and BEHAVIOUR != "silent":
            self.send_header("Retry-After", str(30 if BEHAVIOUR == "lying" else seconds))
            self.send_header("RateLimit-Limit", str(LIMIT))
            self.send_header("RateLimit-Remaining", "0")
            self.send_header("RateLimit-Reset", str(seconds))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True


Server((ADDRESS, PORT), Handler).serve_forever()
