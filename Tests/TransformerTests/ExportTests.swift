import Foundation
import HuggingFace
import NumericTestSupport
import Tensors
import Testing
import Transformer

struct ExportTests {
  /// The Python that EMPO_PYTHON names, if it has torch and transformers.
  static let python: String? = {
    guard let path = ProcessInfo.processInfo.environment["EMPO_PYTHON"] else { return nil }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let search = "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ['torch', 'transformers', 'safetensors'])))"
    process.arguments = [path, "-c", search]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? path : nil
  }()

  @Test(arguments: TrainingPassTests.families, [1 << 30, 2000])
  func `An export reads back, rounded to its format`(
    _ family: (ModelConfiguration.Architecture, Bool), maximumShardBytes: Int
  ) throws {
    let parameters = TinyModel.parameters(family.0, tied: family.1)
    for format in FloatFormat.allCases {
      try withFolder { folder in
        try parameters.export(folder: folder, elementType: format, maximumShardBytes: maximumShardBytes)
        #expect(FileManager.default.fileExists(atPath: folder + "/model.safetensors") == (maximumShardBytes > 2000))
        let read = try Parameters(folder: folder, configuration: parameters.configuration)
        for entry in read.layout.entries {
          let expected = parameters.values(entry).map { rounded($0, format) }
          #expect(read.values(entry).bits == expected.bits, "\(entry.name) in \(format)")
        }
      }
    }
  }

  @Test(.enabled(if: python != nil, "EMPO_PYTHON names no Python with torch and transformers"))
  func `transformers opens an export and computes the same`() throws {
    try withFolder { root in
      var folders: [String] = []
      for checkpoint in ParityCheckpoint.all {
        for format in [FloatFormat.bfloat16, .float32] {
          let folder = "\(root)/\(checkpoint.name)-\(format)"
          try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
          let parameters = try Parameters(folder: checkpoint.model)
          try parameters.export(folder: folder, elementType: format, maximumShardBytes: format == .bfloat16 ? 4000 : 1 << 30)
          let base = try Data(contentsOf: URL(filePath: checkpoint.model + "/config.json"))
          try ExportedConfiguration.encoded(base: base, elementType: format).write(to: URL(filePath: folder + "/config.json"))
          folders += [checkpoint.model, folder]
        }
      }
      let (status, output) = try run(["scripts/checks/check_export.py"] + folders)
      #expect(status == 0, "\(output)")
      #expect(output.split(separator: "\n").count { $0.hasPrefix("same     logits") } == folders.count / 2)
    }
  }

  private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.python))
    process.arguments = arguments
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    process.currentDirectoryURL = tests.deletingLastPathComponent()
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  /// A value as a format holds it, by another way than the writer's.
  private func rounded(_ value: Float, _ format: FloatFormat) -> Float {
    switch format {
    case .float32: return value
    case .float16: return Float(Float16(value))
    case .bfloat16:
      // The nearer of the two neighbours; halfway, the one whose last bit is 0.
      let below = Float(bitPattern: value.bitPattern & 0xFFFF_0000)
      let above = Float(bitPattern: (value.bitPattern & 0xFFFF_0000) + 0x1_0000)
      let (down, up) = (abs(Double(value) - Double(below)), abs(Double(above) - Double(value)))
      if down == up { return below.bitPattern >> 16 & 1 == 0 ? below : above }
      return down < up ? below : above
    }
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "export-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }
}
