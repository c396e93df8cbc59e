internal import ArgumentParser

/// Which of the inventory's hosts are meant.
struct LimitOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only these hosts: names, groups and shell patterns between commas; ! excludes, & intersects.",
      valueName: "pattern"))
  var limit: String?
}
