internal import Glibc
internal import Synchronization

/// Work on all cores.
enum Threads {
  static var available: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// The results in the order of the inputs; each thread takes the next input when it is done with one.
  static func map<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], threads: Int, _ transform: @escaping @Sendable (Input) -> Output
  ) async -> [Output] {
    let turn = Turn()
    return await withTaskGroup(of: [(Int, Output)].self) { group in
      for _ in 0..<threads {
        group.addTask { @concurrent in
          var outputs: [(Int, Output)] = []
          while true {
            let index = turn.next()
            guard index < inputs.count else { return outputs }
            outputs.append((index, transform(inputs[index])))
          }
        }
      }
      var all: [(Int, Output)] = []
      for await outputs in group { all += outputs }
      return all.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}

/// Numbers from 0, each given out once.
private final class Turn: Sendable {
  private let value = Atomic(0)

  func next() -> Int { value.add(1, ordering: .relaxed).oldValue }
}
