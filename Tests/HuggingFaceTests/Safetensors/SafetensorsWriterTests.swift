import Files
import Foundation
import HuggingFace
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsWriterTests {
  @Test("Writes the format byte by byte") func writesTheFormatByteByByte() throws {
    try ScratchFolder.with { folder in
      let path = folder + "/a.safetensors"
      try writeSafetensors(to: path, tensors: [("w\"x", [2], [1, -2]), ("e", [0, 3], []), ("s", [], [0.5])])
      let header = """
        {"__metadata__":{"format":"pt"},"w\\"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},\
        "e":{"dtype":"F32","shape":[0,3],"data_offsets":[8,8]},"s":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}
        """
      let padded = (header.utf8.count + 7) / 8 * 8
      var expected = (0..<8).map { UInt8(truncatingIfNeeded: padded >> (8 * $0)) } + Array(header.utf8)
      expected += [UInt8](repeating: 0x20, count: padded - header.utf8.count)
      expected += [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F]
      #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == expected)
    }
  }

  /// One tensor longer than the pieces in which files are read and written, and not a multiple of them.
  @Test("Long tensors read back bit for bit") func longTensorsReadBackBitForBit() throws {
    try ScratchFolder.with { folder in
      let path = folder + "/a.safetensors"
      let long = (0..<600_001).map { Float(bitPattern: UInt32(truncatingIfNeeded: $0 &* 2_654_435_761)) }
      try writeSafetensors(to: path, tensors: [("long", [600_001], long), ("short", [1, 1], [7])], metadata: [:])
      let file = try SafetensorsFile(path: path)
      #expect(try file.floats("long").map(\.bitPattern) == long.map(\.bitPattern))
      #expect(try file.floats("short") == [7])
      #expect(file.names == ["long", "short"])
      #expect(file.metadata.isEmpty)
    }
  }

  @Test("Long tensors are rounded piece by piece") func longTensorsAreRoundedPieceByPiece() throws {
    try ScratchFolder.with { folder in
      let path = folder + "/a.safetensors"
      let long = (0..<600_001).map { Float($0) }
      var writer = try SafetensorsWriter(path: path, tensors: [("long", [600_001]), ("short", [1])], format: .bfloat16)
      try writer.write(long.span)
      try writer.write([.nan].span)
      try writer.finish()
      let file = try SafetensorsFile(path: path)
      let read = try file.floats("long")
      #expect(read.indices.allSatisfy { abs(read[$0] - long[$0]) <= long[$0] / 256 })
      #expect(read[..<257] == long[..<257])
      #expect(try file.floats("short")[0].isNaN)
    }
  }

  @Test("Replaces an older file") func replacesAnOlderFile() throws {
    try ScratchFolder.with { folder in
      let path = folder + "/a.safetensors"
      try writeSafetensors(to: path, tensors: [("a", [100], [Float](repeating: 1, count: 100))])
      try writeSafetensors(to: path, tensors: [("b", [1], [2])])
      #expect(try SafetensorsFile(path: path).names == ["b"])
    }
  }

  @Test("A folder that is not there is named") func aFolderThatIsNotThereIsNamed() {
    let error = #expect(throws: FileError.self) { try writeSafetensors(to: "/nowhere/a", tensors: []) }
    #expect(error?.message == "/nowhere/a: cannot be created: there is no folder /nowhere")
  }
}
