internal import Foundation
internal import ParallaxLab

/// What a test needs of the machine. Without it the test is skipped with the reason; in continuous integration nothing
/// is skipped, so there the test runs and fails.
///
///     @Test(.enabled(if: ToolRequirement.lab.isMetOrMandatory, "\(ToolRequirement.lab.reason)"))
package enum ToolRequirement {
  /// sshd, nginx and what else the loopback lab is made of.
  case lab
  /// The lab's tools, and the right to make network namespaces.
  case namespaces
  /// Namespaces, and the daemons of Slurm.
  case slurm

  package var isMet: Bool {
    switch self {
    case .lab: LabTool.allCases.allSatisfy { $0.path != nil }
    case .namespaces: ToolRequirement.lab.isMet && Lab.canMakeNamespaces
    case .slurm:
      ToolRequirement.namespaces.isMet
        && ["/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged", "/usr/bin/srun"].allSatisfy {
          FileManager.default.isExecutableFile(atPath: $0)
        }
    }
  }

  package var isMetOrMandatory: Bool { isMet || Self.isContinuousIntegration }

  package var reason: String {
    switch self {
    case .lab: "the lab's tools are not installed: run scripts/setup"
    case .slurm: "Slurm is not installed, or this is not root: run scripts/setup tests, and the tests as root"
    case .namespaces: "network namespaces need root and the lab's tools: run scripts/setup and then the tests as root"
    }
  }

  package static var isContinuousIntegration: Bool {
    !["", "0", "false"].contains(ProcessInfo.processInfo.environment["CI"] ?? "")
  }
}
