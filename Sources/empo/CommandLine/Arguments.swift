public import ArgumentParser
internal import ChatTemplates
internal import EMPO
internal import Meaning
internal import Rollouts
internal import Wire

extension KeyRole: ExpressibleByArgument {}

extension ExtractionOptions.Fallback: ExpressibleByArgument {}
extension ClusterRule: ExpressibleByArgument {}
extension VerifierJudge.Direction: ExpressibleByArgument {}
extension JudgeOptions.Prompt: ExpressibleByArgument {}
extension Reward: ExpressibleByArgument {}
extension BelowFloor: ExpressibleByArgument {}
extension EntropyEstimate: ExpressibleByArgument {}

extension TemplateTime {
  /// Reads a day, or a day and a time of day, as ISO 8601 has them.
  init?(argument: String) {
    let halves = argument.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    let day = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    let time = halves.count > 1 ? halves[1].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) } : [0, 0, 0]
    guard day.count == 3, time.count == 3, let year = day[0], let month = day[1], let dayOfMonth = day[2], let hour = time[0],
      let minute = time[1], let second = time[2]
    else { return nil }
    self.init(year: year, month: month, day: dayOfMonth, hour: hour, minute: minute, second: second)
  }
}
