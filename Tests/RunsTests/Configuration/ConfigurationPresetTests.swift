import EMPO
import Rollouts
import Runs
import TestSupport
import Testing
import Training

@Suite("Presets") struct ConfigurationPresetTests {
  private static let own = ["model": "/m", "questions": "/q.jsonl"]

  private static func load(_ preset: ConfigurationPreset?, _ flags: [String: String] = [:]) throws -> RunConfiguration {
    try RunConfiguration.load(environment: [:], flags: own.merging(flags) { $1 }, preset: preset)
  }

  @Test("Each value is one that its key takes, in the order of the keys", arguments: ConfigurationPreset.allCases)
  func values(preset: ConfigurationPreset) throws {
    let names = ConfigurationKey.all.map(\.name)
    let places = preset.values.compactMap { names.firstIndex(of: $0.key) }
    #expect(places.count == preset.values.count && places == places.sorted())
    for (name, text) in preset.values { #expect(throws: Never.self, "\(name)") { try RunConfiguration.check(flags: [name: text]) } }
    // A short run is valid with every preset, and its resolved file needs no preset.
    let configuration = try Self.load(preset, ["steps": "1"])
    #expect(try RunConfiguration(yaml: configuration.yaml()) == configuration)
    #expect(!configuration.yaml().contains("preset"))
  }

  @Test("The paper's settings are there")
  func paper() throws {
    let trl = try Self.load(.paperMathsTRL)
    #expect(trl.groupSize == 7 && trl.optimizer.learningRate == 1e-6 && trl.sampling.maximumNewTokens == 2048)
    #expect(trl.scoring.minimumConfidence == 0 && trl.loss == .sequenceMean && trl.lag == 0)
    #expect(trl.sampling.temperature == 0.9 && trl.advantage == .groupSampleStandardDeviation)
    let verl = try Self.load(.paperMathsVerl)
    #expect(verl.groupSize == 16 && verl.questionsPerStep == 256 && verl.minibatches == 8 && verl.sampling.maximumNewTokens == 3072)
    #expect(verl.loss == .sequenceRatio && verl.clipLow == 3e-4 && verl.clipHigh == 4e-4)
    #expect(verl.optimizer.learningRate == 5e-7 && verl.optimizer.warmupSteps == 0)
    let reasoning = try Self.load(.paperReasoning, ["judge": "verifier:/v"])
    #expect(reasoning.groupSize == 12 && reasoning.scoring.emptyReward == -0.5 && reasoning.scoring.minimumConfidence == 0.2)
    #expect(reasoning.scoring.belowFloor == .payNothing && reasoning.sampling.temperature == 0.9)
    #expect(reasoning.reading.rejectsRepetition && reasoning.judging.direction == .one)
    #expect(ConfigurationPreset.paperReasoning.remark(on: reasoning) == nil)
    #expect(ConfigurationPreset.paperReasoning.remark(on: try Self.load(.paperReasoning))?.contains("verifier:DIR") == true)
    #expect(ConfigurationPreset.paperMathsTRL.remark(on: trl) == nil)
  }

  @Test("A preset stands above the defaults, and below the file, the environment and flags")
  func precedence() throws {
    let temporary = try ScratchFolder()
    let file = try temporary.file(
      "c.yaml", "questions: q.jsonl\nmodel: m\ngroup_size: 5\nminibatches: 2\nkl: 0.1\npreset: paper-maths-verl\n")
    let loaded = try RunConfiguration.load(file: file, environment: ["EMPO_MINIBATCHES": "4", "EMPO_KL": "0.2"], flags: ["kl": "0.3"])
    #expect(loaded.groupSize == 5 && loaded.minibatches == 4 && loaded.kl == 0.3)
    #expect(loaded.questionsPerStep == 256 && loaded.steps == 100)
    // A flag's preset goes before the environment's, and that before the file's.
    let environment = ["EMPO_PRESET": "paper-reasoning"]
    #expect(try RunConfiguration.load(file: file, environment: environment).questionsPerStep == 96)
    #expect(try RunConfiguration.load(file: file, environment: environment, preset: .paperMathsTRL).questionsPerStep == 112)
  }

  @Test("A prompt of one's own does not bring the preset's system message along")
  func prompts() throws {
    #expect(try Self.load(.paperMathsTRL).system == PromptPreset.paperMaths.system)
    #expect(try Self.load(.paperMathsTRL, ["prompt_template": "Q: {question}"]).system == nil)
    #expect(try Self.load(.paperMathsTRL, ["prompt_template": "qwen-math"]).system == PromptPreset.qwenMath.system)
    #expect(try Self.load(.paperMathsTRL, ["system": "Brief."]).system == "Brief.")
    #expect(try Self.load(.paperMathsTRL, ["system": "none"]).system == nil)
  }

  @Test("An unknown preset is named with its place")
  func unknown() throws {
    let temporary = try ScratchFolder()
    func message(_ yaml: String, _ environment: [String: String] = [:]) throws -> String {
      let file = try temporary.file("c.yaml", yaml)
      return (#expect(throws: RunsError.self) { try RunConfiguration.load(file: file, environment: environment) })?.message ?? ""
    }
    #expect(try message("steps: 1\npreset: paper\n").contains("c.yaml line 2: preset: found \"paper\", expected one of paper-maths-trl,"))
    #expect(try message("preset: [a]\n").contains("c.yaml line 1: preset: found a list"))
    #expect(try message("preset: paper-maths-trl\npreset: paper-reasoning\n").contains("preset"))
    #expect(try message("", ["EMPO_PRESET": ""]).contains("environment EMPO_PRESET: preset: found \"\""))
  }
}
