"""An application whose refusals have one cause each; SCENARIO chooses it. Keys a1 to a9 belong to account A, b1 to b9
to account B; they come as `Authorization: Bearer a1`."""

import os
import re
import time

import redis
from flask import Flask, g, jsonify, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

scenario = os.environ["SCENARIO"]
store = os.environ.get("REDIS", "")
app = Flask(__name__)


def key():
    found = re.fullmatch(r"Bearer ([ab][1-9])", request.headers.get("Authorization", ""))
    return found[1] if found else ""


def account():
    return key()[:1].upper()


def refuse(status, code, message, **headers):
    answer = jsonify(error={"code": code, "message": message})
    answer.status_code = status
    answer.headers.update({name.replace("_", "-"): str(value) for name, value in headers.items()})
    return answer


# Flask-Limiter: what is counted, and the limit.
counted = {
    "account-quota": (account, "20 per 12 second"),
    "key-elsewhere": (key, "10 per 8 second"),
    "free-tier": (get_remote_address, "10 per 12 second"),
    "proxy-address": (get_remote_address, "20 per 12 second"),
    "wrong-header": (get_remote_address, "10 per 12 second"),
    "replicas": (account, "12 per 120 second"),
}
if scenario in counted:
    count, limit = counted[scenario]
    Limiter(
        count,
        app=app,
        default_limits=[limit],
        strategy="fixed-window",
        headers_enabled=True,
        storage_uri=f"redis+unix://{store}" if scenario == "account-quota" else "memory://",
    )


def counter_without_expiry():
    """Counts in Redis for ever, and promises an end that never comes."""
    name = "count:" + (key() if scenario == "no-expiry-key" else account())
    if redis.Redis(unix_socket_path=store).incr(name) > 20:
        return refuse(429, "rate_limited", "too many requests", Retry_After=4, X_RateLimit_Remaining=0)


def renewed_expiry():
    """Every request, refused or not, puts the expiry off."""
    connection = redis.Redis(unix_socket_path=store)
    hits = connection.incr("count:" + key())
    connection.expire("count:" + key(), 6)
    g.remaining = max(0, 20 - hits)
    if hits > 20:
        return refuse(429, "rate_limited", "too many requests", Retry_After=6)


bans = {}


def escalating_ban():
    """More than ten requests bring a ban; every request during it doubles it."""
    now, ban = time.time(), bans.setdefault(get_remote_address(), {"hits": 0, "until": 0, "length": 2})
    ban["hits"] += 1
    if now < ban["until"]:
        ban["length"] *= 2
    elif ban["hits"] <= 10:
        return None
    ban["until"] = now + ban["length"]
    return refuse(429, "banned", "temporarily banned for repeated violations", Retry_After=ban["length"])


def restricted_key():
    if key() in ("a1", "a3"):
        return refuse(429, "model_not_allowed", "your plan does not include this model")


def no_credit():
    if account() == "A":
        return refuse(429, "insufficient_quota", "You exceeded your quota, please check your plan and billing details.")


def overloaded():
    """All the time at first, and later for four seconds of every five."""
    if not os.path.exists("begun") or (time.time() - os.path.getmtime("begun")) % 5 < 4:
        return refuse(529, "overloaded_error", "Overloaded")


def nobody_admitted():
    message = "Crossed the request limit of the team. Current: 0, limit: 0"
    return refuse(429, "throttling_error", message, X_RateLimit_Limit=0, X_RateLimit_Remaining=0)


refusals = {
    "no-expiry-key": counter_without_expiry,
    "no-expiry-account": counter_without_expiry,
    "renewed-expiry": renewed_expiry,
    "escalating-ban": escalating_ban,
    "restricted-key": restricted_key,
    "no-credit": no_credit,
    "overloaded": overloaded,
    "limit-of-zero": nobody_admitted,
}


@app.before_request
def name_request():
    g.name = os.urandom(6).hex()


@app.before_request
def check():
    # The key is looked at first wherever the refusal goes by it.
    if not key() and scenario != "wrong-header":
        return refuse(401, "invalid_api_key", "unknown key")
    return refusals[scenario]() if scenario in refusals else None


@app.after_request
def answer(response):
    response.headers["X-Request-Id"] = g.get("name", "")
    if "remaining" in g:
        response.headers["X-RateLimit-Remaining"] = g.remaining
    return response


@app.get("/")
@app.get("/<replica>")
def index(replica=None):
    return jsonify(ok=True)
