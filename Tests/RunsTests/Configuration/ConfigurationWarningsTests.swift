import Runs
import Testing

@Suite struct ConfigurationWarningsTests {
  private func warnings(_ flags: [String: String]) throws -> [String] {
    try RunConfiguration.load(environment: [:], flags: flags).warnings
  }

  @Test("What can teach is not warned of", arguments: [[:], ["group_size": "3"], ["group_size": "2", "reward": "majority"]])
  func nothing(flags: [String: String]) throws {
    #expect(try warnings(flags).isEmpty)
  }

  @Test("Groups of two can hardly teach") func groupsOfTwo() throws {
    let found = try warnings(["group_size": "2"])
    let start = "a group of 2 responses with the reward empo trains the model only if some of them have no answer"
    #expect(found.count == 1 && found.first?.hasPrefix(start) == true, "\(found)")
  }

  @Test(
    "A filter that excludes every group is warned of",
    arguments: [
      ["group_size": "2", "filter.entropy_high": "0.9"], ["group_size": "8", "filter.entropy_high": "0.1"],
      ["filter.minimum_confidence": "1"],
    ])
  func noGroup(flags: [String: String]) throws {
    let found = try warnings(flags)
    #expect(found.count == 1 && found.first?.hasPrefix("no group of ") == true, "\(found)")
  }
}
