internal import CKernels
internal import Foundation

/// The OpenBLAS that this process computes with.
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

  /// The kernels that it was asked for; nil where the choice was left to it or to OPENBLAS_CORETYPE.
  public let requestedCore: String?

  /// The threads that it uses for a product.
  public let threads: Int

  /// Settings of the environment that were kept from it, such as `OPENBLAS_CORETYPE=Haswell`.
  public let overruled: [String]

  /// The version, such as `0.3.21`; empty where the library does not say.
  public var version: String {
    configuration.split(separator: " ").dropFirst().first { $0.first?.isNumber == true }.map(String.init) ?? ""
  }

  /// Loads the library, once: other calls return the first one's result. Nothing is computed with it yet.
  ///
  /// Call first thing in `main`: while the library is loaded, the process has another environment.
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

  /// Creates a description.
  package init(path: String, configuration: String, core: String, requestedCore: String?, threads: Int, overruled: [String]) {
    self.path = path
    self.configuration = configuration
    self.core = core
    self.requestedCore = requestedCore
    self.threads = threads
    self.overruled = overruled
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
    self.init(
      path: URL(fileURLWithPath: unsafe String(cString: empo_blas_path())).resolvingSymlinksInPath().path,
      configuration: unsafe String(cString: empo_blas_configuration()), core: unsafe String(cString: empo_blas_core()),
      requestedCore: unsafe empo_blas_requested_core().map { unsafe String(cString: $0) }, threads: Int(empo_blas_threads()),
      overruled: Self.overruledSettings())
  }

  private static func overruledSettings() -> [String] {
    var settings: [String] = []
    while let entry = unsafe empo_blas_overruled(Int64(settings.count)) { settings.append(unsafe String(cString: entry)) }
    return settings
  }
}

extension OpenBLAS: CustomStringConvertible {
  /// The library's version, kernels and file.
  public var description: String { "OpenBLAS \(version) with \(core) kernels (\(path))" }
}
