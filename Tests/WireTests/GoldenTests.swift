import Foundation
import Testing
import Wire

/// The repository's folder, from this file's place in it.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private func golden(_ name: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: repository.appending(path: "proto/golden/\(name).msgpack")))
}

private func json(_ path: String) throws -> Any {
  try JSONSerialization.jsonObject(with: Data(contentsOf: repository.appending(path: path)))
}

/// The vectors were written by scripts/checks/wire_client.py from golden.json, so that two implementations meet in them.
@Suite struct GoldenTests {
  @Test("Vector reads as its meaning", arguments: samples) func vectorReadsAsItsMeaning(_ sample: Sample) throws {
    #expect(try sample.message.decodingSibling(golden(sample.name)) == sample.message)
  }

  @Test("Vector is rewritten byte for byte", arguments: samples) func vectorIsRewrittenByteForByte(_ sample: Sample) throws {
    #expect(try sample.message.encoded() == golden(sample.name))
  }

  @Test("Every vector has a sample") func everyVectorHasASample() throws {
    let listed = try #require(try json("proto/golden.json") as? [[String: Any]]).compactMap { $0["name"] as? String }
    let files = try FileManager.default.contentsOfDirectory(atPath: repository.appending(path: "proto/golden").path)
    #expect(listed == samples.map(\.name))
    #expect(Set(files) == Set(listed.map { "\($0).msgpack" }))
  }

  @Test("Schema states the limits of the code") func schemaStatesTheLimitsOfTheCode() throws {
    let schema = try #require(try json("proto/messages.json") as? [String: Any])
    let stated = try #require(schema["limits"] as? [String: Int])
    let limits = [
      "workerNameBytes": Limits.workerNameBytes, "nameBytes": Limits.nameBytes, "reasonBytes": Limits.reasonBytes,
      "textBytes": Limits.textBytes, "answers": Limits.answers, "tokens": Limits.tokens, "groupSize": Limits.groupSize,
      "groups": Limits.groups, "extremeRatios": Limits.extremeRatios, "numbers": 4, "gradientChunkBytes": GradientChunk.bytesEach,
      "tasks": Limits.tasks, "leases": Limits.leases, "codeBytes": LeaseSeal.codeBytes, "digestBytes": 32, "files": Limits.files,
      "fileBytes": Limits.fileBytes, "parameters": Limits.parameters,
      "rank": Limits.rank, "weightBytes": Int(Limits.weightBytes), "chunkBytes": Limits.chunkBytes, "chunks": Limits.chunks,
      "workerMessageBytes": Limits.workerMessageBytes, "learnerMessageBytes": Limits.learnerMessageBytes,
    ]
    #expect(stated == limits)
    #expect(schema["protocolVersion"] as? Int == Int(protocolVersion))
  }

  @Test("Schema states the codes of the code") func schemaStatesTheCodesOfTheCode() throws {
    let schema = try #require(try json("proto/messages.json") as? [String: Any])
    let enumerations = try #require(schema["enumerations"] as? [String: [String: Int]])
    #expect(
      enumerations["disposition"] == Dictionary(uniqueKeysWithValues: Disposition.allCases.map { ("\($0)", Int($0.rawValue)) }))
    #expect(enumerations["workKind"] == Dictionary(uniqueKeysWithValues: WorkKind.allCases.map { ("\($0)", Int($0.rawValue)) }))
    #expect(enumerations["refusal"] == Dictionary(uniqueKeysWithValues: Refusal.Code.allCases.map { ("\($0)", Int($0.rawValue)) }))
  }
}
