import Evaluation
import Files
import Foundation
import Operations
import Runs

/// What a run would take: time by hosts, memory by role, room on the disk.
struct RunForecast {
  private let assembly: RunAssembly
  private let found: StepFindings

  init(_ assembly: RunAssembly, _ found: StepFindings) {
    self.assembly = assembly
    self.found = found
  }

  private var steps: Int { assembly.configuration.steps }

  private struct Row: Encodable {
    var hosts: Int
    var seconds_per_step: Double
    var hours: Double
    var bound: String
  }

  private struct Document: Encodable {
    var group_s: Double
    var part_s: Double
    var parts: Int
    var learner_s: Double
    var gradient_bytes: Double
    var version_bytes: Double
    var mean_length: Double
    var truncated_share: Double
    var run_steps: Int
    var is_probed: Bool
    var link_bits_per_s: Double
    var learner_memory_bytes: Double
    var worker_memory_bytes: Double
    var checkpoint_bytes: Double
    var ledger_bytes: Double
    var hosts: [Row]
  }

  private func document(_ forecasts: [StepForecast], _ link: LinkRate) throws -> Document {
    let (costs, configuration, memory) = (found.costs, assembly.configuration, MemoryEstimate(of: assembly))
    let checkpoints = min(configuration.keepCheckpoints + 1, (steps + configuration.checkpointEvery - 1) / configuration.checkpointEvery)
    let responses = Double(configuration.groupSize * costs.groups * steps)
    let (recorded, isProbed) = if case .run(let steps, let probing) = found.source { (steps, probing) } else { (0, true) }
    return Document(
      group_s: costs.groupSeconds, part_s: costs.partSeconds, parts: costs.parts, learner_s: costs.learnerSeconds,
      gradient_bytes: costs.gradientBytes, version_bytes: costs.versionBytes, mean_length: found.meanLength,
      truncated_share: found.truncatedShare, run_steps: recorded, is_probed: isProbed, link_bits_per_s: link.bitsPerSecond,
      learner_memory_bytes: memory.learner(of: assembly),
      worker_memory_bytes: try memory.worker(of: assembly),
      checkpoint_bytes: Double(checkpoints) * memory.checkpoint(lag: configuration.lag),
      ledger_bytes: responses * (Self.ledgerBytesPerResponse + Self.ledgerBytesPerToken * found.meanLength),
      hosts: forecasts.map { forecast in
        let seconds = forecast.seconds
        return Row(hosts: forecast.hosts, seconds_per_step: seconds, hours: seconds * Double(steps) / 3600, bound: forecast.boundName)
      })
  }

  /// A token with its log-probability, and what else a response's row takes.
  private static let (ledgerBytesPerToken, ledgerBytesPerResponse) = (8.3, 70.0)

  func json(_ forecasts: [StepForecast], link: LinkRate) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(document(forecasts, link)), as: UTF8.self) + "\n"
  }

  func text(_ forecasts: [StepForecast], link: LinkRate) throws -> String {
    let (plan, costs) = (try document(forecasts, link), found.costs)
    let told = MemoryEstimate.told
    let place = if case .probe = found.source { "this host" } else { "a host" }
    var lines = [
      "The figures are \(found.source).",
      "A group takes \(Figures.significant(costs.groupSeconds)) s on \(place), its responses \(Int(found.meanLength.rounded())) tokens in the mean"
        + (found.truncatedShare > 0 ? ", of which \(Figures.percent(found.truncatedShare)) are cut off" : "") + ".",
      "Parts of an update: \(costs.parts), each \(Figures.significant(costs.partSeconds)) s; what the learner does alone: "
        + "\(Figures.significant(costs.learnerSeconds)) s.",
      "",
      "hosts   seconds a step   bound by    \(counted(steps, "step"))",
    ]
    for (forecast, row) in zip(forecasts, plan.hosts) {
      lines.append(
        TextColumns.rightAligned("\(forecast.hosts)", to: 5)
          + TextColumns.rightAligned(Figures.decimal(forecast.seconds, places: 1), to: 17)
          + "   " + TextColumns.padded(forecast.boundName, to: 12) + Figures.duration(seconds: row.hours * 3600))
    }
    lines += [
      "",
      "A gradient is \(told(costs.gradientBytes)), a version on its way \(told(costs.versionBytes)), the learner's link \(link).",
      "Memory: \(told(plan.learner_memory_bytes)) for the learner, \(told(plan.worker_memory_bytes)) for a worker.",
      "Disk of the learner: \(told(plan.checkpoint_bytes)) for checkpoints, \(told(plan.ledger_bytes)) for the ledger.",
    ]
    if !costs.isSpread { lines.append("The learner computes all gradients: " + reason) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Why gradients are not spread.
  private var reason: String {
    let configuration = assembly.configuration
    if configuration.minibatches > 1 { return "minibatches is \(configuration.minibatches)." }
    if configuration.kl > 0, assembly.lora == nil { return "kl is above 0 with train: full." }
    if !configuration.requireSameBits { return "require_same_bits is false." }
    if configuration.gradientPartCount == 1 { return "an update has one part (gradient_parts)." }
    return "so says gradients."
  }
}
