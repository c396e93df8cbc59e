internal import Foundation
public import ParallaxModel

extension Lab {
  /// Becomes the command, run where the hosts can be reached (in namespaces mode, the controller's namespace) and with
  /// the lab's keys in its environment, as `parallax lab exec -- COMMAND` does. Returns only by throwing.
  public static func execute(
    _ command: [String], directory: String = defaultDirectory
  ) throws(ParallaxError) -> Never {
    guard let program = command.first else {
      throw ParallaxError(.usage, "there is no command to run", remedy: "parallax lab exec -- COMMAND ...")
    }
    let state = try LabState.load(absolute(directory))
    for (name, value) in try keys(directory: directory) { setenv(name, value, 1) }
    let line = try state.lab.entering(command)
    var arguments = line.map { strdup($0) } + [nil]
    execvp(line[0], &arguments)
    throw ParallaxError(.usage, "\(program) cannot be run", cause: String(cString: strerror(errno)))
  }
}

extension LabDescription {
  /// The command line that runs `command` where the hosts can be reached.
  public func entering(_ command: [String]) throws(ParallaxError) -> [String] {
    guard let controllerNamespace else { return command }
    return [try LabTool.ip.require(), "netns", "exec", controllerNamespace] + command
  }
}
