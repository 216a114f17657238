import Files
import Runs

// The end of a learner whose time is used up before the run is done.
extension LearnerRole {
  /// Where a run stands whose time is used up.
  static func standing(version: Int, steps: Int) -> String {
    let place = version == 0 ? "before the first of \(counted(steps, "step")) is trained" : "after step \(version) of \(steps)"
    let rest = version == steps ? "only a measurement is left" : "the policy is in a checkpoint, and accepted groups are in the ledger"
    return "out of time \(place): \(rest)"
  }

  /// The command that continues the run for as long again.
  var resumption: String {
    var words = ["empo", "learner", "--run", folder.path] + (limit?.arguments ?? []) + access.arguments
    if let listen { words += ["--listen", listen] }
    if let metrics { words += ["--metrics", "\(metrics)"] }
    return words.map(ShellWord.quoted).joined(separator: " ")
  }
}
