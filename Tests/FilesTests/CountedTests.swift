import Files
import Testing

@Suite struct CountedTests {
  @Test(arguments: [(0, "0 columns"), (1, "1 column"), (2, "2 columns")]) func `One thing is one`(_ number: Int, _ words: String) {
    #expect(counted(number, "column") == words)
  }

  @Test func `A word may have a plural of its own`() {
    #expect(counted(1, "entry", "entries") == "1 entry")
    #expect(counted(3, "entry", "entries") == "3 entries")
  }
}
