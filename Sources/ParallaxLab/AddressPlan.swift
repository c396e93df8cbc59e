internal import Foundation
internal import ParallaxModel

/// The addresses and ports of a lab.
///
///     loopback     lab1 127.0.11.1:22011    lab2 127.0.12.1:22012 ...   target 127.0.80.1:8080, TLS 8443
///     namespaces   lab1 10.77.11.1, fd77:0:0:11::1   lab2 10.77.12.1, fd77:0:0:12::1 ...   target 10.77.80.1, fd77:0:0:80::1
///                  controller 10.77.1.1, fd77:0:0:1::1
///
/// Every host has a /24 and a /64 to itself, since some limiters count a whole prefix as one client.
enum AddressPlan {
  static let targetNumber = 80
  static let controllerNumber = 1

  /// The target's number is passed over.
  static func hostNumber(_ index: Int) -> Int { 11 + index + (11 + index >= targetNumber ? 1 : 0) }

  static func loopback(_ number: Int) -> String { "127.0.\(number).1" }
  static func ipv4(_ number: Int) -> String { "10.77.\(number).1" }
  static func ipv6(_ number: Int) -> String { "fd77:0:0:\(number)::1" }

  static func description(
    _ configuration: LabConfiguration, id: String, directory: String
  ) throws(ParallaxError) -> LabDescription {
    var hosts: [LabHost] = []
    for index in 0..<configuration.hosts {
      let number = hostNumber(index)
      let name = "lab\(index + 1)"
      switch configuration.mode {
      case .loopback:
        let address = loopback(number)
        let port = try port(configuration.ports, fixed: 22000 + number, on: address)
        hosts.append(LabHost(name: name, address: address, port: port))
      case .namespaces:
        hosts.append(
          LabHost(
            name: name, address: ipv4(number), address6: ipv6(number), port: 22,
            namespace: NamespaceNetwork.name(id, name)))
      }
    }
    return LabDescription(
      id: id, mode: configuration.mode, directory: directory, user: currentUser(), hosts: hosts,
      target: try target(configuration, id: id),
      controllerNamespace: configuration.mode == .namespaces ? NamespaceNetwork.name(id, "ctl") : nil)
  }

  private static func target(_ configuration: LabConfiguration, id: String) throws(ParallaxError) -> LabTarget {
    switch configuration.mode {
    case .loopback:
      let address = loopback(targetNumber)
      return LabTarget(
        address: address, port: try port(configuration.ports, fixed: 8080, on: address),
        tlsPort: try port(configuration.ports, fixed: 8443, on: address), serverName: "target.lab",
        configuration: configuration.target)
    case .namespaces:
      return LabTarget(
        address: ipv4(targetNumber), address6: ipv6(targetNumber), port: 80, tlsPort: 443, serverName: "target.lab",
        namespace: NamespaceNetwork.name(id, "web"), configuration: configuration.target)
    }
  }

  private static func port(
    _ ports: LabConfiguration.Ports, fixed: Int, on address: String
  ) throws(ParallaxError) -> Int {
    switch ports {
    case .fixed: return fixed
    case .free: return try PortProbe.freePort(on: address)
    }
  }

  private static func currentUser() -> String {
    getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? NSUserName()
  }
}
