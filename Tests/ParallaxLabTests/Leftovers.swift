internal import Foundation
internal import ParallaxLab

/// What exists of a lab, found without its state file.
struct Leftovers {
  var processes: [String] = []
  var namespaces: [String] = []
  var files: [String] = []

  var isEmpty: Bool { processes.isEmpty && namespaces.isEmpty && files.isEmpty }

  /// `directory` is the lab's; of its namespaces only the id tells.
  init(directory: String, id: String?) throws {
    let manager = FileManager.default
    for pid in try manager.contentsOfDirectory(atPath: "/proc").compactMap({ Int32($0) }) where pid != getpid() {
      for file in ["cmdline", "environ"] {
        let text = manager.contents(atPath: "/proc/\(pid)/\(file)").map { String(decoding: $0, as: UTF8.self) } ?? ""
        if text.contains(directory + "/") || id.map({ text.contains("PARALLAX_LAB=\($0)") }) == true {
          processes.append("\(pid) \(text.prefix(80))")
        }
      }
    }
    if let id {
      namespaces = ((try? manager.contentsOfDirectory(atPath: "/run/netns")) ?? []).filter { $0.contains(id) }
    }
    files =
      manager.fileExists(atPath: directory) ? try manager.subpathsOfDirectory(atPath: directory) + [directory] : []
  }

  init(_ lab: LabDescription) throws {
    try self.init(directory: lab.directory, id: lab.id)
  }
}
