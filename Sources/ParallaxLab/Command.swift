internal import Foundation
package import ParallaxModel

/// Runs a short-lived tool to its end and reads all that it says.
package enum Command {
  package struct Result {
    /// What `waitpid` reports as the exit status, or 128 plus the signal that ended the tool.
    package var status: Int32
    /// Standard output and standard error, as they came.
    package var output: String
  }

  /// Runs the tool. Throws if it cannot be started or outlives the deadline (seconds), not if it fails.
  package static func run(
    _ executable: String, _ arguments: [String], input: String? = nil,
    environment: [String: String] = Spawn.bareEnvironment, deadline: Double = 20
  ) throws(ParallaxError) -> Result {
    let output = try Pipe.make()
    defer { close(output.reader) }
    let inputPipe = input == nil ? nil : try Pipe.make()
    var spawn = Spawn(executable, arguments, environment: environment)
    spawn.standardInput = inputPipe?.reader
    spawn.standardOutput = output.writer
    spawn.standardError = output.writer
    let pid: Int32
    do {
      pid = try spawn.start()
    } catch {
      close(output.writer)
      if let inputPipe {
        close(inputPipe.reader)
        close(inputPipe.writer)
      }
      throw error
    }
    close(output.writer)
    if let inputPipe, let input {
      close(inputPipe.reader)
      precondition(input.utf8.count <= 4096, "only what fits a pipe is written before reading begins")
      _ = Array(input.utf8).withUnsafeBytes { write(inputPipe.writer, $0.baseAddress, $0.count) }
      close(inputPipe.writer)
    }
    guard let bytes = readToEnd(output.reader, deadline: deadline) else {
      kill(pid, SIGKILL)
      _ = Child.wait(pid)
      throw ParallaxError(.labFailed, "\(executable) did not end within \(Int(deadline)) s")
    }
    return Result(status: Child.wait(pid), output: String(decoding: bytes, as: UTF8.self))
  }

  /// As `run`, but a tool that fails is an error too. `for` names the lab it works for: should this process be killed
  /// meanwhile, `down` finds the tool.
  @discardableResult
  static func require(
    _ executable: String, _ arguments: [String], input: String? = nil, for lab: LabDescription? = nil
  ) throws(ParallaxError) -> String {
    var environment = Spawn.bareEnvironment
    if let lab { environment[LabDescription.marker] = lab.id }
    let result = try run(executable, arguments, input: input, environment: environment)
    guard result.status == 0 else {
      let name = ([executable] + arguments).joined(separator: " ")
      throw ParallaxError(
        .labFailed, "`\(name)` failed with status \(result.status)", cause: result.output.lastLines(4))
    }
    return result.output
  }

  private static func readToEnd(_ descriptor: Int32, deadline: Double) -> [UInt8]? {
    let end = Deadline(seconds: deadline)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&entry, 1, end.milliseconds)
      if ready == 0 { return nil }
      if ready < 0 { continue }
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count > 0 { bytes += buffer[..<count] }
    }
  }
}
