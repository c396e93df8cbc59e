internal import Glibc
internal import ParallaxModel

/// Errors of the store, all `store_failed`, with the path and what to do about it.
enum StoreFailure {
  static func system(_ action: String, _ path: String, _ code: Int32) -> ParallaxError {
    let remedy =
      switch code {
      case ENOSPC, EDQUOT: "free space on that file system, then go on with `parallax resume`"
      case EACCES, EPERM, EROFS: "make it writable for you, or choose another directory with --store"
      case EIO: "the disk failed: copy the store elsewhere and check the disk before going on"
      case ENOENT: "check the path given with --store"
      default: "check the path, or choose another directory with --store"
      }
    return ParallaxError(
      .storeFailed, "cannot \(action): \(String(cString: strerror(code)))",
      at: ParallaxError.Location(file: path), remedy: remedy)
  }

  static func damaged(_ path: String, _ problem: String) -> ParallaxError {
    ParallaxError(
      .storeFailed, "the journal cannot be read: \(problem)", at: ParallaxError.Location(file: path),
      remedy: "restore it from a copy, or run the plan again")
  }

  static func noSuchRun(_ name: String, _ directory: String) -> ParallaxError {
    ParallaxError(
      .usage, "there is no run `\(name)` in \(directory)", remedy: "`parallax runs` lists them")
  }
}
