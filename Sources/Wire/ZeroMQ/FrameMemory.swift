import CZeroMQ

/// Where libzmq's frames live: on the C library's heap, which gives the memory of a frame of a mebibyte back to the system when it is
/// freed, and asks for it again, page by page and filled with zeros, for the next one. That takes as long as the frame's way over loopback.
enum FrameMemory {
  /// Frames up to this many bytes come from the heap and not from pages of their own.
  private static let largestKept = 4 << 20

  /// So many free bytes a thread's heap keeps for the next frames.
  private static let kept = 64 << 20

  /// Has the process keep the memory of its frames. Counts from its first use on.
  static let isKept: Bool = mallopt(M_MMAP_THRESHOLD, Int32(largestKept)) == 1 && mallopt(M_TRIM_THRESHOLD, Int32(kept)) == 1
}
