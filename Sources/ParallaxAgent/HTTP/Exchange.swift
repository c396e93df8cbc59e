internal import NIOHTTP1
internal import ParallaxModel
internal import ParallaxWire

/// One request on its way: from admission until there is an answer or a reason why there is none.
final class Exchange {
  let id: Int
  let batch: Int
  let stage: Stage
  let cell: Int
  let vantage: String
  let head: HTTPRequestHead
  /// When it is given up; an abort moves it.
  var deadline: Int64
  var timings: Timings
  var builder: AnswerBuilder
  /// Why it may not leave after all.
  var refusal: Refusal?
  /// The connection that carries it; nil while it waits for one.
  weak var connection: Connection?
  private var completion: ((Exchange, Answer.Failure?) -> Void)?

  init(
    id: Int, batch: Int, stage: Stage, cell: Int, vantage: String, head: HTTPRequestHead, timings: Timings,
    deadline: Int64,
    builder: AnswerBuilder, completion: @escaping (Exchange, Answer.Failure?) -> Void
  ) {
    self.id = id
    self.batch = batch
    self.stage = stage
    self.cell = cell
    self.vantage = vantage
    self.head = head
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
