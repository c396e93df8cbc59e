internal import ParallaxLimiters
internal import ParallaxModel
internal import Testing

@Suite("Limiters: workers, tiers, shedding, jitter, failures")
struct LimiterModelTests {
  static let signature = Signature(status: 429, server: "nginx")

  func model(_ rule: some AdmissionRule, _ change: (inout LimiterModel.Traits) -> Void = { _ in }) -> LimiterModel {
    var traits = LimiterModel.Traits(scope: Scope(.key), signature: Self.signature)
    change(&traits)
    return LimiterModel(rule: rule, traits: traits, seed: 3)
  }

  func outcomes(_ model: inout LimiterModel, _ count: Int, from identity: Identity, at time: Double = 1) -> [Bool] {
    (0..<count).map { _ in model.offer(Offer(time: time), from: identity).allowed }
  }

  let ten = FixedWindow(limit: 10, window: 60, alignment: .clock)

  @Test("A denial carries the limiter's signature, a pass none")
  func signature() {
    var limiter = model(FixedWindow(limit: 1, window: 60, alignment: .clock))
    #expect(limiter.offer(Offer(time: 1), from: .client(1)) == .passed)
    #expect(limiter.offer(Offer(time: 1), from: .client(1)) == Admission(allowed: false, signature: Self.signature))
  }

  @Test("Round robin over four workers lets four times the limit pass, in a regular pattern")
  func roundRobin() {
    var limiter = model(ten) { $0.workers = Workers(count: 4, balancing: .roundRobin) }
    #expect(outcomes(&limiter, 50, from: .client(1)) == (0..<50).map { $0 < 40 })
  }

  @Test("Random workers: the last of the allowance comes in between denials")
  func randomWorkers() {
    var limiter = model(ten) { $0.workers = Workers(count: 4, balancing: .random) }
    let results = outcomes(&limiter, 200, from: .client(1))
    #expect(results.count { $0 } == 40)
    #expect(results.firstIndex(of: false)! < results.lastIndex(of: true)!)
  }

  @Test("A hash of the address: one client meets one worker, several clients several")
  func stickyWorkers() {
    let workers = Workers(count: 4, balancing: .addressHash(salt: 1))
    var limiter = model(ten) { $0.workers = workers }
    #expect(outcomes(&limiter, 15, from: .client(1)).count { $0 } == 10)
    let used = Set((1...40).map { workers.fixedWorker(of: Identity.client($0).address)! })
    #expect(used == [0, 1, 2, 3])
    let other = (2...40).first {
      workers.fixedWorker(of: Identity.client($0).address) != workers.fixedWorker(of: Identity.client(1).address)
    }!
    #expect(outcomes(&limiter, 15, from: .client(other)).count { $0 } == 10)
  }

  @Test("Another tier has a multiple of the allowance")
  func tiers() {
    var limiter = model(ten) { $0.tiers = [1: 0.5, 2: 8] }
    #expect(outcomes(&limiter, 100, from: .client(1)).count { $0 } == 10)
    #expect(outcomes(&limiter, 100, from: .client(1, key: 8, account: 1)).count { $0 } == 5)
    #expect(outcomes(&limiter, 100, from: .client(1, key: 16, account: 2)).count { $0 } == 80)
  }

  @Test("Early drop: never below the threshold, ever more above it")
  func shedding() {
    var limiter = model(TokenBucket(rate: 0.001, burst: 100)) { $0.shedsAbove = 0.6 }
    let results = outcomes(&limiter, 110, from: .client(1))
    #expect(!results[..<60].contains(false))
    #expect(results[60..<80].count { !$0 } < results[80..<100].count { !$0 })
    #expect(results[60..<100].contains(true))
  }

  @Test("A jittered limit strays within its share, anew in each window")
  func jitter() {
    var limiter = model(FixedWindow(limit: 100, window: 60, alignment: .clock)) {
      $0.jitter = .init(share: 0.2, period: 60)
    }
    let counts = (0..<20).map { window in
      outcomes(&limiter, 150, from: .client(1), at: 60 * Double(window) + 1).count { $0 }
    }
    #expect(counts.allSatisfy { (80...120).contains($0) })
    #expect(Set(counts).count > 5)
  }

  @Test("Only failures count: success is free until the allowance is spent")
  func onlyFailures() {
    var limiter = model(FixedWindow(limit: 3, window: 60, alignment: .clock)) { $0.onlyFailures = true }
    #expect(!outcomes(&limiter, 100, from: .client(1)).contains(false))
    let failing = (0..<5).map { _ in limiter.offer(Offer(time: 2, fails: true), from: .client(1)).allowed }
    #expect(failing == [true, true, true, false, false])
    #expect(outcomes(&limiter, 1, from: .client(1), at: 3) == [false])
    #expect(outcomes(&limiter, 1, from: .client(1, key: 1), at: 3) == [true])
  }
}
