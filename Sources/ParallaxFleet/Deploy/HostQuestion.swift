internal import ParallaxModel

/// The one command that asks a host all that must be known before an agent is put there, for any POSIX shell.
enum HostQuestion {
  /// Start-up files of a login shell may print noise first: hence the markers. The whole stands in single quotes, so that
  /// a login shell of any kind hands it on unread.
  static func command(directory: String?, sweeping: Bool) throws -> String {
    let script = [
      folder(try checked(directory)), "echo parallax-facts", facts, sweeping ? sweep : ":", "echo parallax-end",
    ]
    return "sh -c '\(script.joined(separator: "; "))'"
  }

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

  /// Free space counts where the folder will be: in the nearest folder above it that exists.
  private static let facts = #"""
    echo "system=$(uname -s)"; echo "architecture=$(uname -m)"; \#
    echo "glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null)"; echo "directory=$d"; echo "home=$HOME"; \#
    echo "egress=$(ip -o route get 192.0.2.1 2>/dev/null | sed -n "s/.* src \([^ ]*\).*/\1/p")"; \#
    echo "connection=${SSH_CONNECTION:-}"; \#
    echo "codecs=$(for c in zstd gzip; do command -v $c >/dev/null && printf "$c "; done)"; \#
    f="$d"; while [ "$f" != / ] && [ ! -d "$f" ]; do f=$(dirname "$f"); done; \#
    echo "free=$(df -Pk "$f" 2>/dev/null | awk "NR==2{print \$4}")"
    """#

  /// What crashed runs leave: uploads whose process has gone (of this host, for a home may be shared by several; of others
  /// after a day), and agents that were stopped. An agent ends by itself when its link does; only a stopped one cannot.
  private static let sweep = #"""
    n=$(uname -n); for f in "$d"/agent-*.*.*; do [ -f "$f" ] || continue; r=${f##*/}; r=${r#*.}; \#
    [ "${r#*.}" = "$n" ] || continue; kill -0 "${r%%.*}" 2>/dev/null || { \#
    rm -f "$f" && echo "leftover=half an upload (${f##*/})"; }; done; \#
    find "$d" -name "agent-*.*" -mtime +0 2>/dev/null | while read -r f; do \#
    rm -f "$f" && echo "leftover=half an upload (${f##*/})"; done; \#
    ls -l /proc/[0-9]*/exe 2>/dev/null | grep -F -e "-> $d/agent-" | sed -n "s|.* /proc/\([0-9]*\)/exe ->.*|\1|p" | \#
    while read -r p; do grep -q "^State:[[:space:]]*T" "/proc/$p/status" 2>/dev/null && kill -9 "$p" 2>/dev/null \#
    && echo "leftover=a stopped agent (process $p)"; done
    """#
}
