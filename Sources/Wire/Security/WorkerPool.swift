/// Workers that share a key because nobody can make one for each beforehand: the pods of an autoscaler, the tasks of a batch system.
///
/// The key vouches for the pool. An allow-list has it as `POOL/*`, and a worker's name is `POOL/` and a part of its own; no other key
/// covers such names. Within the pool the learner believes each worker's name.
enum WorkerPool {
  private static let ending = "/*"

  /// The name under which a pool's key is listed.
  static func entry(for pool: String) -> String { pool + ending }

  /// The pool of an entry; nil where it names one worker.
  static func name(of entry: String) -> String? {
    entry.hasSuffix(ending) ? String(entry.dropLast(ending.count)) : nil
  }

  /// Whether a worker's name is one of the pool's. The entry itself is no worker's name.
  static func holds(_ worker: String, pool: String) -> Bool {
    worker.hasPrefix(pool + "/") && worker.utf8.count > pool.utf8.count + 1 && !worker.hasSuffix(ending)
  }
}
