internal import Glibc

/// The most memory that this process has had at once.
enum PeakMemory {
  /// Resident bytes, mapped files included as far as they were touched.
  static var bytes: Int {
    var usage = rusage()
    guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return 1024 * usage.ru_maxrss
  }
}
