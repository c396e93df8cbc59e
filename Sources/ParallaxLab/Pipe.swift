internal import Foundation
package import ParallaxModel

/// A pipe whose ends no other child inherits.
package struct Pipe {
  package var reader: Int32
  package var writer: Int32

  package static func make() throws(ParallaxError) -> Pipe {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw ParallaxError(.labFailed, "no pipe can be made", cause: String(cString: strerror(errno)))
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return Pipe(reader: ends[0], writer: ends[1])
  }
}
