package import EMPO

/// One of many small changes of a group, as damage or a lie would make them.
package enum Mutation {
  /// How many there are.
  package static let count = 100

  /// Makes a change; some of them contradict any task, some only the seed.
  ///
  /// - Parameter number: Which, from 0 to ``count``.
  package static func apply(_ number: Int, to group: inout ScoredGroup) {
    let sample = number % 2 % max(1, group.responses.count)
    let place = number / 2 % max(1, group.responses[sample].tokens.count)
    switch number {
    // Every bit of a log-probability.
    case 0..<32:
      let bits = group.responses[0].tokenLogProbabilities[0].bitPattern ^ 1 << UInt32(number)
      group.responses[0].tokenLogProbabilities[0] = Float(bitPattern: bits)
    case 32..<40: group.responses[sample].tokens[place] = (group.responses[sample].tokens[place] + Int32(number - 31)) % 99
    case 40..<44: group.responses[sample].tokens[place] = Int32(99 + number - 40)
    case 44..<48: group.responses[sample].tokens.removeLast(number - 44 < 3 ? 1 : group.responses[sample].tokens.count)
    case 48..<52:
      group.responses[sample].tokens.removeLast()
      group.responses[sample].tokenLogProbabilities.removeLast()
    case 52..<56:
      group.responses[sample].tokens.append(1)
      group.responses[sample].tokenLogProbabilities.append(-1)
    case 56..<60: group.responses[sample].isTruncated.toggle()
    case 60..<64:
      group.responses[sample].tokens[group.responses[sample].tokens.count - 1] = 99
      group.responses[sample].isTruncated = number % 4 < 2
    case 64..<68: group.responses.swapAt(0, group.responses.count - 1)
    case 68..<70: group.responses.removeLast()
    case 70..<72: group.responses.append(group.responses[0])
    case 72..<76: group.responses[sample].reward += Double(number - 70)
    case 76..<78: group.responses[sample].reward = number == 76 ? .infinity : 1e300
    case 78..<82: group.responses[sample].cluster = (number - 78) % 3
    case 82..<84: group.responses[sample].cluster = -1
    case 84..<88: group.responses[sample].answer += "\(number)"
    case 88..<90: group.semanticEntropy += 1
    case 90..<92: group.semanticEntropy = -1
    case 92..<94: group.isKept.toggle()
    case 94: group.responses[sample].tokenLogProbabilities[place] = -3e38
    case 95: group.responses[sample].tokenLogProbabilities[place] = 1
    case 96: group.responses[sample].tokenLogProbabilities[place] = .nan
    case 97: group.responses[sample].tokens = group.responses[sample].tokens.reversed()
    case 98: group.responses[sample].tokenLogProbabilities = group.responses[sample].tokenLogProbabilities.reversed()
    default: group.responses[0] = group.responses[group.responses.count - 1]
    }
  }
}
