import JSON

extension ModelConfiguration {
  /// The rotary embedding, from the new style's `rope_parameters` or the old style's `rope_theta` and `rope_scaling`.
  static func rope(_ fields: ConfigurationFields) throws -> (base: Double, scaling: RopeScaling?) {
    let places = try ["rope_parameters", "rope_scaling"].compactMap { try fields.nested($0) }
    let scalings = try places.map(ropeScaling)
    if scalings.count == 2, scalings[0] != scalings[1] {
      throw fields.refusal("rope_scaling", expected: "the same as in \"rope_parameters\"")
    }
    let scaling = scalings.first ?? nil
    // transformers reads a length beside the scaling before the one inside it.
    if let scaling, let outer = try fields.integer("original_max_position_embeddings"), outer != scaling.originalMaximumPositions {
      throw fields.refusal("original_max_position_embeddings", expected: "\(scaling.originalMaximumPositions), as for the rotary embedding")
    }
    let bases = try places.compactMap { try $0.optionalNumber("rope_theta") } + [try fields.optionalNumber("rope_theta")].compactMap(\.self)
    if let other = bases.first(where: { $0 != bases[0] }) {
      // Old and new versions of transformers would take different ones.
      throw fields.refusal("rope_theta", found: "\(bases[0]) in one place and \(other) in another", expected: "one value")
    }
    return (bases.first ?? 10_000, scaling)
  }

  /// The scaling that one place sets; nil for the plain embedding.
  private static func ropeScaling(_ rope: ConfigurationFields) throws -> RopeScaling? {
    let kinds = ["rope_type", "type"].filter { !rope.isNull($0) }
    for kindName in kinds {
      let kind = try rope.string(kindName)
      guard kind == "default" || kind == RopeScaling.kind else {
        throw rope.refusal(kindName, expected: "default or \(RopeScaling.kind)")
      }
    }
    if kinds.count == 2, try rope.string(kinds[0]) != rope.string(kinds[1]) {
      throw rope.refusal(kinds[1], expected: "the same as \"\(kinds[0])\"")
    }
    if try rope.number("partial_rotary_factor", default: 1) != 1 { throw rope.refusal("partial_rotary_factor", expected: "1") }
    if let kind = kinds.first, try rope.string(kind) == RopeScaling.kind { return try RopeScaling(rope) }
    // Settings of other kinds have no meaning where the kind is "default"; where no kind is given, they show that one is missing. A setting
    // with members of its own is an embedding for each kind of layer, or for each dimension of an image.
    for member in rope.members where !["rope_type", "type", "rope_theta", "partial_rotary_factor"].contains(member.key) {
      switch member.value {
      case .object, .array: throw rope.refusal(member.key, expected: "one rotary embedding for all layers and positions")
      case .null: continue
      default: if kinds.isEmpty { throw rope.refusal(member.key, expected: "a \"rope_type\" beside it") }
      }
    }
    return nil
  }
}
