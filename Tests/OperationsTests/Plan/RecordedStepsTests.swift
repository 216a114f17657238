import Cluster
import Operations
import Testing

/// What a run's own steps say of what a step costs.
@Suite struct RecordedStepsTests {
  private struct NothingToProbe: Error {}

  /// What a probe would find, which no recorded figure equals.
  private let probe = StepFindings(
    costs: StepCosts(
      groups: 1, groupSeconds: 100, parts: 11, partSeconds: 200, learnerSeconds: 0.5, gradientBytes: 1, versionBytes: 300, isSpread: false,
      samplesAhead: false),
    meanLength: 400, truncatedShare: 0.5)

  /// Where 8 groups a step are kept in 4 parts at most.
  private func shape(isOnOneHost: Bool = true, works: GradientPlan.LearnerWork = .never, updates: Int = 1) -> StepShape {
    StepShape(
      groups: 8, updates: updates, parts: 4, gradientBytes: 1e6,
      gradients: GradientPlan(parts: 4, totalBytes: 1_000_000, learnerWork: works),
      samplesAhead: true, isOnOneHost: isOnOneHost)
  }

  private func steps(_ lines: [String]) throws -> RecordedSteps { try #require(RecordedSteps(metrics: lines.joined(separator: "\n"))) }

  /// A step of 20 s, of which the learner waited 8 s for groups, and of which two workers waited 4 s in all.
  private func line(_ step: Int, kept: Int = 8, more: String = "") -> String {
    #"{"step":\#(step),"step_seconds":20,"learner_wait_share":0.4,"worker_wait_share":0.1,"workers":2,"kept_groups":\#(kept),"#
      + #""length":50,"truncated_share":0.25,"update_seconds":12,"version_bytes":5000,"loss":"nan"\#(more)}"#
  }

  private let spread = #","gradient_seconds":8,"link_seconds":3,"learner_seconds":1"#

  @Test("A run that records every figure needs no probe") func noProbe() throws {
    let found = try StepFindings(try steps([line(0, more: spread)]), of: shape()) { throw NothingToProbe() }
    #expect(found.source == .run(steps: 1, probing: false))
    let expected = StepCosts(
      groups: 8, groupSeconds: 1, parts: 4, partSeconds: 2, learnerSeconds: 1, gradientBytes: 1e6, versionBytes: 5000, isSpread: true,
      samplesAhead: true)
    #expect(found.costs == expected)
    #expect(found.meanLength == 50 && found.truncatedShare == 0.25 && found.link == nil)
    #expect("\(found.source)" == "from 1 step of the run")
  }

  @Test("On other hosts, each worker is a host, and works on groups and parts") func severalHosts() throws {
    let recorded = try steps([line(0, more: spread)])
    // Two workers take two turns for four parts, of 4 s each; of the 36 s that they worked 16 s were for parts.
    let found = try StepFindings(recorded, of: shape(isOnOneHost: false)) { throw NothingToProbe() }
    #expect(found.costs.partSeconds == 4 && found.costs.groupSeconds == (0.9 * 40 - 16) / 8)
    // From the first part's end on, four parts of a megabyte took 7 s.
    #expect(found.link == 32e6 / 7)
    // With the learner, three take two turns as well.
    let works = try StepFindings(recorded, of: shape(isOnOneHost: false, works: .always)) { throw NothingToProbe() }
    #expect(works.costs.partSeconds == 4)
  }

  @Test("What no step records is probed, once") func probed() throws {
    var probes = 0
    let found = try StepFindings(try steps([line(0)]), of: shape()) {
      probes += 1
      return probe
    }
    #expect(probes == 1 && found.source == .run(steps: 1, probing: true))
    // The learner computed the parts in what its update took beside its own share.
    #expect(found.costs.learnerSeconds == 0.5 && found.costs.partSeconds == 11.5 / 4 && found.costs.groupSeconds == 1)
    let bare = try StepFindings(try steps([#"{"step":0}"#]), of: shape()) { probe }
    var expected = probe.costs
    (expected.groups, expected.gradientBytes, expected.isSpread, expected.samplesAhead) = (8, 1e6, true, true)
    #expect(bare.costs == expected && bare.meanLength == 400)
    #expect("\(bare.source)" == "from 1 step of the run, and from a probe where they lack a figure")
  }

  @Test("Figures are medians over steps, and nothing else counts") func medians() throws {
    let lines = [
      line(0, kept: 1), #"{"policy_version":1,"greedy":0.5}"#, line(1, kept: 8), line(2, kept: 2, more: spread), #"{"step":3,"step_sec"#,
    ]
    let found = try StepFindings(try steps(lines), of: shape()) { throw NothingToProbe() }
    #expect(found.source == .run(steps: 3, probing: false) && found.costs.parts == 2)
    #expect(RecordedSteps(metrics: "") == nil && RecordedSteps(metrics: lines[1]) == nil)
  }

  @Test("Parts are of the groups that teach", arguments: [(8, 1, 4), (3, 1, 3), (8, 2, 8), (3, 2, 3), (1, 2, 1)])
  func parts(kept: Int, updates: Int, parts: Int) throws {
    let found = try StepFindings(try steps([line(0, kept: kept)]), of: shape(updates: updates)) { probe }
    #expect(found.costs.parts == parts)
  }
}
