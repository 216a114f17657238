import Foundation
import TestSupport
import Testing

/// How a command line that is refused is explained.
@Suite("Usage in words")
struct UsageWordsTests {
  private func error(_ arguments: [String]) async throws -> String {
    let command = try Command(arguments, in: ScratchFolder())
    #expect(await command.status() == 2, "\(arguments): \(command.errors)")
    #expect(command.errors.split(separator: "\n").count == 1, "\(command.errors)")
    return command.error
  }

  @Test(
    "A misspelt command, option or value is told with what it may have been meant to be",
    arguments: [
      (["trian"], "Unknown command 'trian'. Did you mean 'train'?"),
      (["bench", "rolout"], "Unknown command 'rolout'. Did you mean 'rollout'?"),
      (["zzzz"], "Unknown command 'zzzz' ("),
      (["train", "--temprature", "1"], "Unknown option '--temprature'. Did you mean '--temperature'?"),
      (["train", "--sampling-temp", "1"], "Did you mean '--sampling-temperature'?"),
      (["train", "--lerning-rate", "3", "--resume", "r"], "Unknown option '--lerning-rate'. Did you mean '--learning-rate'?"),
      (["train", "--resume", "r", "--reword=evol", "c.yaml"], "Unknown option '--reword'. Did you mean '--reward'?"),
      (["generate", "--model", "m", "--temp", "1"], "Did you mean '--temperature'?"),
      (["train", "--reward", "randm"], "found \"randm\", expected one of empo, majority"),
      (["train", "--reward", "randm"], "did you mean random?"),
      (["train", "--judge", "mth"], "did you mean math?"), (["cluster", "--judge", "mth"], "did you mean math?"),
      (["cluster", "--reward", "majorty"], "--reward majorty: expected one of empo, majority"),
      (["cluster", "--reward", "majorty"], "did you mean majority?"),
      (["train", "--preset", "paper-math-trl"], "--preset paper-math-trl: expected one of paper-maths-trl"),
      (["train", "--preset", "paper-math-trl"], "did you mean paper-maths-trl?"),
      (["config", "--format", "yml"], "--format yml: expected one of"),
      (["keys", "new", "lerner"], "ROLE lerner: expected one of learner, worker, did you mean learner?"),
    ])
  func suggestions(arguments: [String], expected: String) async throws {
    let told = try await error(arguments)
    #expect(told.contains(expected), "\(told)")
  }

  @Test(
    "A number is refused with its range, whether it is below it, above it or none",
    arguments: [
      (["eval", "m", "--samples"], "expected an integer from 0 to 4096", ["-1", "5000", "1.5", "x"]),
      (["eval", "m", "--seed"], "expected an integer from 0 to 18446744073709551615", ["-1", "1.5"]),
      (["generate", "--model", "m", "--seed"], "expected an integer from 0 to 18446744073709551615", ["-1"]),
      (["generate", "--model", "m", "--temperature"], "expected 0 or more", ["-1", "-0.5", "nan", "hot"]),
      (["generate", "--model", "m", "--n"], "expected an integer from 1 to 4096", ["0", "-1", "1.5"]),
      (["worker", "--connect", "tcp://127.0.0.1:1", "--nice"], "expected an integer from 0 to 19", ["-1", "20", "1.5"]),
      (["worker", "--connect", "tcp://127.0.0.1:1", "--memory"], "expected none, or a size such as 4GB or 512MB", ["-1", "much"]),
      (["pretrain", "m", "--threads"], "expected an integer from 1 to 1024", ["0", "-1", "1.5"]),
      (["verify", "r", "--step"], "expected an integer from 0 to 4294967295", ["-1", "1.5"]),
      (["probe", "--groups"], "expected an integer from 1 to 100000", ["0", "-1", "1.5"]),
      (["plan", "--link"], "expected a rate such as 100Mbit or 10Gbit", ["-1", "fast"]),
      (["cluster", "--empty-reward"], "expected a number from -1 to 0", ["1", "-2"]),
      (["cluster", "--entropy-low"], "expected a share from 0 to 1", ["-1", "2"]),
      (["train", "--hours"], "expected a number above 0 and at most 87600", ["0", "-1", "long"]),
      (["bench", "rollout", "--new"], "expected an integer from 1 to 65536", ["0", "-1", "1.5"]),
      (["export", "a", "b", "--max-shard-size"], "expected a size such as 4GB or 512MB", ["0", "-1"]),
    ])
  func ranges(arguments: [String], expected: String, values: [String]) async throws {
    for value in values {
      let told = try await error(arguments + [value])
      #expect(told.contains("\(arguments.last ?? "") \(value): \(expected)"), "\(told)")
    }
  }

  @Test("A number below zero is a value where one is taken")
  func belowZero() async throws {
    let told = try await error(["cluster", "--empty-reward", "-0.5", "--judge", "mth"])
    #expect(told.contains("judge 'mth'"), "\(told)")
    let flags = try await error(["train", "--lag", "-1"])
    #expect(flags.contains("found \"-1\", expected an integer from 0 to 8"), "\(flags)")
  }
}
