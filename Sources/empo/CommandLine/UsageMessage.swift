import ArgumentParser
import JSON
import Runs

/// What is wrong with a command line, in one line: the parser's message, with every value told in the same way and what a misspelt word may
/// have been meant to be.
struct UsageMessage {
  private let command: any ParsableCommand.Type
  /// The place in the arguments of the first one that names no command.
  private let depth: Int
  private let arguments: [String]

  /// The message for arguments that were refused.
  init(_ arguments: [String]) {
    var command: any ParsableCommand.Type = Empo.self
    var depth = arguments.first == "help" ? 1 : 0
    while depth < arguments.count,
      let next = command.configuration.subcommands.first(where: { $0.configuration.commandName == arguments[depth] })
    {
      command = next
      depth += 1
    }
    (self.command, self.depth, self.arguments) = (command, depth, arguments)
  }

  /// The line for a message of the parser.
  func line(_ message: String) -> String { value(message) ?? option(message) ?? subcommand(message) ?? misspelt ?? message }

  /// A value that cannot be used: the option, the value and what is expected.
  private func value(_ message: String) -> String? {
    guard let match = message.wholeMatch(of: /(?s)The value '(.*)' is invalid for '(?:(--?[^ ']+)(?: <[^']*>)?|<([^']*)>)'(.*)/) else {
      return nil
    }
    let (value, rest) = (String(match.1), match.4)
    let place = String(match.2 ?? match.3 ?? "")
    if rest.hasPrefix(": ") { return "\(place) \(value)\(rest)" }
    let words = rest.matches(of: /(?m)'([^']*)'|^ +- (.*)$/).map { String($0.1 ?? $0.2 ?? "") }
    guard !words.isEmpty else { return nil }
    return "\(place) \(value): expected one of \(words.joined(separator: ", "))" + NearestWord.remark(on: value, among: words)
  }

  /// An option that there is not.
  private func option(_ message: String) -> String? {
    guard let match = message.firstMatch(of: /^Unknown option '(--[^']*)'/) else { return nil }
    return "\(match.0)" + Self.question(NearestWord.nearest(to: String(match.1), among: options))
  }

  /// An option that looks like another one. The parser may have taken its value for an argument and object to that.
  private var misspelt: String? {
    let options = options
    for argument in arguments.dropFirst(depth).prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
      let name = String(argument.prefix { $0 != "=" })
      if options.contains(name) { continue }
      let nearest = NearestWord.nearest(to: name, among: options)
      if !nearest.isEmpty { return "Unknown option '\(name)'" + Self.question(nearest) }
    }
    return nil
  }

  /// A command that there is not.
  private func subcommand(_ message: String) -> String? {
    let names = command.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.isEmpty, depth < arguments.count, message.contains("'\(arguments[depth])'") else { return nil }
    return "Unknown command '\(arguments[depth])'" + Self.question(NearestWord.nearest(to: arguments[depth], among: names))
  }

  private static func question(_ names: [String]) -> String {
    names.isEmpty ? "" : ". Did you mean \(names.map { "'\($0)'" }.joined(separator: " or "))?"
  }

  /// The options of the command, as its help lists them.
  private var options: [String] {
    Empo.helpMessage(for: command, columns: 200).split(separator: "\n").flatMap { line -> [String] in
      guard line.hasPrefix("  -") else { return [] }
      // The help of an option is set off by several blanks.
      let names = line.dropFirst(2).prefix(upTo: line.dropFirst(2).firstRange(of: "  ")?.lowerBound ?? line.endIndex)
      return names.matches(of: /--[a-z0-9][a-z0-9-]*/).map { String($0.0) }
    }
  }
}
