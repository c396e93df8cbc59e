"""slowapi on Starlette; SCENARIO chooses the limit."""

import os

from fastapi import FastAPI, Request
from slowapi import Limiter, _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded
from slowapi.middleware import SlowAPIMiddleware
from slowapi.util import get_remote_address

from identities import account_of, key_of


def key(request):
    return key_of(request.headers.get("authorization"))


def account(request):
    return account_of(key(request))


SCENARIOS = {
    "moving-key": (key, "10 per 8 second", "moving-window"),
    "fixed-ip": (get_remote_address, "12/6 second", "fixed-window"),
    "fixed-account": (account, "12/6 second", "fixed-window"),
}
count, limit, strategy = SCENARIOS[os.environ["SCENARIO"]]
app = FastAPI()
app.state.limiter = Limiter(key_func=count, application_limits=[limit], strategy=strategy, headers_enabled=True)
app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)
app.add_middleware(SlowAPIMiddleware)


@app.get("/")
async def index(request: Request):
    return {"ok": True}
