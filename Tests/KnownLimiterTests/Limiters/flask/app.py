"""Flask-Limiter; SCENARIO chooses the limit."""

import os

from flask import Flask, jsonify, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from identities import account_of, key_of


def key():
    return key_of(request.headers.get("Authorization"))


def account():
    return account_of(key())


def address_and_key():
    return get_remote_address() + key()


# What is counted, the limits of all routes, and how.
SCENARIOS = {
    "fixed-key": (key, ["12 per 10 second"], "fixed-window"),
    "moving-account": (account, ["10 per 8 second"], "moving-window"),
    "slidingcounter-ip": (get_remote_address, ["16 per 8 second"], "sliding-window-counter"),
    "moving-ip-key": (address_and_key, ["10 per 8 second"], "moving-window"),
    "global-fixed": (lambda: "all", ["15 per 8 second"], "fixed-window"),
    "workers-ip": (get_remote_address, ["10 per 30 second"], "fixed-window"),
    "endpoint-key": (key, ["10 per 8 second"], "fixed-window"),
    "body200-account": (account, ["10 per 8 second"], "fixed-window"),
    "redis-layered-account": (account, ["8 per 4 second", "14 per 12 second"], "moving-window"),
    "errors-account": (account, [], "fixed-window"),
    "cost-account": (account, [], "fixed-window"),
}
scenario = os.environ["SCENARIO"]
count, limits, strategy = SCENARIOS[scenario]
storage = f"redis+unix://{os.environ['DIRECTORY']}/redis.sock" if scenario.startswith("redis") else "memory://"
app = Flask(__name__)
limiter = Limiter(
    count, app=app, default_limits=limits, strategy=strategy, headers_enabled=True, storage_uri=storage
)


def limited(view):
    if scenario == "errors-account":
        only_errors = {"deduct_when": lambda answer: answer.status_code >= 400}
        return limiter.shared_limit("10 per 10 second", scope="all", **only_errors)(view)
    if scenario == "cost-account":
        return limiter.limit("30 per 10 second", cost=lambda: int(request.headers.get("X-Cost", 1)))(view)
    return view


if scenario == "body200-account":

    @app.errorhandler(429)
    def refused(error):
        return jsonify(error={"code": "rate_limited", "message": str(error.description)}), 200


@app.get("/")
@limited
def index():
    return jsonify(ok=True)


@app.get("/other")
@limited
def other():
    return jsonify(ok=True)


@app.get("/fail")
@limited
def fail():
    return jsonify(ok=False), 404
