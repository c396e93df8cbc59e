/// What `parallax init` writes: two commented files to start from.
public enum StarterFiles {
  public static let hosts = """
    # Hosts that requests leave from. Check them with:  parallax hosts check
    # Each needs an address of its own as the target sees it; distant networks are best.
    defaults:
      user: probe
      identity_file: ~/.ssh/id_ed25519       # ed25519 or ecdsa; an RSA key needs transport: openssh
      known_hosts: ~/.ssh/known_hosts        # a host must be known before; connect once with ssh

    hosts:
      fra1: { address: 203.0.113.10 }
      nyc1: { address: 198.51.100.7 }

      # Several source addresses on one host are several vantages: nyc2/198.51.100.8 and nyc2/198.51.100.9
      # nyc2: { address: 198.51.100.8, source_addresses: [198.51.100.8, 198.51.100.9] }

      # This machine itself, without SSH:
      # here: { transport: local }

      # Through other servers (~/.ssh/config is followed as well; see: parallax hosts check --explain inner1):
      # inner1: { address: 10.0.0.5, proxy_jump: "admin@bastion.example:2222" }

      # Nothing may be put there: requests leave through its SSH server, with lower timing quality:
      # gate1: { address: 203.0.113.9, agent: none }

      # The system's ssh client with its own configuration (RSA keys, ProxyJump, hardware keys):
      # old1: { transport: openssh, address: old1.example }

      # Any command that gives standard input and output of a process on the host; {agent} is the agent's path:
      # pod1: { transport: command, command: [kubectl, exec, -i, pod1, --, "{agent}"] }

    # Names for several hosts, for --limit and a plan's vantages: hosts, patterns and other groups.
    # groups:
    #   eu: [fra1, "ams*"]

    """

  public static let plan = """
    # What to ask, with which identities, at what cost. See what it would do, sending nothing:  parallax plan plan.yaml
    target:
      url: https://api.example.com/v1/models
      method: GET                                     # GET and HEAD only, unless allow_unsafe_methods: true
      headers: { Authorization: "Bearer {{key}}" }    # {{key}}, {{account}} and any dimension by name
      permission: "our own gateway, ticket OPS-1"     # required: on what ground this target may be tested
      # timeout: 10s                                  # an answer later than this counts as lost
      # keep_alive: true                              # false opens a connection for every request
      # ca_file: our-ca.pem                           # trust one more certificate authority
      # contact: ops@example.com                      # told to the target's owner in the User-Agent
      # compression: gzip                             # none unless told otherwise
      # http: 2                                       # 1.1 unless told otherwise

    # Two keys of one account and one of another tell a limit per key from a limit per account.
    # Only where the secrets are stands here (env, file or command), never the secrets themselves.
    accounts:
      A:
        keys:
          a1: { env: KEY_A1 }
          a2: { env: KEY_A2 }
      B:
        keys:
          b1: { env: KEY_B1 }
          # b2: { file: ~/.secrets/b2 }               # readable by you alone
          # b3: { command: [pass, show, api/b3] }

    # vantages: [fra1, nyc1]                          # default: all of the inventory
    # reference: { vantage: fra1, key: a1 }           # default: the first of each
    # dimensions: { path: [/v1/models, /v1/files] }   # more to vary, one at a time

    budget: { requests: 2000, rate: 50/s, duration: 15m }   # caps that the agents enforce

    # When a run ends by itself (the defaults):
    # stop: { server_errors: 50%, connection_errors: 95%, retry_after: 24h }

    # Other looks of a limited answer than those known already:
    # limited_when:
    #   - { status: 200, body_contains: "try again later" }

    # For `parallax verify`:
    # expect:
    #   - { scope: [account], limit: 60/1m, tolerance: 10% }

    """
}
