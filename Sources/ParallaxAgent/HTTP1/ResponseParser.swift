internal import Glibc

/// Reads one HTTP/1.1 answer as its bytes come, in memory that does not grow with it (RFC 9112).
struct ResponseParser {
  private enum State {
    case head
    case body(left: Int)
    case bodyUntilClose
    case chunkSize(digits: Int, value: Int)
    /// The rest of a line that says nothing of interest: the extension of a chunk.
    case chunkExtension
    case chunk(left: Int)
    /// The line's end that follows a chunk.
    case chunkEnd
    /// Inside the trailers; `length` of the line so far.
    case trailers(length: Int)
    case complete
  }

  /// Bytes of interim answers, chunk extensions or trailers that are put up with.
  private static let overheadLimit = 65_536

  private let memory: HeadMemory
  private let isBodiless: Bool
  private var state = State.head
  /// The beginning of a head that did not come in one piece.
  private var partial: [UInt8] = []
  private var overhead = 0

  private(set) var head: ResponseHead?

  init(memory: HeadMemory, isBodiless: Bool) {
    self.memory = memory
    self.isBodiless = isBodiless
  }

  var isComplete: Bool { if case .complete = state { true } else { false } }

  /// Whether an answer is whole when its connection ends here.
  var mayEndHere: Bool { if case .bodyUntilClose = state { true } else { isComplete } }

  /// Reads what belongs to the answer and returns how many bytes that were; `body` gets pieces of the body.
  mutating func read(
    _ bytes: UnsafeRawBufferPointer, body: (UnsafeRawBufferPointer) -> Void
  ) throws(AnswerDefect) -> Int {
    var position = 0
    while position < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
      switch state {
      case .head: position += try readHead(rest)
      case .body(let left):
        let taken = min(left, rest.count)
        body(UnsafeRawBufferPointer(rebasing: rest[..<taken]))
        state = taken == left ? .complete : .body(left: left - taken)
        position += taken
      case .bodyUntilClose:
        body(rest)
        position += rest.count
      case .chunk(let left):
        let taken = min(left, rest.count)
        body(UnsafeRawBufferPointer(rebasing: rest[..<taken]))
        state = taken == left ? .chunkEnd : .chunk(left: left - taken)
        position += taken
      case .chunkSize, .chunkExtension, .chunkEnd, .trailers:
        try readChunking(rest[0])
        position += 1
      case .complete: return position
      }
    }
    return position
  }

  private mutating func readHead(_ bytes: UnsafeRawBufferPointer) throws(AnswerDefect) -> Int {
    guard !partial.isEmpty else {
      if let end = HeadEnd.find(in: bytes, from: 0) {
        try finishHead(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        return end
      }
      partial = Array(bytes)
      try checkPartial()
      return bytes.count
    }
    let before = partial.count
    partial += bytes
    // The end may lie across the seam: an empty line is up to four bytes.
    guard let end = partial.withUnsafeBytes({ HeadEnd.find(in: $0, from: max(0, before - 3)) }) else {
      try checkPartial()
      return bytes.count
    }
    let whole = partial
    partial = []
    try whole.withUnsafeBytes { all in
      Result { () throws(AnswerDefect) in try finishHead(UnsafeRawBufferPointer(rebasing: all[..<end])) }
    }.get()
    return end - before
  }

  /// What cannot become a head is not waited for.
  private func checkPartial() throws(AnswerDefect) {
    guard partial.prefix(7).elementsEqual("HTTP/1.".utf8.prefix(partial.count)) else { throw .invalid }
    guard partial.count <= ResponseHead.limit else { throw .tooLarge }
  }

  private mutating func finishHead(_ bytes: UnsafeRawBufferPointer) throws(AnswerDefect) {
    guard bytes.count <= ResponseHead.limit else { throw .tooLarge }
    let head = try memory.read(bytes, isBodiless: isBodiless)
    guard !head.isInterim else { return try spend(bytes.count) }
    self.head = head
    state =
      switch head.framing {
      case .length(0): .complete
      case .length(let length): .body(left: length)
      case .chunked: .chunkSize(digits: 0, value: 0)
      case .untilClose: .bodyUntilClose
      }
  }

  /// One byte of what stands around chunks (RFC 9112, section 7.1).
  private mutating func readChunking(_ byte: UInt8) throws(AnswerDefect) {
    switch state {
    case .chunkSize(let digits, let value):
      if let digit = Byte.hexadecimal(byte) {
        guard digits < 15 else { throw .invalid }
        state = .chunkSize(digits: digits + 1, value: value << 4 | digit)
      } else {
        guard digits > 0 else { throw .invalid }
        try endChunkSize(byte, value: value)
      }
    case .chunkExtension:
      try spend(1)
      if byte == Byte.lineFeed { state = chunkAfterSize }
    case .chunkEnd:
      if byte == Byte.lineFeed {
        state = .chunkSize(digits: 0, value: 0)
      } else if byte != Byte.carriageReturn {
        throw .invalid
      }
    case .trailers(let length):
      try spend(1)
      if byte == Byte.lineFeed {
        state = length == 0 ? .complete : .trailers(length: 0)
      } else if byte != Byte.carriageReturn {
        state = .trailers(length: length + 1)
      }
    case .head, .body, .bodyUntilClose, .chunk, .complete: break
    }
  }

  private mutating func endChunkSize(_ byte: UInt8, value: Int) throws(AnswerDefect) {
    pendingChunk = value
    switch byte {
    case Byte.lineFeed: state = chunkAfterSize
    case Byte.carriageReturn, Byte.semicolon, Byte.space, Byte.tab: state = .chunkExtension
    default: throw .invalid
    }
  }

  /// The size that the line being read has announced.
  private var pendingChunk = 0
  private var chunkAfterSize: State { pendingChunk == 0 ? .trailers(length: 0) : .chunk(left: pendingChunk) }

  private mutating func spend(_ bytes: Int) throws(AnswerDefect) {
    overhead += bytes
    guard overhead <= Self.overheadLimit else { throw .tooLarge }
  }
}

/// Where a head's empty line ends.
private enum HeadEnd {
  static func find(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var position = start
    while position < bytes.count, let feed = memchr(base + position, CInt(Byte.lineFeed), bytes.count - position) {
      position = UnsafeRawPointer(feed) - base + 1
      guard position < bytes.count else { return nil }
      if bytes[position] == Byte.lineFeed { return position + 1 }
      if bytes[position] == Byte.carriageReturn, position + 1 < bytes.count, bytes[position + 1] == Byte.lineFeed {
        return position + 2
      }
    }
    return nil
  }
}
