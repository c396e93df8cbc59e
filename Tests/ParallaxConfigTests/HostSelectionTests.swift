internal import ParallaxConfig
internal import ParallaxModel
internal import Testing

@Suite struct HostSelectionTests {
  private static let text = """
    hosts: { eu1: , eu2: , eu3: , us1: , us2: }
    groups:
      europe: ["eu*"]
      america: [us1, us2]
      prod: [eu1, america]
      calm: [all, "!america"]
    """

  private func inventory() throws -> Inventory { try InventoryFile.parse(text: Self.text, file: "hosts.yaml") }

  @Test(
    arguments: [
      ("all", ["eu1", "eu2", "eu3", "us1", "us2"]), ("*", ["eu1", "eu2", "eu3", "us1", "us2"]),
      ("eu*,!eu3", ["eu1", "eu2"]), ("!eu3:eu*", ["eu1", "eu2"]), ("us1, eu1", ["eu1", "us1"]),
      ("europe:&prod", ["eu1"]), ("prod,!america", ["eu1"]), ("!europe", ["us1", "us2"]),
      ("eu[1:2]", ["eu1", "eu2"]), ("eu[!1]", ["eu2", "eu3"]), ("?u1", ["eu1"]), ("us?,!us2", ["us1"]),
      ("calm", ["eu1", "eu2", "eu3"]), ("a*", ["eu1", "eu2", "eu3", "us1", "us2"]), ("&prod", ["eu1", "us1", "us2"]),
    ])
  func selects(pattern: String, names: [String]) throws {
    // The bracket of a shell pattern lists characters, so a colon in it is one of them.
    #expect(try inventory().limited(to: pattern).hosts.map(\.name) == names)
  }

  @Test func everythingWithoutAPattern() throws {
    #expect(try inventory().limited(to: nil) == inventory())
  }

  @Test(
    arguments: [
      ("erope", "no host and no group matches `erope`", "did you mean `europe`?"),
      ("eu1,!us3", "matches `us3`", "known: all, eu1"), ("eu1,&amerika", "matches `amerika`", "`america`"),
      ("europe,!eu*", "leaves no host", "exclude fewer"), ("", "is empty", "known"), ("!", "is empty", "known"),
    ])
  func isRefused(pattern: String, says: String, remedy: String) throws {
    let inventory = try inventory()
    let error = try #require(throws: ParallaxError.self) { try inventory.limited(to: pattern) }
    #expect(error.code == .usage)
    #expect(error.message.contains(says), "\(error)")
    #expect(error.remedy?.contains(remedy) == true, "\(error)")
  }

  @Test(
    arguments: [
      ("groups: { g: [h, nobody] }", "matches `nobody`", nil),
      ("groups: { a: [b], b: [a] }", "contains itself", nil), ("groups: { a: [a] }", "contains itself", nil),
      ("groups: { all: [h] }", "there already", nil), ("groups: { h: [h] }", "a host and a group", nil),
      ("groups: { g: [] }", nil, ["h", "i"]), ("groups: { g: h, f: [g, i] }", nil, ["h", "i"]),
    ] as [(String, String?, [String]?)])
  func groupsAreChecked(groups: String, says: String?, last: [String]?) throws {
    let text = "hosts: { h: , i: }\n" + groups
    if let says {
      let error = try inventoryError(text)
      #expect(error.message.contains(says), "\(error)")
      #expect(error.location?.line == 2)
    } else {
      #expect(try InventoryFile.parse(text: text, file: "h").groups.last?.hosts == last)
    }
  }

  @Test func ansibleGroupsAreNamesToo() throws {
    let inventory = try InventoryFile.parse(
      text: """
        all:
          hosts: { lone: }
          children:
            web: { hosts: { "web[01:03]": , "db-[a:b]": , "n[0:8:4]": }, children: { edge: { hosts: { cdn: } } } }
        """, file: "hosts.yaml")
    #expect(
      inventory.hosts.map(\.name) == ["lone", "web01", "web02", "web03", "db-a", "db-b", "n0", "n4", "n8", "cdn"])
    #expect(try inventory.limited(to: "edge").hosts.map(\.name) == ["cdn"])
    #expect(try inventory.limited(to: "web,!web0[12],!n*,!db*").hosts.map(\.name) == ["web03", "cdn"])
    #expect(try inventory.limited(to: "ungrouped").hosts.map(\.name) == ["lone"])
  }
}
