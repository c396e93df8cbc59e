internal import ArgumentParser
internal import Foundation
internal import ParallaxModel

/// The command line: one file per verb under Verbs, the options they share under Options.
@main
struct Parallax: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parallax",
    abstract: "Tells which identity a rate limiter sees.",
    discussion: """
      A controller gives the same request plan to agents on several hosts, varies one thing at a time (source address, \
      key, account) and says what the limiter is keyed on, how certain that is, and why.

      Exit status: 0 determined (or done), 3 inconclusive, 4 no limit observed, 64 usage, 65 plan or inventory \
      invalid, 69 no host reachable or too few vantages, 74 store failed, 77 permission or host key refused, \
      99 an expectation failed, 105 aborted.
      """,
    version: Version.text,
    subcommands: [
      InitCommand.self, HostsCommand.self, DeployCommand.self, PlanCommand.self, TriageCommand.self, RunCommand.self,
      ResumeCommand.self, ReportCommand.self, CompareCommand.self, VerifyCommand.self, RunsCommand.self,
      ExportCommand.self, LabCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      leave(with: .determined)
    } catch let error as ParallaxError {
      Terminal.complain("parallax: \(Terminal.inertLines("\(error)"))")
      leave(with: error.code.exitStatus)
    } catch let status as ExitStatus {
      leave(with: status)
    } catch {
      exit(withError: error)
    }
  }

  /// Ends the process without running exit handlers: those of OpenSSL take away the locks that the threads of closing
  /// SSH sessions still use. Everything that must last is written by then: output unbuffered, journals synced.
  private static func leave(with status: ExitStatus) -> Never { _exit(status.rawValue) }
}

/// Thrown by a verb whose result is printed but is no success: an inconclusive verdict, say.
extension ExitStatus: Error {}
