internal import Foundation
package import ParallaxLab

/// Brings up a lab in a directory of its own, passes it to the body, and takes it down whether or not the body throws
/// (unless the body has done so). Ports are free ones unless asked otherwise, so that several tests can have a lab at
/// once.
package func withLab<T>(
  _ configuration: LabConfiguration = LabConfiguration(ports: .free), _ body: (LabDescription) async throws -> T
) async throws -> T {
  try await withTemporaryDirectory { parent in
    let directory = parent + "/lab"
    let lab = try await blocking { try Lab.up(configuration, directory: directory) }
    let result: Result<T, any Error>
    do {
      result = .success(try await body(lab))
    } catch {
      result = .failure(error)
    }
    if FileManager.default.fileExists(atPath: lab.files.state) {
      try await blocking { try Lab.down(directory: directory) }
    }
    return try result.get()
  }
}
