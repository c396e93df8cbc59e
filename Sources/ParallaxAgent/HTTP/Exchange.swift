internal import ParallaxModel
internal import ParallaxWire

/// Carries exchanges, and lets go of one that takes too long.
protocol Carrier: AnyObject {
  func giveUp(_ exchange: Exchange, _ failure: Answer.Failure, at now: Int64)
}

/// Connections of one vantage, whatever they speak. Lives on the event loop.
protocol Pool: AnyObject {
  /// Some are on their way.
  var hasComing: Bool { get }
  /// Sends the exchange at once, or as soon as a connection has room for it.
  func carry(_ exchange: Exchange, at now: Int64)
  /// Sees that so many requests find a connection that stands, or one on its way.
  func keepSpare(_ wanted: Int, at now: Int64)
  /// Takes back an exchange that waits for a connection.
  func withdraw(_ exchange: Exchange)
  /// Gives up connections that should stand by now.
  func giveUpOverdue(at now: Int64)
  /// Lets go of everything that carries no request.
  func closeIdle(at now: Int64)
}

/// One request on its way: from admission until there is an answer or a reason why there is none.
final class Exchange {
  let id: Int
  let batch: Int
  let stage: Stage
  let cell: Int
  let entry: RequestBook.Entry
  /// When it is given up; an abort moves it.
  var deadline: Int64
  var timings: Timings
  var builder: AnswerBuilder
  /// Why it may not leave after all.
  var refusal: Refusal?
  /// What carries it; nil while it waits for a connection.
  weak var carrier: (any Carrier)?
  private var completion: ((Exchange, Answer.Failure?) -> Void)?

  init(
    id: Int, batch: Int, stage: Stage, cell: Int, entry: RequestBook.Entry, timings: Timings, deadline: Int64,
    builder: AnswerBuilder, completion: @escaping (Exchange, Answer.Failure?) -> Void
  ) {
    self.id = id
    self.batch = batch
    self.stage = stage
    self.cell = cell
    self.entry = entry
    self.timings = timings
    self.deadline = deadline
    self.builder = builder
    self.completion = completion
  }

  /// Ends it; what comes later is ignored.
  func finish(_ failure: Answer.Failure?, at now: Int64) {
    guard let completion else { return }
    self.completion = nil
    timings.end = now
    completion(self, failure)
  }
}
