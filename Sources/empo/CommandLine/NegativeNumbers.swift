/// Numbers below zero on a command line.
enum NegativeNumbers {
  /// The arguments with each number below zero joined to the option before it, as in `--seed=-1`: the parser would take it for an option, and
  /// miss the value. No command has an option that looks like a number.
  static func joined(_ arguments: [String]) -> [String] {
    var joined: [String] = []
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return joined + arguments[index...] }
      if isNegative(argument), let option = joined.last, isOption(option) {
        joined[joined.count - 1] = option + "=" + argument
      } else {
        joined.append(argument)
      }
    }
    return joined
  }

  private static func isNegative(_ argument: String) -> Bool {
    guard argument.hasPrefix("-"), let next = argument.dropFirst().first else { return false }
    return (next.isASCII && next.isNumber || next == ".") && Double(argument) != nil
  }

  private static func isOption(_ argument: String) -> Bool {
    argument.hasPrefix("--") && argument.count > 2 && !argument.contains("=")
  }
}
