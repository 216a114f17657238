/// The value of a missing name, attribute or element. It prints as nothing and is false; any other use is an error.
final class UndefinedValue: Sendable {
  enum Origin: Sendable {
    case name(String)
    case attribute(type: String, name: String)
    case element(type: String, index: String)
    /// An attribute that would change the value it belongs to.
    case refused(type: String, name: String)
    case reason(String)
  }

  let origin: Origin

  init(_ origin: Origin) { self.origin = origin }

  /// Why an operation on the value fails.
  var message: String {
    switch origin {
    case .name(let name): "'\(name)' is undefined"
    case .attribute(let type, let name): "'\(type) object' has no attribute '\(name)'"
    case .element(let type, let index): "'\(type) object' has no element \(index)"
    case .refused(let type, let name): "access to attribute '\(name)' of '\(type)' object is unsafe"
    case .reason(let reason): reason
    }
  }
}
