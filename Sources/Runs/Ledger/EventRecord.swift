public import Foundation

/// Something that happened in a run and that its owner may ask about later.
public struct EventRecord: Sendable, Equatable {
  /// When.
  public var time: Date

  /// What sort of thing, in one word, such as `restart`.
  public var kind: String

  /// One line.
  public var message: String

  /// Creates a record.
  public init(time: Date = Date(), kind: String, message: String) {
    self.time = time
    self.kind = kind
    self.message = message
  }
}
