import CZeroMQ

/// The heap memory of libzmq's frames. By default the C library returns a frame of a mebibyte to the system when it is freed, and for the
/// next frame gets zeroed pages one by one. That takes as long as the frame's way over loopback.
enum FrameMemory {
  /// Frames up to this many bytes come from the heap and not from pages of their own.
  private static let largestKept = 4 << 20

  /// How many free bytes a thread's heap keeps for the next frames.
  private static let kept = 64 << 20

  /// Makes the process keep the memory of its frames. Takes effect at the first use.
  static let isKept: Bool = mallopt(M_MMAP_THRESHOLD, Int32(largestKept)) == 1 && mallopt(M_TRIM_THRESHOLD, Int32(kept)) == 1
}
