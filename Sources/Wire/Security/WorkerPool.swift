/// Workers that share a key, since nobody can make one for each of them beforehand: the pods of an autoscaler, a batch system's tasks.
///
/// The key vouches for the pool. In an allow-list it stands as `POOL/*`, and its workers are called `POOL/` and a name of their own,
/// which no other key covers; which of them is which, they are believed.
enum WorkerPool {
  private static let ending = "/*"

  /// What a pool's key is listed as.
  static func entry(for pool: String) -> String { pool + ending }

  /// The pool of an entry; nil where it names one worker.
  static func name(of entry: String) -> String? {
    entry.hasSuffix(ending) ? String(entry.dropLast(ending.count)) : nil
  }

  /// Whether a worker's name is one of the pool's; an entry is nobody's name.
  static func holds(_ worker: String, pool: String) -> Bool {
    worker.hasPrefix(pool + "/") && worker.utf8.count > pool.utf8.count + 1 && !worker.hasSuffix(ending)
  }
}
