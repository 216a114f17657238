internal import CKernels
internal import Foundation

/// A copy of a matrix of weights in the order in which products of few rows read it: 64 outputs side by side.
///
/// Such products wait for memory; they read a panel from end to end. It does no locking: nobody multiplies while ``pack(_:lanes:)`` runs.
@safe public final class Panels: @unchecked Sendable {
  // Sendable because the caller of a pass sees to it that nobody packs meanwhile.

  /// The outputs of a panel.
  static let outputs = Int(EMPO_PANEL)

  /// The panels of a matrix with as many outputs.
  static func count(for outputs: Int) -> Int { (outputs + Self.outputs - 1) / Self.outputs }

  private let memory: UnsafeMutableRawPointer
  private let panelBytes: Int

  /// Panels of a matrix, packed.
  public init(_ matrix: WeightMatrix, lanes: Lanes) {
    switch matrix {
    case .float32: panelBytes = 4 * Self.outputs * matrix.columns
    case .bfloat16: panelBytes = 2 * Self.outputs * (matrix.columns + matrix.columns % 2)
    }
    let count = max(1, Self.count(for: matrix.rows) * panelBytes)
    guard let memory = unsafe aligned_alloc(64, (count + 63) / 64 * 64) else {
      fatalError("out of memory: \(count) bytes of packed weights do not fit")
    }
    unsafe self.memory = memory
    pack(matrix, lanes: lanes)
  }

  deinit {
    unsafe free(memory)
  }

  /// Takes the values of a matrix of the same shape and type.
  public func pack(_ matrix: WeightMatrix, lanes: Lanes) {
    lanes.forEachRange(of: Self.count(for: matrix.rows), tile: 4) { panels in
      let outputs = panels.lowerBound * Self.outputs..<min(panels.upperBound * Self.outputs, matrix.rows)
      let (N, K) = (Int64(outputs.count), Int64(matrix.columns))
      switch matrix {
      case .float32(let matrix):
        unsafe empo_pack_panels(float32(from: outputs.lowerBound), matrix.pointer(row: outputs.lowerBound), N, K, Int64(matrix.stride))
      case .bfloat16(let matrix):
        unsafe empo_pack_panels_bf16(bfloat16(from: outputs.lowerBound), matrix.pointer(row: outputs.lowerBound), N, K, K)
      }
    }
  }

  /// The panel that begins with an output, a multiple of 64.
  func float32(from output: Int) -> UnsafeMutablePointer<Float> {
    unsafe (memory + output / Self.outputs * panelBytes).assumingMemoryBound(to: Float.self)
  }

  /// The panel that begins with an output, a multiple of 64.
  func bfloat16(from output: Int) -> UnsafeMutablePointer<UInt16> {
    unsafe (memory + output / Self.outputs * panelBytes).assumingMemoryBound(to: UInt16.self)
  }
}
