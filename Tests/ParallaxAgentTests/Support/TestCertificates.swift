/// A certificate authority and a server certificate for `target.test` and 127.0.0.1, made for these tests alone and
/// valid from 2020 to 2120 (openssl ca, P-256).
enum TestCertificates {
  static let authority = """
    -----BEGIN CERTIFICATE-----
    MIIBeDCCAR2gAwIBAgIBATAKBggqhkjOPQQDAjAiMSAwHgYDVQQDDBdQYXJhbGxh
    eCB0ZXN0IGF1dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAw
    MFowIjEgMB4GA1UEAwwXUGFyYWxsYXggdGVzdCBhdXRob3JpdHkwWTATBgcqhkjO
    PQIBBggqhkjOPQMBBwNCAASzckrbXmTav+HCc4Ff3b0mHIm/TBjPXtRb0T8Ty2i4
    0ONTvNtVhpZOtn26Z2XnJI6Pfnx4g2JcYxenJVw2z+vXo0IwQDAPBgNVHRMBAf8E
    BTADAQH/MA4GA1UdDwEB/wQEAwICBDAdBgNVHQ4EFgQUuVXISSvceTl7QRMMhA3g
    Gt7dXzwwCgYIKoZIzj0EAwIDSQAwRgIhAMrlKBRM/Mk3yunTJBm3V+MzWgDmJGPl
    q21pDwLo+HflAiEAnj7O7BtDMWcifMErUwD7Avt7zuocM6NbQs8XATOGCqA=
    -----END CERTIFICATE-----
    """

  static let server = """
    -----BEGIN CERTIFICATE-----
    MIIBqjCCAVCgAwIBAgIBAjAKBggqhkjOPQQDAjAiMSAwHgYDVQQDDBdQYXJhbGxh
    eCB0ZXN0IGF1dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAw
    MFowFjEUMBIGA1UEAwwLdGFyZ2V0LnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMB
    BwNCAATMYc4Nql8xf6guZMJuNmJq2la7dGJYMFmuwbo4Odl5bJX3P5oe+sx+gEzy
    EEMP//N75BM3oinaGZK63QzN4Gn+o4GAMH4wHAYDVR0RBBUwE4ILdGFyZ2V0LnRl
    c3SHBH8AAAEwEwYDVR0lBAwwCgYIKwYBBQUHAwEwCQYDVR0TBAIwADAdBgNVHQ4E
    FgQUdd2dnnpB1TQu/sAxFk72K0s7dQowHwYDVR0jBBgwFoAUuVXISSvceTl7QRMM
    hA3gGt7dXzwwCgYIKoZIzj0EAwIDSAAwRQIgSMIHtJHga3i4dHAWwqqeT+7kFnkn
    fRHkzGLaJ893R5UCIQD4Pk4o7aC/mfifvfbVJocr0faV9WMKSW7PQ/U/Y7SW6g==
    -----END CERTIFICATE-----
    """

  static let serverKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgxe/NvRIxXM5+T+/Q
    h0S2r48kCpuEa/JEgw2GXcQrkc2hRANCAATMYc4Nql8xf6guZMJuNmJq2la7dGJY
    MFmuwbo4Odl5bJX3P5oe+sx+gEzyEEMP//N75BM3oinaGZK63QzN4Gn+
    -----END PRIVATE KEY-----
    """
}
