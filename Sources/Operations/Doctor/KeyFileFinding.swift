import Wire

/// A file that holds a key, read as a run will read it.
enum KeyFileFinding {
  /// A worker's secret key.
  static func secret(_ path: String, as subject: String) -> Finding {
    do {
      return .ok(subject, "\(path) is the key of worker \(try KeyFile.readPair(path, of: .worker).name)")
    } catch {
      return .problem(subject, error.message, do: "empo keys new worker makes one")
    }
  }

  /// The learner's public key.
  static func shared(_ path: String, as subject: String) -> Finding {
    do {
      return .ok(subject, "\(path) is \(try KeyFile.readPublic(path, of: .learner))")
    } catch {
      return .problem(subject, error.message, do: "copy the learner's .pub file there")
    }
  }
}
