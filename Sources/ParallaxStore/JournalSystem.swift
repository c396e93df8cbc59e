internal import Glibc

/// The two calls that can lose data, so that a test can make them fail.
package struct JournalSystem: Sendable {
  /// Writes some of the bytes; returns how many, or the negative error number.
  package var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int
  /// Returns 0 when all that was written is on stable storage, or the negative error number.
  package var sync: @Sendable (Int32) -> Int

  package init(
    write: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Int, sync: @escaping @Sendable (Int32) -> Int
  ) {
    self.write = write
    self.sync = sync
  }

  package static let real = JournalSystem(
    write: { descriptor, bytes in
      let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      return count < 0 ? -Int(errno) : count
    },
    sync: { fdatasync($0) == 0 ? 0 : -Int(errno) })
}
