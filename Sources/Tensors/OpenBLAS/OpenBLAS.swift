internal import CKernels
internal import Foundation

/// The OpenBLAS of this host, with which the products are compared. Nothing else is computed with it.
public struct OpenBLAS: Sendable {
  /// The variable that names the library's path, or a name that the system's loader finds; without it, ``defaultName``.
  public static let variable = "EMPO_OPENBLAS"

  /// The name that the system's loader looks for.
  public static let defaultName = "libopenblas.so.0"

  /// The library's file, without symbolic links.
  public let path: String

  /// The version and how the library was built, in its own words, such as `OpenBLAS 0.3.21 DYNAMIC_ARCH SkylakeX MAX_THREADS=64`.
  public let configuration: String

  /// The kernels that it chose, such as `SkylakeX`.
  public let core: String

  /// The version, such as `0.3.21`; empty where the library does not say.
  public var version: String {
    configuration.split(separator: " ").dropFirst().first { $0.first?.isNumber == true }.map(String.init) ?? ""
  }

  /// Loads the library, once: other calls return the first one's result.
  ///
  /// - Throws: An error that says what to install or to set.
  public static func open() throws(TensorsError) -> OpenBLAS { try opened.get() }

  private static let opened = Result { () throws(TensorsError) in try OpenBLAS(named: chosenName) }

  /// Whether the user asks for a library, in place of the system's.
  public static var isChosen: Bool { chosenName != nil }

  private static var chosenName: String? {
    guard let name = ProcessInfo.processInfo.environment[variable], !name.isEmpty else { return nil }
    return name
  }

  private init(named name: String?) throws(TensorsError) {
    if let reason = unsafe empo_blas_load(name ?? Self.defaultName) {
      let reason = unsafe String(cString: reason)
      guard let name else {
        throw TensorsError(
          .library,
          "OpenBLAS could not be loaded (\(reason)); install it: apt-get install libopenblas0-pthread, or set \(Self.variable) to its path")
      }
      throw TensorsError(
        .library,
        "environment: \(Self.variable): found \(name), expected OpenBLAS's shared library (\(reason)); correct the path, or unset it for "
          + Self.defaultName)
    }
    path = URL(fileURLWithPath: unsafe String(cString: empo_blas_path())).resolvingSymlinksInPath().path
    configuration = unsafe String(cString: empo_blas_configuration())
    core = unsafe String(cString: empo_blas_core())
  }
}

extension OpenBLAS: CustomStringConvertible {
  /// The library's version, kernels and file.
  public var description: String { "OpenBLAS \(version) with \(core) kernels (\(path))" }
}
