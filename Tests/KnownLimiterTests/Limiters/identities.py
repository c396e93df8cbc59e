"""Keys a1 to a4 belong to account A, b1 to b4 to B."""


def key_of(authorization):
    return (authorization or "").removeprefix("Bearer ").strip()


def account_of(key):
    return key[:1].upper() if key[:1] in ("a", "b") else ""
