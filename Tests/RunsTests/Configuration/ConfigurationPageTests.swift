import Foundation
import Runs
import TestSupport
import Testing

/// The pages that come out of the keys, and whether what they say of the keys is so.
@Suite("The configuration page and schema")
struct ConfigurationPageTests {
  @Test("The committed page is what empo config prints")
  func page() throws {
    let committed = try String(contentsOfFile: TestFiles.package("Sources/empo/Documentation.docc/Configuration.md"), encoding: .utf8)
    #expect(committed == ConfigurationPage.text, "print it anew: empo config > Sources/empo/Documentation.docc/Configuration.md")
  }

  @Test("The committed schema is what empo config --format schema prints")
  func schema() throws {
    let committed = try String(contentsOfFile: TestFiles.package("cluster/config.schema.json"), encoding: .utf8)
    #expect(committed == ConfigurationSchema.text, "print it anew: empo config --format schema > cluster/config.schema.json")
  }

  @Test("Every key has a flag and a variable of its own")
  func names() {
    let keys = ConfigurationKey.all
    let flags = keys.flatMap(\.flags)
    #expect(Set(flags).count == flags.count)
    #expect(Set(flags.map { $0.replacing("--no-", with: "--") }).count == flags.count)
    #expect(Set(keys.map(\.environmentVariable)).count == keys.count)
    #expect(ConfigurationKey.named("sampling.top_k")?.flags == ["--sampling-top-k"])
    #expect(ConfigurationKey.named("sampling.max_new_tokens")?.flags == ["--max-tokens", "--sampling-max-new-tokens"])
  }

  @Test("A key takes the values that the page and the schema name, and none beside them", arguments: ConfigurationKey.all)
  func values(key: ConfigurationKey) {
    func takes(_ value: some CustomStringConvertible) -> Bool {
      (try? RunConfiguration.check(flags: [key.name: "\(value)"])) != nil
    }
    switch key.values {
    case .integer(let range):
      #expect(takes(range.lowerBound) && takes(range.upperBound))
      #expect(!takes(range.lowerBound - 1) && !takes(UInt(range.upperBound) + 1) && !takes(Double(range.lowerBound) + 0.5))
    case .number(let range):
      #expect(takes(range.lower) == !range.excludesLower && takes(range.upper) == !range.excludesUpper)
      #expect(takes((range.lower + range.upper) / 2))
      #expect(!takes(range.lower.nextDown) && !takes(range.upper.nextUp) && !takes("one"))
    case .flag: #expect(takes("true") && takes("false") && !takes("yes") && !takes(1))
    case .object: #expect(takes("{}") && takes("{\"a\": [true, 1]}") && !takes("[]") && !takes("{a: 1}") && !takes(""))
    case .choice(let words): #expect(words.allSatisfy(takes) && !takes("none of them") && !words.isEmpty)
    case .text(let texts):
      #expect(texts.words.allSatisfy(takes) && !texts.words.isEmpty)
      if let bytes = texts.maximumBytes { #expect(!takes(String(repeating: "{question}", count: bytes / 10 + 1))) }
    }
  }

  @Test(
    "The schema's pattern of a key's other texts matches what the key takes",
    arguments: [
      ("model", ["models/qwen", "/m"], [""]), ("prompt_template", ["Q: {question}"], ["Q: ", "boxd"]),
      ("judge", ["embedding:/m", "nli:m", "verifier:m"], ["embedding", "guess", "math:m"]),
      ("learner.listen", ["tcp://0.0.0.0:5555", "tcp://[::1]:5"], ["0.0.0.0:5", "tcp://:5", "tcp://h"]),
      ("learner.metrics", ["127.0.0.1:9100", "[::]:1"], ["9100", "h:"]), ("question_key", ["a.b"], [""]),
    ])
  func patterns(name: String, taken: [String], refused: [String]) throws {
    let key = try #require(ConfigurationKey.named(name))
    guard case .text(let texts) = key.values else {
      Issue.record("\(name) takes no texts")
      return
    }
    let pattern = try Regex(texts.pattern)
    for text in taken {
      #expect(text.contains(pattern), "\(text)")
      #expect(throws: Never.self) { try RunConfiguration.check(flags: [name: text]) }
    }
    for text in refused {
      #expect(!text.contains(pattern) && !texts.words.contains(text), "\(text)")
      #expect(throws: RunsError.self) { try RunConfiguration.check(flags: [name: text]) }
    }
  }

  @Test("A default that depends on the model is told for both, and left out of the schema, where an editor would insert it")
  func defaults() throws {
    let page = ConfigurationPage.text
    #expect(page.contains("\n| `questions` | `embedded`, must be given |") && page.contains("\n| `steps` | 50, 100 |"))
    #expect(page.contains("\n| `prompt_template`, `--prompt` | `qa`, `boxed` |") && page.contains("\n| `optimizer.epsilon` | 1e-8 |"))
    let schema = ConfigurationSchema.text
    #expect(schema.contains("Default: 0.0002; for a model of your own 1e-5."))
    #expect(!schema.contains("\"default\": 0.0002") && schema.contains("\"default\": 1e-08"))
  }
}
