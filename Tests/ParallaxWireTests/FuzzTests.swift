internal import ParallaxModel
internal import ParallaxWire
internal import Testing

/// Whatever arrives: a value or a typed error, never a crash, and what decodes has one encoding.
@Suite struct FuzzTests {
  @Test func mutatedPayloadsNeverCrashTheDecoders() throws {
    var values = RandomValues(seed: 6)
    var refused = 0
    for _ in 0..<100_000 {
      let controller = values.flag()
      var bytes = controller ? values.controllerMessage().encoded() : values.agentMessage().encoded()
      mutate(&bytes, &values)
      do {
        if controller {
          let message = try ControllerMessage(encoded: bytes)
          if case .plan(let plan) = message {
            do {
              let decoded = try RequestPlan(encoded: plan)
              #expect(decoded.encoded() == plan)
            } catch {
              refused += 1
            }
          }
          #expect(message.encoded() == bytes)
        } else {
          let once = try AgentMessage(encoded: bytes).encoded()
          #expect(try AgentMessage(encoded: once).encoded() == once)
        }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 20_000)
  }

  @Test func mutatedStreamsNeverCrashTheFrameDecoder() throws {
    var values = RandomValues(seed: 7)
    var refused = 0
    for _ in 0..<20_000 {
      var stream = try values.list(1...3) { $0.bytes(0...60) }.flatMap { try Frame.encode($0) }
      mutate(&stream, &values)
      var decoder = FrameDecoder()
      var rest = stream[...]
      do {
        while !rest.isEmpty {
          let part = rest.prefix(values.number(1...50))
          decoder.append(Array(part))
          while try decoder.next() != nil {}
          rest = rest.dropFirst(part.count)
        }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 5000)
  }

  private func mutate(_ bytes: inout [UInt8], _ values: inout RandomValues) {
    for _ in 0..<values.number(1...3) where !bytes.isEmpty {
      let index = values.number(0...bytes.count - 1)
      switch values.number(0...5) {
      case 0: bytes[index] = UInt8(values.number(0...255))
      case 1: bytes[index] ^= 1 << UInt8(values.number(0...7))
      case 2: bytes.insert(UInt8(values.number(0...255)), at: index)
      case 3: bytes.removeSubrange(index..<min(bytes.count, index + values.number(1...5)))
      case 4: bytes[index] = 0xFF
      default: bytes += bytes[index...]
      }
    }
  }
}
