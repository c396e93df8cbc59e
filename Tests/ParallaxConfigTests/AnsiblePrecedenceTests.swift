internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

@Suite struct AnsiblePrecedenceTests {
  private func users(_ text: String) throws -> [String: String?] {
    let inventory = try InventoryFile.parse(text: text, file: "hosts.yaml")
    return Dictionary(uniqueKeysWithValues: inventory.hosts.map { ($0.name, $0.user) })
  }

  @Test func theDeeperGroupAndTheHostItselfWin() throws {
    let users = try users(
      """
      all:
        vars: { ansible_user: everyone }
        children:
          outer:
            vars: { ansible_user: outer }
            hosts: { a: , own: { ansible_user: mine } }
            children:
              inner: { vars: { ansible_user: inner }, hosts: { b: , own: } }
        hosts: { c: }
      """)
    #expect(users == ["a": "outer", "b": "inner", "own": "mine", "c": "everyone"])
  }

  @Test func amongEqualsPriorityAndThenTheNameDecide() throws {
    let users = try users(
      """
      zeta: { vars: { ansible_user: zeta }, hosts: { x: , y: } }
      alpha: { vars: { ansible_user: alpha }, hosts: { x: } }
      strong: { vars: { ansible_user: strong, ansible_group_priority: 10 }, hosts: { y: } }
      """)
    #expect(users == ["x": "zeta", "y": "strong"])
  }

  @Test func aHostsOwnVariablesWinWhereverTheyStand() throws {
    let users = try users(
      """
      first: { hosts: { x: { ansible_user: own } } }
      second: { vars: { ansible_user: group }, hosts: { x: } }
      """)
    #expect(users == ["x": "own"])
  }

  @Test func aGroupDefinedElsewhereKeepsItsPlace() throws {
    let users = try users(
      """
      leaf: { hosts: { x: }, vars: { ansible_user: leaf } }
      top: { children: { middle: { children: { leaf: } , vars: { ansible_user: middle } } } }
      """)
    #expect(users == ["x": "leaf"])
  }

  @Test func aGroupAmongItsOwnChildrenIsRefused() throws {
    let error = try inventoryError("a: { children: { b: { children: { a: } } }, hosts: { x: } }")
    #expect(error.message.contains("among its own children"))
  }
}
