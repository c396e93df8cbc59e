internal import CZlib
internal import ParallaxModel

/// Undoes gzip for the part of a body that is kept, whatever size the whole would grow to.
enum Gunzip {
  /// The beginning of what `bytes`, themselves perhaps only a beginning, hold: at most `limit` bytes. What is damaged
  /// ends it; nil where there is no beginning of gzip at all.
  static func prefix(of bytes: [UInt8], limit: Int) -> [UInt8]? {
    var stream = z_stream()
    guard parallax_inflate_init_gzip(&stream) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var input = bytes
    return input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      let output = [UInt8](unsafeUninitializedCapacity: limit) { output, count in
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(limit)
        // Once is enough: there is no more input, and no more room wanted.
        _ = inflate(&stream, Z_SYNC_FLUSH)
        count = limit - Int(stream.avail_out)
      }
      return output.isEmpty ? nil : output
    }
  }
}

extension Answer {
  /// The body says what it says only without gzip (RFC 9110, section 8.4.1.3). One that is not what it claims to be
  /// stays as it came.
  mutating func undoGzip(limit: Int) {
    guard let coding = header("content-encoding")?.lowercased(), coding == "gzip" || coding == "x-gzip" else { return }
    if let plain = Gunzip.prefix(of: body, limit: limit) { body = plain }
  }
}
