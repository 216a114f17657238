/// A format of file that nothing here reads, but that people have: it is known by its first bytes or, where these say nothing, by its name.
package enum ForeignFormat: Sendable, Equatable, CaseIterable {
  /// llama.cpp's format of models.
  case gguf
  /// Python's, in which PyTorch saves weights; it can carry code.
  case pickle
  /// Columns of data sets.
  case parquet
  /// Columns of data sets, as the library `datasets` keeps them.
  case arrow
  /// A file compressed by gzip.
  case gzip
  /// A file compressed by zstd.
  case zstd
  /// An archive, a spreadsheet, or what PyTorch saves.
  case zip
  /// Text of two bytes a character.
  case utf16

  /// How many bytes of a file are looked at.
  package static let length = 8

  /// The format of a file, by its first bytes.
  package init?(content: some Sequence<UInt8>) {
    let start = Array(content.prefix(Self.length))
    guard let found = Self.allCases.first(where: { $0.beginnings.contains { start.starts(with: $0) } }) else { return nil }
    self = found
  }

  /// The format of a file, by the ending of its name.
  package init?(name: String) {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let ending = name[name.index(after: dot)...].lowercased()
    guard let found = Self.allCases.first(where: { $0.endings.contains(ending) }) else { return nil }
    self = found
  }

  /// The format of a file on the disk, by its first bytes or by its name; nil for a file that can be neither.
  package init?(path: String) {
    let start = try? MappedFile(path: path)
    if let start, let found = Self(content: start.bytes(0..<min(Self.length, start.count))) {
      // PyTorch's archives of pickles begin as every archive does.
      self = found == .zip && Self(name: path) == .pickle ? .pickle : found
    } else if let found = Self(name: path) {
      self = found
    } else {
      return nil
    }
  }

  /// What such a file is, in words fit for a message.
  package var title: String {
    switch self {
    case .gguf: "a GGUF file, llama.cpp's format"
    case .pickle: "a pickle, which can carry code"
    case .parquet: "a Parquet file"
    case .arrow: "an Arrow file"
    case .gzip: "a file compressed by gzip"
    case .zstd: "a file compressed by zstd"
    case .zip: "an archive or a spreadsheet"
    case .utf16: "UTF-16 text"
    }
  }

  /// The line for a shell that makes text of such a file, beside it, or what to do where there is none.
  package func conversion(of path: String) -> String {
    let name = path.split(separator: "/").last ?? path[...]
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    let stem = String(path.dropLast(name.count) + name[..<dot])
    // A name says little of what is in a file: none is written over itself.
    let lines = name[dot...] == ".jsonl" ? stem + ".lines.jsonl" : stem + ".jsonl"
    func python(_ module: String, _ call: String) -> String { "python3 -c " + ShellWord.quoted("import \(module); \(module).\(call)") }
    return switch self {
    case .parquet: python("pandas", "read_parquet(\(Self.literal(path))).to_json(\(Self.literal(lines)), orient=\"records\", lines=True)")
    case .arrow: python("datasets", "Dataset.from_file(\(Self.literal(path))).to_json(\(Self.literal(lines)))")
    case .gzip: "gunzip -k \(ShellWord.quoted(path))"
    case .zstd: "zstd -d \(ShellWord.quoted(path))"
    case .zip: "unpack the archive, or save the spreadsheet as CSV"
    case .utf16: "iconv -f UTF-16 -t UTF-8 \(ShellWord.quoted(path)) > \(ShellWord.quoted(stem + ".utf8" + name[dot...]))"
    case .gguf, .pickle: "name a file of text"
    }
  }

  /// A text as Python writes it.
  private static func literal(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  private var beginnings: [[UInt8]] {
    switch self {
    case .gguf: [Array("GGUF".utf8)]
    case .pickle: (2...5).map { [0x80, $0] }
    case .parquet: [Array("PAR1".utf8)]
    case .arrow: [Array("ARROW1".utf8)]
    case .gzip: [[0x1F, 0x8B]]
    case .zstd: [[0x28, 0xB5, 0x2F, 0xFD]]
    case .zip: [Array("PK\u{3}\u{4}".utf8)]
    case .utf16: [[0xFF, 0xFE], [0xFE, 0xFF]]
    }
  }

  private var endings: [String] {
    switch self {
    case .gguf: ["gguf", "ggml"]
    case .pickle: ["bin", "pt", "pth", "ckpt", "pkl", "pickle"]
    case .parquet: ["parquet"]
    case .arrow: ["arrow", "feather"]
    case .gzip: ["gz"]
    case .zstd: ["zst", "zstd"]
    case .zip: ["zip", "xlsx", "ods", "npz"]
    case .utf16: []
    }
  }
}
