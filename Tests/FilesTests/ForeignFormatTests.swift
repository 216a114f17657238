import Files
import Foundation
import TestSupport
import Testing

/// Files of other formats, and names where paths should be.
@Suite struct ForeignFormatTests {
  @Test(arguments: [
    (Array("GGUF\u{3}".utf8), ForeignFormat.gguf), (Array("PAR1".utf8), .parquet), ([0x80, 4, 0x95], .pickle), ([0x1F, 0x8B, 8], .gzip),
    ([0xFF, 0xFE, 0x5B, 0], .utf16), (Array("PK\u{3}\u{4}".utf8), .zip),
  ])
  func `A format is known by its first bytes`(_ bytes: [UInt8], _ format: ForeignFormat) {
    #expect(ForeignFormat(content: bytes) == format)
  }

  @Test(arguments: [
    ("a/model.Q4_K.GGUF", ForeignFormat.gguf), ("pytorch_model.bin", .pickle), ("last.ckpt", .pickle), ("train.parquet", .parquet),
    ("q.jsonl", nil), ("names", nil),
  ])
  func `A format is known by its name`(_ name: String, _ format: ForeignFormat?) {
    #expect(ForeignFormat(name: name) == format)
  }

  @Test func `Of a file on the disk the content counts first`() throws {
    let folder = try ScratchFolder()
    try Data("GGUF....".utf8).write(to: URL(filePath: folder.file("weights.bin")))
    try Data("PK\u{3}\u{4}".utf8).write(to: URL(filePath: folder.file("weights.pt")))
    #expect(ForeignFormat(path: folder.file("weights.bin")) == .gguf)
    #expect(ForeignFormat(path: folder.file("weights.pt")) == .pickle)
    #expect(ForeignFormat(path: folder.file("absent.gguf")) == .gguf)
  }

  @Test(arguments: [
    (ForeignFormat.utf16, "a.b/q.jsonl", "iconv -f UTF-16 -t UTF-8 a.b/q.jsonl > a.b/q.utf8.jsonl"),
    (.utf16, "q.csv", "iconv -f UTF-16 -t UTF-8 q.csv > q.utf8.csv"), (.utf16, "a.b/q", "iconv -f UTF-16 -t UTF-8 a.b/q > a.b/q.utf8"),
    (.utf16, "my q's.csv", #"iconv -f UTF-16 -t UTF-8 'my q'\''s.csv' > 'my q'\''s.utf8.csv'"#), (.gzip, "a b.gz", "gunzip -k 'a b.gz'"),
    (.zstd, "$(x).zst", "zstd -d '$(x).zst'"),
    (
      .parquet, "a.b/q.parquet",
      #"python3 -c 'import pandas; pandas.read_parquet("a.b/q.parquet").to_json("a.b/q.jsonl", orient="records", lines=True)'"#
    ),
    (
      .arrow, #"it's "q".jsonl"#,
      #"python3 -c 'import datasets; datasets.Dataset.from_file("it'\''s \"q\".jsonl").to_json("it'\''s \"q\".lines.jsonl")'"#
    ),
  ])
  func `A file is converted by a line for a shell, and never over itself`(_ format: ForeignFormat, _ path: String, _ line: String) {
    #expect(format.conversion(of: path) == line)
  }

  @Test func `A name on the Hub is known where nothing is`() throws {
    let folder = try ScratchFolder()
    let base = folder.path
    for (path, name) in [
      ("Qwen/Qwen2.5-0.5B-Instruct", "Qwen/Qwen2.5-0.5B-Instruct"), ("\(base)/Qwen/Qwen3-8B", "Qwen/Qwen3-8B"),
      ("https://huggingface.co/Qwen/Qwen3-8B/tree/main", "Qwen/Qwen3-8B"), ("\(base)/https:/huggingface.co/datasets/a/b", "a/b"),
      ("data/missing.jsonl", nil), ("nowhere", nil), ("./nowhere", nil), ("\(base)/nowhere", nil), ("\(base)/a/b/c", nil), (base, nil),
      ("/a b/c d", nil),
    ] as [(String, String?)] {
      #expect(HubName(path: path)?.name == name, "\(path)")
    }
    let remark = try #require(HubName(path: "a/b")).remark(.dataset, to: "a/b")
    #expect(remark.hasSuffix("hf download a/b --repo-type dataset --local-dir a/b"))
  }
}
