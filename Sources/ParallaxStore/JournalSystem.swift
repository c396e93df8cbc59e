internal import Glibc

/// The two calls that can lose data, so that a test can make them fail.
package struct JournalSystem: Sendable {
  /// Writes some of the bytes at an offset; returns how many, or the negative error number.
  package var write: @Sendable (Int32, UnsafeRawBufferPointer, Int) -> Int
  /// Returns 0 when all that was written is on stable storage, or the negative error number.
  package var sync: @Sendable (Int32) -> Int

  package init(
    write: @escaping @Sendable (Int32, UnsafeRawBufferPointer, Int) -> Int,
    sync: @escaping @Sendable (Int32) -> Int
  ) {
    self.write = write
    self.sync = sync
  }

  package static let real = JournalSystem(
    write: { descriptor, bytes, offset in
      let count = pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
      return count < 0 ? -Int(errno) : count
    },
    sync: { fdatasync($0) == 0 ? 0 : -Int(errno) })
}
