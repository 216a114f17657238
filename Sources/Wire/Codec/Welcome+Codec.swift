extension Welcome {
  init(from reader: inout MessagePackReader) throws(WireError) {
    self.init(
      incarnation: try reader.unsigned("incarnation"), lineage: try reader.unsigned("lineage"),
      run: try reader.line(limit: Limits.nameBytes, "run"),
      heartbeatMilliseconds: try reader.unsigned("heartbeatMilliseconds"),
      leaseMilliseconds: try reader.unsigned("leaseMilliseconds"),
      publisher: try reader.line(limit: Limits.nameBytes, "publisher"),
      policyVersion: try reader.unsigned("policyVersion"),
      manifest: try WeightManifest(from: &reader), baseWeights: try BaseDescription.read(from: &reader), files: [], timeOfDay: 0)
    for _ in 0..<(try reader.list(limit: Limits.files, "files")) {
      let extra = try reader.record(fields: 2, "file")
      let file = NamedBytes(
        name: try reader.line(limit: Limits.nameBytes, "file, name"),
        bytes: try reader.binary(limit: Limits.fileBytes, "file, bytes"))
      try reader.skip(extra, "file, trailing fields")
      if let problem = file.problem { throw WireError(.malformed, problem) }
      files.append(file)
    }
    timeOfDay = try reader.unsigned("timeOfDay")
  }

  func write(to writer: inout MessagePackWriter) throws(WireError) {
    writer.unsigned(incarnation)
    writer.unsigned(lineage)
    try writer.line(run, limit: Limits.nameBytes, "welcome, run")
    writer.unsigned(heartbeatMilliseconds)
    writer.unsigned(leaseMilliseconds)
    try writer.line(publisher, limit: Limits.nameBytes, "welcome, publisher")
    writer.unsigned(policyVersion)
    try manifest.write(to: &writer)
    if let baseWeights { try baseWeights.write(to: &writer) } else { writer.null() }
    try writer.list(files.count, limit: Limits.files, "welcome, files")
    for file in files {
      if let problem = file.problem { throw WireError(.limit, "welcome, \(problem)") }
      writer.array(2)
      try writer.line(file.name, limit: Limits.nameBytes, "welcome, file, name")
      try writer.binary(file.bytes, limit: Limits.fileBytes, "welcome, file \(file.name)")
    }
    writer.unsigned(timeOfDay)
  }
}

extension NamedBytes {
  /// A worker may write the file into a folder of its own: the name must not lead out of it.
  fileprivate var problem: String? {
    let isPlain = !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == 0x2f || $0 == 0 }
    return isPlain ? nil : "file, name: \(name.debugDescription), expected a plain file name"
  }
}
