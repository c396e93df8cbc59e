internal import Glibc

/// Names and addresses of hosts, checked for form only; nothing is resolved.
enum HostAddress {
  static func isIPv4(_ text: String) -> Bool {
    var address = in_addr()
    return inet_pton(AF_INET, text, &address) == 1
  }

  static func isIPv6(_ text: String) -> Bool {
    var address = in6_addr()
    let bare = text.prefix { $0 != "%" }
    return inet_pton(AF_INET6, String(bare), &address) == 1
  }

  /// A DNS name or an IPv4 address: labels of letters, digits, `-` and `_`. All digits and dots must be an address.
  static func isName(_ text: String) -> Bool {
    if text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }) { return isIPv4(text) }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    let bare = labels.count > 1 && labels.last == "" ? labels.dropLast() : labels[...]
    return text.utf8.count <= 253
      && bare.allSatisfy { label in
        !label.isEmpty && label.utf8.count <= 63 && !label.hasPrefix("-")
          && label.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 45, 95: true
            default: false
            }
          }
      }
  }

  static func isValid(_ text: String) -> Bool { isName(text) || isIPv6(text) }
}
