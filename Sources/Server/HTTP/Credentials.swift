import Hummingbird

/// Who may use the server.
struct Credentials: Sendable {
  private let key: [UInt8]?

  /// Admits clients that send the key; without a key, everyone.
  init(key: String?) {
    self.key = key.map { Array($0.utf8) }
  }

  /// Throws unless the request has the key. All wrong keys of the right length take the same time.
  func check(_ headers: HTTPFields) throws(ServerError) {
    guard let key else { return }
    guard let header = headers[.authorization] else {
      throw ServerError(.unauthorized, "You didn't provide an API key: send it as 'Authorization: Bearer KEY'.")
    }
    let words = header.split(separator: " ", maxSplits: 1)
    let given = words.count == 2 && words[0].lowercased() == "bearer" ? Array(words[1].utf8) : []
    let difference = zip(key, given).reduce(UInt8(given.count == key.count ? 0 : 1)) { $0 | ($1.0 ^ $1.1) }
    guard difference == 0 else { throw ServerError(.unauthorized, "Incorrect API key provided.") }
  }
}
