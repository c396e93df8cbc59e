/// Why an agent does not take a plan or a secret: the code and text of `AgentMessage.fatal`. Names keys, never values.
package struct PlanRefusal: Error, Hashable, Sendable {
  package var code: String
  package var text: String

  package init(code: String, text: String) {
    self.code = code
    self.text = text
  }

  /// A cell asks for a key that the agent was not given (yet).
  package static let secretMissing = PlanRefusal(code: "secret_invalid", text: "a cell's key was not given")

  static func invalid(_ text: String) -> PlanRefusal { PlanRefusal(code: "plan_invalid", text: text) }
}
