internal import ParallaxLimiters
internal import ParallaxModel
internal import Testing

@Suite("Layers and bans")
struct LimiterStackTests {
  static let edge = Signature(status: 429, server: "nginx")
  static let application = Signature(status: 429, body: "json")
  static let banned = Signature(status: 403)

  func layer(_ rule: some AdmissionRule, _ scope: DimensionSet, _ signature: Signature) -> LimiterModel {
    LimiterModel(rule: rule, traits: .init(scope: Scope(scope), signature: signature))
  }

  func statuses(_ stack: inout LimiterStack, _ times: [Double], from identity: Identity = .client(1)) -> [Int?] {
    times.map { stack.offer(Offer(time: $0), from: identity).signature?.status }
  }

  @Test("The first layer that denies answers; what a later one denies was counted before")
  func layers() {
    var stack = LimiterStack(layers: [
      layer(FixedWindow(limit: 4, window: 10, alignment: .clock), .ip, Self.edge),
      layer(FixedWindow(limit: 3, window: 60, alignment: .clock), .key, Self.application),
    ])
    let signatures = [1.0, 1, 1, 1, 1, 11].map { stack.offer(Offer(time: $0), from: .client(1)).signature }
    #expect(signatures == [nil, nil, nil, Self.application, Self.edge, Self.application])
  }

  @Test("Delays of layers add up")
  func delays() {
    var stack = LimiterStack(layers: [
      layer(LeakyBucket(rate: 2, burst: 5), .ip, Self.edge), layer(LeakyBucket(rate: 4, burst: 5), .key, Self.edge),
    ])
    let delays = (0..<3).map { _ in stack.offer(Offer(time: 0), from: .client(1)).delay }
    #expect(delays == [0, 0.75, 1.5])
  }

  func banning(growth: Double = 1, prolonged: Bool = false) -> LimiterStack {
    LimiterStack(
      layers: [layer(FixedWindow(limit: 1, window: 1000, alignment: .clock), .key, Self.edge)],
      penalty: Penalty(
        scope: Scope(.ip), denials: 3, within: 60, duration: 10, growth: growth, prolonged: prolonged,
        signature: Self.banned))
  }

  @Test("The third denial bans: another signature, for another scope, for a while")
  func ban() {
    var stack = banning()
    #expect(statuses(&stack, [0, 1, 2, 3, 4, 12.9, 13.1]) == [nil, 429, 429, 429, 403, 403, 429])
    var other = banning()
    _ = statuses(&other, [0, 1, 2, 3])
    #expect(statuses(&other, [4], from: .client(1, key: 1)) == [403])
    #expect(statuses(&other, [4], from: .client(2, key: 1)) == [nil])
  }

  @Test("Denials that are far apart do not add up")
  func farApart() {
    var stack = banning()
    #expect(!statuses(&stack, [0, 10, 40, 71, 101, 132]).contains(403))
  }

  @Test("Penalties grow from episode to episode")
  func growth() {
    var stack = banning(growth: 2)
    // Banned until 13; three more denials ban until 36.
    #expect(
      statuses(&stack, [0, 1, 2, 3, 12, 14, 15, 16, 35, 37]) == [nil, 429, 429, 429, 403, 429, 429, 429, 403, 429])
  }

  @Test("Requests prolong a ban only where they are said to")
  func prolonged() {
    let times: [Double] = [0, 1, 2, 3, 12, 21, 30, 39, 49.1]
    var renewed = banning(prolonged: true)
    #expect(statuses(&renewed, times) == [nil, 429, 429, 429, 403, 403, 403, 403, 429])
    var plain = banning()
    #expect(statuses(&plain, times)[5] == 429)
  }
}
