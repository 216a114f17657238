import Foundation
import HuggingFace
import Runs
import Testing

@Suite("A worker's memory") struct WorkerMemoryTests {
  /// A model of some hundred megabytes.
  private func memory(judge: Int = 0) throws -> WorkerMemory {
    let model = try ModelConfiguration(
      json: Data(
        #"""
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 576, "intermediate_size": 1536,
         "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3, "vocab_size": 49152,
         "max_position_embeddings": 2048, "rms_norm_eps": 1e-5, "rope_theta": 10000, "tie_word_embeddings": true, "eos_token_id": 2}
        """#.utf8))
    return WorkerMemory(MemoryEstimate(model: model, bytesPerWeight: 2), length: 1024, judge: judge)
  }

  @Test("The most sequences that fit are sampled at once, and one more would not", arguments: [1300, 1500, 2000, 4000, 20_000])
  func most(megabytes: Int) throws {
    let memory = try memory()
    let cap = MemoryCap.size(ByteSize(bytes: 1_000_000 * megabytes))
    let sequences = try memory.sequences(within: cap, atMost: 65_536)
    #expect(sequences >= 1)
    #expect(memory.bytes(sequences: sequences) <= 1e6 * Double(megabytes))
    #expect(memory.bytes(sequences: sequences + 1) > 1e6 * Double(megabytes))
    #expect(try memory.sequences(within: cap, atMost: 3) == min(3, sequences))
    #expect(try memory.sequences(within: .none, atMost: 128) == 128)
  }

  @Test("The judge's model takes its part")
  func judge() throws {
    let cap = MemoryCap.size(ByteSize(bytes: 4_000_000_000))
    let (plain, judged) = (try memory(), try memory(judge: 1_000_000_000))
    #expect(try judged.sequences(within: cap, atMost: 1000) < plain.sequences(within: cap, atMost: 1000))
  }

  @Test("Where not even one sequence fits, the error names a cap with which it does")
  func leastCap() throws {
    let memory = try memory()
    let error = try #require(throws: RunsError.self) {
      try memory.sequences(within: .size(ByteSize(bytes: 512_000_000)), atMost: 128)
    }
    let match = try #require(error.message.firstMatch(of: /worker.memory: found 512MB, expected at least (\d+[MG]B) for/))
    #expect(try memory.sequences(within: try #require(MemoryCap(String(match.1))), atMost: 128) >= 1)
    #expect(!error.message.contains("\n"))
  }
}
