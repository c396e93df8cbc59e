internal import Foundation
internal import ParallaxModel

/// Hosts as network namespaces, joined by a bridge that has a namespace to itself: nothing of the machine's own
/// network is touched, and nothing of the lab appears in it.
///
///        ctl     lab1    lab2   ...   web          one namespace each, eth0 with an IPv4 and an IPv6 address
///         |       |       |            |
///         +-------+---br0-+------------+            namespace sw
enum NamespaceNetwork {
  static func name(_ id: String, _ role: String) -> String { "parallax-\(id)-\(role)" }

  /// All the namespaces of a lab, known before the first is made.
  static func names(_ lab: LabDescription) -> [String] {
    [name(lab.id, "sw")] + members(lab).map(\.namespace)
  }

  static func build(_ lab: LabDescription) throws(ParallaxError) {
    guard isPermitted else {
      throw ParallaxError(
        .labFailed, "network namespaces need root", remedy: "use sudo, or bring the lab up in loopback mode")
    }
    let ip = try LabTool.ip.require()
    for namespace in names(lab) { try Command.require(ip, ["netns", "add", namespace], for: lab) }
    let bridge = name(lab.id, "sw")
    try Command.require(
      ip, ["-n", bridge, "-batch", "-"],
      input: """
        link add br0 type bridge stp_state 0 forward_delay 0
        link set lo up
        link set br0 up

        """, for: lab)
    for (index, member) in members(lab).enumerated() {
      // The pair is made straight between the two namespaces. `nodad` makes the IPv6 address usable at once.
      try Command.require(
        ip, ["-n", member.namespace, "-batch", "-"],
        input: """
          link add eth0 type veth peer name port\(index) netns \(bridge)
          link set lo up
          link set eth0 up
          addr add \(member.address)/16 dev eth0
          addr add \(member.address6)/48 dev eth0 nodad

          """, for: lab)
      try Command.require(
        ip, ["-n", bridge, "-batch", "-"],
        input: """
          link set port\(index) master br0
          link set port\(index) up

          """, for: lab)
    }
  }

  /// Removes those of the namespaces that exist.
  static func remove(_ namespaces: [String]) throws(ParallaxError) {
    for namespace in namespaces where FileManager.default.fileExists(atPath: path(namespace)) {
      try Command.require(LabTool.ip.require(), ["netns", "delete", namespace])
    }
  }

  static func path(_ namespace: String) -> String { "/run/netns/" + namespace }

  /// The inode number that /proc/PID/ns/net shows for the processes inside; nil if there is no such namespace.
  static func inode(_ namespace: String) -> UInt64? {
    var status = stat()
    return stat(path(namespace), &status) == 0 ? UInt64(status.st_ino) : nil
  }

  /// Whether this process may make namespaces and their links: CAP_NET_ADMIN (bit 12) and CAP_SYS_ADMIN (bit 21), see
  /// capabilities(7).
  static var isPermitted: Bool {
    let lines = (ProcessTable.contents(getpid(), "status") ?? "").split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("CapEff:") }),
      let capabilities = line.split(whereSeparator: \.isWhitespace).last.flatMap({ UInt64($0, radix: 16) })
    else { return false }
    let needed: UInt64 = 1 << 12 | 1 << 21
    return capabilities & needed == needed
  }

  private static func members(_ lab: LabDescription) -> [(namespace: String, address: String, address6: String)] {
    let numbered = lab.hosts.enumerated().map { (AddressPlan.hostNumber($0.offset), $0.element.name) }
    return ([(AddressPlan.controllerNumber, "ctl")] + numbered + [(AddressPlan.targetNumber, "web")])
      .map { (name(lab.id, $0.1), AddressPlan.ipv4($0.0), AddressPlan.ipv6($0.0)) }
  }
}
