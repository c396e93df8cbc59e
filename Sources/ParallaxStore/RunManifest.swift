public import ParallaxModel

/// What a run is, written before its first request: enough to explain it, or to go on with it, without any other file.
/// It holds no secret.
public struct RunManifest: Hashable, Sendable {
  /// A host of the inventory as it was when the run began.
  public struct Host: Hashable, Sendable {
    public var name: String
    public var address: String
    public var port: Int
    public var user: String?
    /// `ssh`, `local`, `openssh` or `command`.
    public var transport: String
    public var sourceAddresses: [String]

    public init(
      name: String, address: String, port: Int, user: String?, transport: String, sourceAddresses: [String]
    ) {
      self.name = name
      self.address = address
      self.port = port
      self.user = user
      self.transport = transport
      self.sourceAddresses = sourceAddresses
    }
  }

  /// The plan as the user wrote it.
  public var planText: String
  /// The path it was read from, to resolve what it names.
  public var planFile: String
  /// `sha256:` and 64 hexadecimal digits.
  public var planDigest: String
  public var seed: UInt64
  public var hosts: [Host]
  public var design: Design
  /// Seconds that the target's name took to look up, once for the whole run; nil where the plan names an address, and
  /// before version 3.
  public var nameLookup: Double?
  /// What is needed to go on with the run after an interruption; nil in journals of version 1.
  public var protocolState: ProtocolState?

  /// How the experiment was set up, and the very bytes that the agents got.
  public struct ProtocolState: Hashable, Sendable {
    public var configuration: ExperimentConfiguration
    public var requestPlan: [UInt8]

    public init(configuration: ExperimentConfiguration, requestPlan: [UInt8]) {
      self.configuration = configuration
      self.requestPlan = requestPlan
    }
  }

  public init(
    planText: String, planFile: String, planDigest: String, seed: UInt64, hosts: [Host], design: Design,
    nameLookup: Double? = nil, protocolState: ProtocolState? = nil
  ) {
    self.planText = planText
    self.planFile = planFile
    self.planDigest = planDigest
    self.seed = seed
    self.hosts = hosts
    self.design = design
    self.nameLookup = nameLookup
    self.protocolState = protocolState
  }
}

extension ByteWriter {
  mutating func manifest(_ value: RunManifest) {
    text(value.planText)
    text(value.planFile)
    text(value.planDigest)
    unsigned(value.seed)
    list(value.hosts) { writer, host in
      writer.text(host.name)
      writer.text(host.address)
      writer.count(host.port)
      writer.optional(host.user) { $0.text($1) }
      writer.text(host.transport)
      writer.list(host.sourceAddresses) { $0.text($1) }
    }
    list(value.design.vantages) { writer, vantage in
      writer.text(vantage.host)
      writer.optional(vantage.sourceAddress) { $0.text($1) }
    }
    list(value.design.dimensions) { writer, dimension in
      writer.text(dimension.name)
      writer.list(dimension.levels) { $0.text($1) }
    }
    list(value.design.cells) { $0.cell($1) }
    list(value.design.gaps) { writer, gap in
      writer.text(gap.dimension)
      writer.text(gap.because)
      writer.text(gap.toSettle)
    }
    optional(value.protocolState) { writer, state in
      writer.configuration(state.configuration)
      writer.data(state.requestPlan)
    }
    optional(value.nameLookup) { $0.double($1) }
  }

  private mutating func cell(_ value: Cell) {
    text(value.label)
    count(value.vantage)
    text(value.key)
    text(value.account)
    list(value.levels) { $0.count($1) }
    unsigned(UInt64(value.differs.rawValue))
    flag(value.isControl)
  }
}

extension ByteReader {
  mutating func manifest() throws(MalformedRecord) -> RunManifest {
    var manifest = RunManifest(
      planText: try text(), planFile: try text(), planDigest: try text(), seed: try unsigned(),
      hosts: try list { reader throws(MalformedRecord) in try reader.host() }, design: try design())
    guard version >= 2 else { return manifest }
    manifest.protocolState = try optional { reader throws(MalformedRecord) in
      RunManifest.ProtocolState(configuration: try reader.configuration(), requestPlan: try reader.data())
    }
    if version >= 3 {
      manifest.nameLookup = try optional { reader throws(MalformedRecord) in try reader.double() }
    }
    return manifest
  }

  private mutating func host() throws(MalformedRecord) -> RunManifest.Host {
    RunManifest.Host(
      name: try text(), address: try text(), port: try count(),
      user: try optional { reader throws(MalformedRecord) in try reader.text() }, transport: try text(),
      sourceAddresses: try list { reader throws(MalformedRecord) in try reader.text() })
  }

  private mutating func design() throws(MalformedRecord) -> Design {
    let vantages = try list { reader throws(MalformedRecord) in
      Vantage(
        host: try reader.text(),
        sourceAddress: try reader.optional { reader throws(MalformedRecord) in try reader.text() })
    }
    let dimensions = try list { reader throws(MalformedRecord) in
      Dimension(
        name: try reader.text(), levels: try reader.list { reader throws(MalformedRecord) in try reader.text() })
    }
    var cells = try list { reader throws(MalformedRecord) in try reader.cell() }
    for index in cells.indices { cells[index].id = index }
    let gaps = try list { reader throws(MalformedRecord) in
      Design.Gap(dimension: try reader.text(), because: try reader.text(), toSettle: try reader.text())
    }
    // The invariants of `Design`, checked here because its initializer may only be called when they hold.
    guard let first = cells.first, first.differs.isEmpty,
      cells.allSatisfy({ vantages.indices.contains($0.vantage) && $0.levels.count == dimensions.count })
    else { throw MalformedRecord(expected: "a consistent design") }
    return Design(vantages: vantages, dimensions: dimensions, cells: cells, gaps: gaps)
  }

  private mutating func cell() throws(MalformedRecord) -> Cell {
    Cell(
      id: 0, label: try text(), vantage: try count(), key: try text(), account: try text(),
      levels: try list { reader throws(MalformedRecord) in try reader.count() },
      differs: DimensionSet(rawValue: UInt32(truncatingIfNeeded: try unsigned())),
      isControl: version >= 2 ? try flag() : false)
  }
}
