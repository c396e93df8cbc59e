internal import Glibc
internal import ParallaxModel

/// Resolves the target's name once for a whole run, so that every vantage asks the same address.
enum TargetResolver {
  struct Resolution {
    /// Numeric, in the resolver's order.
    var addresses: [String]
    /// Seconds that it took; nil where there was nothing to look up.
    var duration: Double?
  }

  /// Errors: `targetUnreachable` for a name that does not resolve;
  /// `permissionRefused` for a name that leads to an address which no plan means by accident.
  static func resolve(_ host: String, family: AddressFamily? = nil) throws -> Resolution {
    var hints = addrinfo()
    hints.ai_family = family.map { $0 == .ipv4 ? AF_INET : AF_INET6 } ?? AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let start = MonotonicClock.now
    let status = getaddrinfo(host, nil, &hints, &list)
    guard status == 0 else {
      throw ParallaxError(
        .targetUnreachable,
        "the target's name \(host) does not resolve\(family.map { " to an address of IPv\($0.rawValue)" } ?? "")",
        remedy: "check target.url, or the resolver of this machine: the name is looked up here once for all vantages",
        cause: String(cString: gai_strerror(status)))
    }
    let duration = Double(MonotonicClock.now - start) / 1e9
    defer { freeaddrinfo(list) }
    var addresses: [String] = []
    var next = list
    while let entry = next {
      if let text = numeric(entry.pointee), !addresses.contains(text) { addresses.append(text) }
      next = entry.pointee.ai_next
    }
    let named = addresses == [host] || host == "localhost"
    if !named, let odd = addresses.first(where: isLocal) {
      throw ParallaxError(
        .permissionRefused, "\(host) resolves to \(odd), a local or metadata address",
        remedy: "if that is really the target, write the address itself into target.url")
    }
    return Resolution(addresses: addresses, duration: addresses == [host] ? nil : duration)
  }

  private static func numeric(_ entry: addrinfo) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = getnameinfo(
      entry.ai_addr, entry.ai_addrlen, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
    return status == 0 ? String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
  }

  /// Loopback, link-local (where clouds keep their metadata services) and unspecified addresses.
  static func isLocal(_ address: String) -> Bool {
    let text = address.lowercased()
    return text.hasPrefix("127.") || text.hasPrefix("169.254.") || text.hasPrefix("0.") || text == "::1"
      || text == "::" || text.hasPrefix("fe8") || text.hasPrefix("fe9") || text.hasPrefix("fea")
      || text.hasPrefix("feb") || text == "fd00:ec2::254" || text.hasPrefix("::ffff:127.")
      || text.hasPrefix("::ffff:169.254.")
  }
}
