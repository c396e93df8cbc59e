internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

/// A user's ssh configuration that is nowhere on the disk.
struct SSHConfigFixture {
  var files: [String: String] = [:]
  var variables: [String: String] = [:]

  init(_ config: String = "", files: [String: String] = [:], variables: [String: String] = [:]) {
    self.files = files.merging(["/home/u/.ssh/config": config]) { $1 }
    self.variables = variables
  }

  var resolver: SSHResolver {
    let files = files
    return SSHResolver(
      environment: SSHClientEnvironment(
        home: "/home/u", user: "me", machine: "desk.example", userNumber: 1000, variables: variables,
        files: SSHConfigFiles(
          read: { path, _ throws(ParallaxError) in files[path] },
          expand: { pattern in
            pattern.hasSuffix("*")
              ? files.keys.filter { $0.hasPrefix(pattern.dropLast()) }.sorted() : files[pattern] == nil ? [] : [pattern]
          })))
  }

  func route(_ host: InventoryHost) throws -> SSHRoute { try resolver.route(to: host) }

  func endpoint(_ address: String) throws -> SSHEndpoint {
    try route(InventoryHost(name: address, address: address)).host
  }

  func error(_ address: String = "h") throws -> ParallaxError {
    try #require(throws: ParallaxError.self) { try endpoint(address) }
  }
}
