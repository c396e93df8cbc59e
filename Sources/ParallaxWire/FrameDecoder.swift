/// Cuts a byte stream into frames, whatever chunks it arrives in.
///
/// Bytes before the first frame are skipped, since a remote shell's start-up files may print there; from then on every
/// byte must belong to a frame. After an error the decoder stays broken and repeats it. It never holds more than one
/// frame and one chunk.
public struct FrameDecoder: Sendable {
  /// How many bytes may precede the first frame.
  public static let noiseLimit = 262_144
  /// How many of them are remembered.
  private static let noiseKept = 1024

  private var buffer: [UInt8] = []
  /// Index in `buffer` of the first byte that is not consumed.
  private var start = 0
  private var synchronised = false
  private var skipped = 0
  private var failure: WireError?

  /// The last bytes that came before the first frame.
  public private(set) var noise: [UInt8] = []

  public init() {}

  public mutating func append(_ bytes: [UInt8]) {
    guard failure == nil else { return }
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer += bytes
  }

  /// The payload of the next whole frame, or nil until more bytes are appended.
  public mutating func next() throws(WireError) -> [UInt8]? {
    if let failure { throw failure }
    do throws(WireError) {
      return try takeFrame()
    } catch {
      failure = error
      buffer = []
      start = 0
      throw error
    }
  }

  private mutating func takeFrame() throws(WireError) -> [UInt8]? {
    if !synchronised {
      guard try skipNoise() else { return nil }
    }
    let available = buffer.count - start
    guard buffer[start...].prefix(4).elementsEqual(Frame.magic.prefix(available)) else {
      throw .malformed("frame: it does not begin as one")
    }
    guard available >= Frame.headerSize else { return nil }
    let version = buffer[start + 4]
    guard version == Frame.version else { throw .versionMismatch(theirs: version) }
    let length = Int(bigEndian(at: start + 5))
    guard length <= Frame.maximumPayload else { throw .tooLarge("frame of \(length) bytes") }
    guard available >= Frame.headerSize + length else { return nil }
    let payload = buffer[start + Frame.headerSize..<start + Frame.headerSize + length]
    var checksum = CRC32()
    checksum.update(buffer[start + 4..<start + 9])
    checksum.update(payload)
    guard checksum.value == bigEndian(at: start + 9) else { throw .checksum }
    start += Frame.headerSize + length
    return Array(payload)
  }

  /// Moves to the first whole magic. Returns false, keeping what may be its beginning, when there is none.
  private mutating func skipNoise() throws(WireError) -> Bool {
    var candidate = start
    while candidate < buffer.count {
      let rest = buffer[candidate...].prefix(4)
      if rest.elementsEqual(Frame.magic.prefix(rest.count)) { break }
      candidate += 1
    }
    skipped += candidate - start
    noise = Array((noise + buffer[start..<candidate].suffix(Self.noiseKept)).suffix(Self.noiseKept))
    start = candidate
    guard skipped <= Self.noiseLimit else { throw .noFrame(seen: noise) }
    synchronised = buffer.count - start >= 4
    return synchronised
  }

  private func bigEndian(at index: Int) -> UInt32 {
    buffer[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
