extension SSHConnection {
  /// Runs a command to its end: feeds it `input`, collects what it prints, and tells how it ended. This is also how to
  /// upload: `execute("cat > FILE", input: .file(path))` is as fast as SFTP, and works where there is no SFTP.
  ///
  /// A command may end, or close its input, without having read all of it: that is for its exit status to say, and no
  /// error here.
  ///
  /// - Parameters:
  ///   - timeout: for the whole of it. The command is given up when it has passed.
  ///   - outputLimit: the most of standard output, and of standard error, that is collected, in bytes; more is
  ///     `.outputTooLarge`.
  public func execute(
    _ command: String, input: SSHInput = [], timeout: Duration, outputLimit: Int = 16 << 20
  ) async throws(SSHError) -> SSHResult {
    let deadline = ContinuousClock.now + timeout
    let channel = try await open(command, standardError: .stream)
    defer { channel.close() }
    do throws(SSHError) {
      return try await finish(channel, input: input, until: deadline, outputLimit: outputLimit)
    } catch {
      guard error.code == .timedOut else { throw error }
      throw SSHError(.timedOut, "\(configuration.endpoint): a command was not done within \(timeout)")
    }
  }

  private func finish(
    _ channel: SSHChannel, input: SSHInput, until deadline: ContinuousClock.Instant, outputLimit: Int
  ) async throws(SSHError) -> SSHResult {
    async let fed = Self.feed(input, to: channel, until: deadline)
    async let errors = collect(channel, limit: outputLimit, until: deadline) { timeout throws(SSHError) in
      try await channel.readError(timeout: timeout)
    }
    let output = await collect(channel, limit: outputLimit, until: deadline) { timeout throws(SSHError) in
      try await channel.read(timeout: timeout)
    }
    let errorOutput = await errors
    if let unreadable = await fed { throw unreadable }
    // Whichever stream failed closed the channel, and so the other: the cause is the error that is not of its making.
    if case .failure(let error) = errorOutput, error.code != .closed { throw error }
    return SSHResult(
      output: try output.get(), errorOutput: try errorOutput.get(),
      exit: try await channel.exit(timeout: ContinuousClock.now.duration(to: deadline)))
  }

  /// Nil, or why the input could not be had; the command is given up then.
  private static func feed(
    _ input: SSHInput, to channel: SSHChannel, until deadline: ContinuousClock.Instant
  ) async -> SSHError? {
    var sent = 0
    while true {
      let piece: ArraySlice<UInt8>
      do throws(SSHError) {
        piece = try input.piece(at: sent)
      } catch {
        channel.close()
        return error
      }
      do throws(SSHError) {
        guard !piece.isEmpty else { break }
        try await channel.write(piece, timeout: ContinuousClock.now.duration(to: deadline))
        sent += piece.count
      } catch {
        // What could not be written shows in how the command ends, or in what ended the session.
        return nil
      }
    }
    channel.finishWriting()
    return nil
  }

  private func collect(
    _ channel: SSHChannel, limit: Int, until deadline: ContinuousClock.Instant,
    _ read: @Sendable (Duration) async throws(SSHError) -> [UInt8]?
  ) async -> Result<[UInt8], SSHError> {
    var collected: [UInt8] = []
    do throws(SSHError) {
      while let bytes = try await read(ContinuousClock.now.duration(to: deadline)) {
        collected += bytes
        if collected.count > limit {
          throw SSHError(
            .outputTooLarge, "\(configuration.endpoint): a command printed more than \(limit) bytes")
        }
      }
      return .success(collected)
    } catch {
      channel.close()
      return .failure(error)
    }
  }
}
