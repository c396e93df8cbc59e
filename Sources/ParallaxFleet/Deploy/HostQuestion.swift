internal import ParallaxModel

/// The one command that asks a host all that must be known before an agent is put there, for any POSIX shell.
enum HostQuestion {
  /// Start-up files of a login shell may print noise first: hence the markers. The whole stands in single quotes, so that
  /// a login shell of any kind hands it on unread.
  ///
  /// - Parameter digests: of the agents of which one may be put there. Then the command goes on to wait for a line that
  ///   names it (`order`) and for its bytes, or for the end of its input: whatever a login shell does when it begins, it
  ///   does once.
  static func command(directory: String?, sweeping: Bool, digests: [String] = []) throws -> String {
    let script =
      [folder(try checked(directory)), "echo parallax-facts", facts] + (sweeping ? [sweep] : [])
      + (digests.isEmpty ? ["echo \(end)"] : [present(digests), "echo \(end)", take])
    return "sh -c '\(script.joined(separator: "; "))'"
  }

  /// The last line of the answer.
  static let end = "parallax-end"
  /// Said by a host on which the agent arrived and does not start.
  static let doesNotRun = "parallax-does-not-run"

  /// What makes the host take an agent.
  static func order(_ agent: AgentBinary, packedBy codec: AgentCodec) -> String {
    "\(AgentBinary.fileName(digest: agent.digest)) \(agent.digest) \(codec.rawValue)\n"
  }

  /// The upload goes to a name of its own and is renamed only after it was hashed and seen to start: a cut transfer or a
  /// second controller can never leave a half agent under the name that is run.
  private static let take = #"""
    read -r p a c || exit 0; umask 077; \#
    if [ -d "$d" ]; then chmod 700 "$d"; else mkdir -p -m 700 "$d"; fi && t="$d/$p.$$.$n" && \#
    trap "rm -f \"$t\"" EXIT HUP TERM INT && $c -dc > "$t" && s=$(h "$t") && echo "$s" && \#
    [ "${s%% *}" = "$a" ] && chmod 700 "$t" && { "$t" --version >/dev/null || { \#
    echo \#(doesNotRun); exit 1; }; } && mv -f "$t" "$d/$p" && trap - EXIT
    """#

  /// Whether a path can stand in double quotes within single quotes and mean itself.
  static func isQuotable(_ path: String) -> Bool {
    path.unicodeScalars.allSatisfy { $0.value >= 0x20 && !"'\"$`\\!".unicodeScalars.contains($0) }
  }

  private static func checked(_ directory: String?) throws -> String? {
    guard let directory, !isQuotable(directory) else { return directory }
    throw ParallaxError(
      .inventoryInvalid, "the folder \(directory) of an agent holds signs that a shell would read",
      remedy: "use letters, digits, dots, dashes and slashes in agent_directory")
  }

  private static func folder(_ directory: String?) -> String {
    guard let directory else { return #"d="${XDG_CACHE_HOME:-$HOME/.cache}/parallax""# }
    if directory.hasPrefix("/") { return "d=\"\(directory)\"" }
    return "d=\"$HOME/\(directory.hasPrefix("~/") ? String(directory.dropFirst(2)) : directory)\""
  }

  /// Programs are few, for each costs a process on every host: what a shell can do itself, it does. Free space counts where
  /// the folder will be: in the nearest folder above it that exists.
  private static let facts = #"""
    set -- $(uname -snm); n=$2; echo "system=$1"; echo "architecture=$3"; \#
    echo "glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null)"; echo "directory=$d"; echo "home=$HOME"; \#
    r=$(ip -o route get 192.0.2.1 2>/dev/null); \#
    case $r in *" src "*) r=${r#*" src "}; echo "egress=${r%% *}";; *) echo "egress=";; esac; \#
    echo "connection=${SSH_CONNECTION:-}"; \#
    k=; for c in zstd gzip; do command -v $c >/dev/null && k="$k $c"; done; echo "codecs=$k"; \#
    f="$d"; while [ "$f" ] && [ ! -d "$f" ]; do f=${f%/*}; done; \#
    r=$(LC_ALL=C df -Pk "${f:-/}" 2>/dev/null); set -- ${r#*Mounted on}; echo "free=$4"
    """#

  /// Prints the digest of a file: openssl is four times as fast as sha256sum where the processor knows the algorithm, and
  /// few hosts lack it.
  static let hash = "h() { openssl dgst -sha256 -r \"$1\" 2>/dev/null || sha256sum \"$1\"; }"

  /// Which of the agents stand there with the right content, and run. What has another content is not run.
  private static func present(_ digests: [String]) -> String {
    let checks = digests.map { "x \(AgentBinary.fileName(digest: $0)) \($0)" }
    return
      ([
        hash,
        #"""
        x() { [ -x "$d/$1" ] && s=$(h "$d/$1") && [ "${s%% *}" = $2 ] && \#
        case $("$d/$1" --version 2>/dev/null) in parallax-agent*) echo "agent=$2";; esac; }
        """#,
      ] + checks).joined(separator: "; ")
  }

  /// What crashed runs leave: uploads whose process has gone (of this host, for a home may be shared by several; of others
  /// after a day), and agents that were stopped. An agent ends by itself when its link does; only a stopped one cannot.
  /// Where there is no agent, none can run: what removes agents looks for those that run first.
  private static let sweep = #"""
    o=; for f in "$d"/agent-*.*.*; do [ -f "$f" ] || continue; r=${f##*/}; r=${r#*.}; \#
    [ "${r#*.}" = "$n" ] || { o=1; continue; }; kill -0 "${r%%.*}" 2>/dev/null || { \#
    rm -f "$f" && echo "leftover=half an upload (${f##*/})"; }; done; \#
    [ -z "$o" ] || find "$d" -name "agent-*.*.*" -mtime +0 2>/dev/null | while read -r f; do \#
    rm -f "$f" && echo "leftover=half an upload (${f##*/})"; done; \#
    for f in "$d"/agent-*; do break; done; [ ! -f "$f" ] || ls -l /proc/[0-9]*/exe 2>/dev/null | grep -F -e "-> $d/agent-" | while read -r r; do \#
    p=${r%%/exe -*}; p=${p##*/proc/}; \#
    grep -q "^State:[[:space:]]*T" "/proc/$p/status" 2>/dev/null && kill -9 "$p" 2>/dev/null \#
    && echo "leftover=a stopped agent (process $p)"; done
    """#
}
