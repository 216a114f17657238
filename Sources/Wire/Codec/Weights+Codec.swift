extension WeightManifest {
  init(from reader: inout MessagePackReader) throws(WireError) {
    let extra = try reader.record(fields: 4, "manifest")
    let name = try reader.string(limit: Limits.nameBytes, "elementType")
    guard let elementType = ElementType(rawValue: name) else {
      throw WireError(.malformed, "elementType: \(name.debugDescription), expected one of \(ElementType.allCases.map(\.rawValue))")
    }
    let count = try reader.list(limit: Limits.parameters, "parameters")
    var parameters: [Parameter] = []
    parameters.reserveCapacity(count)
    for _ in 0..<count { parameters.append(try Parameter(from: &reader)) }
    self.init(
      elementType: elementType, parameters: parameters, totalBytes: try reader.unsigned("totalBytes"),
      chunkBytes: try reader.unsigned("chunkBytes"))
    try reader.skip(extra, "manifest, trailing fields")
    if let problem { throw WireError(.malformed, problem) }
  }

  func write(to writer: inout MessagePackWriter) throws(WireError) {
    if let problem { throw WireError(.limit, problem) }
    writer.array(4)
    try writer.string(elementType.rawValue, limit: Limits.nameBytes, "elementType")
    try writer.list(parameters.count, limit: Limits.parameters, "parameters")
    for parameter in parameters {
      writer.array(3)
      try writer.string(parameter.name, limit: Limits.nameBytes, "parameter, name")
      try writer.list(parameter.shape.count, limit: Limits.rank, "parameter, shape")
      for dimension in parameter.shape { writer.unsigned(dimension) }
      writer.unsigned(parameter.offset)
    }
    writer.unsigned(totalBytes)
    writer.unsigned(chunkBytes)
  }

  /// The manifest's fault, if it has one: chunks that don't add up, or tensors beyond the end.
  private var problem: String? {
    guard (1...Limits.weightBytes).contains(totalBytes) else {
      return "totalBytes: \(totalBytes) lies outside 1...\(Limits.weightBytes)"
    }
    guard totalBytes.isMultiple(of: UInt64(elementType.bytes)) else {
      return "totalBytes: \(totalBytes) bytes do not divide into elements of \(elementType.bytes)"
    }
    guard (1...UInt32(Limits.chunkBytes)).contains(chunkBytes) else {
      return "chunkBytes: \(chunkBytes) lies outside 1...\(Limits.chunkBytes)"
    }
    guard chunkCount <= Limits.chunks else {
      return "chunkBytes: \(chunkBytes) cuts \(totalBytes) bytes into \(chunkCount) chunks, at most \(Limits.chunks) are allowed"
    }
    for parameter in parameters {
      guard let end = parameter.end(elementBytes: elementType.bytes), end <= totalBytes else {
        return "parameter \(parameter.name.debugDescription) ends beyond the \(totalBytes) bytes of the weights"
      }
    }
    return nil
  }
}

extension WeightManifest.Parameter {
  fileprivate init(from reader: inout MessagePackReader) throws(WireError) {
    let extra = try reader.record(fields: 3, "parameter")
    let name = try reader.string(limit: Limits.nameBytes, "parameter, name")
    let rank = try reader.list(limit: Limits.rank, "parameter, shape")
    var shape: [UInt32] = []
    for _ in 0..<rank { shape.append(try reader.unsigned("parameter, dimension")) }
    self.init(name: name, shape: shape, offset: try reader.unsigned("parameter, offset"))
    try reader.skip(extra, "parameter, trailing fields")
  }

  /// The first byte behind the tensor; nil where it doesn't fit 64 bits.
  fileprivate func end(elementBytes: Int) -> UInt64? {
    var bytes = UInt64(elementBytes)
    for dimension in shape {
      let (product, overflows) = bytes.multipliedReportingOverflow(by: UInt64(dimension))
      guard !overflows else { return nil }
      bytes = product
    }
    let (end, overflows) = offset.addingReportingOverflow(bytes)
    return overflows ? nil : end
  }
}

extension WeightChunk {
  init(from reader: inout MessagePackReader) throws(WireError) {
    self.init(
      policyVersion: try reader.unsigned("policyVersion"), base: try reader.optionalUnsigned("base"),
      index: try reader.unsigned("index"), count: try reader.unsigned("count"),
      totalBytes: try reader.unsigned("totalBytes"), digest: try reader.unsigned("digest"),
      bytes: try reader.weightBytes(limit: Limits.chunkBytes, "bytes"))
    if let problem { throw WireError(.malformed, problem) }
  }

  /// Writes everything but the bytes themselves.
  func writeHead(to writer: inout MessagePackWriter) throws(WireError) {
    if let problem { throw WireError(.limit, "weights, \(problem)") }
    writer.unsigned(policyVersion)
    writer.optionalUnsigned(base)
    writer.unsigned(index)
    writer.unsigned(count)
    writer.unsigned(totalBytes)
    writer.unsigned(digest)
    try writer.binaryHeader(bytes.count, limit: Limits.chunkBytes, "weights, bytes")
  }

  private var problem: String? {
    if let base, base >= policyVersion { return "base: \(base), expected less than policyVersion \(policyVersion)" }
    guard (1...UInt32(Limits.chunks)).contains(count) else { return "count: \(count) lies outside 1...\(Limits.chunks)" }
    guard index < count else { return "index: \(index), expected less than \(count)" }
    guard (1...Limits.weightBytes).contains(totalBytes) else {
      return "totalBytes: \(totalBytes) lies outside 1...\(Limits.weightBytes)"
    }
    guard bytes.count > 0, UInt64(bytes.count) <= totalBytes else {
      return "bytes: a chunk of \(bytes.count), expected 1 to all \(totalBytes)"
    }
    return nil
  }
}
