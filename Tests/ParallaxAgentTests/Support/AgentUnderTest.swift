internal import Dispatch
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import ParallaxWire

/// The real parallax-agent as a child process, and the controller's end of its link.
final class AgentUnderTest: Sendable {
  let processID: pid_t
  private let input: CInt
  private let output: CInt

  /// Starts the binary that was built beside the tests.
  init(_ arguments: [String] = []) throws {
    let path = Self.binary()
    let (childInput, input) = try Self.pipe()
    let (output, childOutput) = try Self.pipe()
    self.input = input
    self.output = output
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, childInput, 0)
    posix_spawn_file_actions_adddup2(&actions, childOutput, 1)
    // The sockets of the test's own servers would otherwise live on in the child.
    for descriptor in CInt(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    var child = pid_t()
    let words = ([path] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    let status = posix_spawn(&child, path, &actions, nil, words + [nil], [nil])
    close(childInput)
    close(childOutput)
    guard status == 0 else { throw Failure.cannotStart(path, status) }
    processID = child
  }

  enum Failure: Error {
    case cannotStart(String, CInt)
    case noPipe
    case linkClosed
  }

  /// What the agent says, from now on. Until then nothing is read, and the agent's pipe fills.
  func messages() async throws -> AsyncThrowingStream<AgentMessage, any Error> {
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: AgentMessage.self)
    _ = try await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .takingOwnershipOfDescriptor(input: output) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(MessageReader(continuation))
        }
      }
    return stream
  }

  func send(_ messages: ControllerMessage...) throws {
    for message in messages {
      let frame = try message.frame()
      guard frame.withUnsafeBytes({ Glibc.write(input, $0.baseAddress, $0.count) }) == frame.count else {
        throw Failure.linkClosed
      }
    }
  }

  func closeInput() { close(input) }

  /// How the process ended, as `waitpid` says it.
  func exit() async -> CInt {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [processID] in
        var status: CInt = -1
        waitpid(processID, &status, 0)
        continuation.resume(returning: status)
      }
    }
  }

  /// Kilobytes of resident memory.
  func residentKilobytes() -> Int {
    for line in Self.text("/proc/\(processID)/status").split(separator: "\n") where line.hasPrefix("VmRSS:") {
      return Int(line.split(separator: " ")[1].trimmingPrefix("\t")) ?? 0
    }
    return 0
  }

  /// A file as the kernel shows it, its zero bytes as blanks.
  static func text(_ path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(file), byte != EOF { bytes.append(byte == 0 ? 32 : UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func pipe() throws -> (read: CInt, write: CInt) {
    var ends: [CInt] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw Failure.noPipe }
    return (ends[0], ends[1])
  }

  private static func binary() -> String {
    var path = [UInt8](repeating: 0, count: 4096)
    let length = path.withUnsafeMutableBytes { readlink("/proc/self/exe", $0.baseAddress!, $0.count) }
    let own = String(decoding: path.prefix(max(0, length)), as: UTF8.self)
    return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      + "/parallax-agent"
  }
}

private final class MessageReader: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let continuation: AsyncThrowingStream<AgentMessage, any Error>.Continuation
  private var decoder = FrameDecoder()

  init(_ continuation: AsyncThrowingStream<AgentMessage, any Error>.Continuation) { self.continuation = continuation }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    decoder.append(Array(unwrapInboundIn(data).readableBytesView))
    do {
      while let payload = try decoder.next() { continuation.yield(try AgentMessage(encoded: payload)) }
    } catch {
      continuation.finish(throwing: error)
      context.close(promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
}
