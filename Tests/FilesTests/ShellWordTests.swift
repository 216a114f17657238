import Files
import Testing

@Suite struct ShellWordTests {
  @Test(arguments: [
    ("a-b._/+:@%,=9", "a-b._/+:@%,=9"), ("", "''"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("$(x)", "'$(x)'"), ("é", "'é'"),
  ])
  func `A word is read by a shell as the text`(_ text: String, _ word: String) {
    #expect(ShellWord.quoted(text) == word)
  }
}
