import Foundation
public import Testing

/// A library with OpenBLAS's interface, compiled here: correct and slow, or wrong.
public struct StubOpenBLAS {
  /// Its ways to differ from a correct library that adds up every sum in one go.
  public enum Difference: String, CaseIterable, Sendable {
    /// It leaves out the last of more than a thousand terms.
    case losesTerm = "if (k > 1000) k--;"
  }

  /// The compiler, if there is one.
  private static let compiler = ["/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"].first(where: FileManager.default.isExecutableFile)

  /// Whether stubs can be compiled.
  public static let isPossible = compiler != nil

  /// Why tests with stubs are skipped.
  public static let withoutCompiler: Comment = "there is no C compiler: install gcc"

  /// The library's path.
  public var path: String { folder.file("libstub.so") }

  private let folder: ScratchFolder

  /// Compiles a library that differs in one way, if any.
  ///
  /// - Parameters:
  ///   - difference: The difference.
  ///   - configuration: What it says of itself.
  public init(_ difference: Difference? = nil, configuration: String = "OpenBLAS 9.8.7 STUB") throws {
    folder = try ScratchFolder()
    let source = try folder.file(
      "stub.c",
      """
      #include <math.h>
      #include <stdlib.h>
      char *openblas_get_config(void) { return "\(configuration)"; }
      char *openblas_get_corename(void) { return "Stub"; }
      void openblas_set_num_threads(int threads) { (void)threads; }
      void cblas_sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb,
                       float beta, float *c, int ldc) {
        int width = k;
        (void)order;
        \(difference?.rawValue ?? "")
        float *rows = malloc(sizeof(float) * width * n), *row = malloc(sizeof(float) * width);
        for (int j = 0; j < n; j++)
          for (int l = 0; l < k; l++) rows[(long)j * width + l] = tb == 112 ? b[(long)j * ldb + l] : b[(long)l * ldb + j];
        for (int i = 0; i < m; i++) {
          for (int l = 0; l < k; l++) row[l] = ta == 112 ? a[(long)l * lda + i] : a[(long)i * lda + l];
          for (int j = 0; j < n; j++) {
            float value = beta == 0 ? 0 : beta * c[(long)i * ldc + j];
            float sum = 0;
            for (int l = 0; l < k; l++) sum += row[l] * rows[(long)j * width + l];
            value += alpha * sum;
            c[(long)i * ldc + j] = value;
          }
        }
        free(rows);
        free(row);
      }
      """)
    let process = Process()
    process.executableURL = URL(filePath: Self.compiler ?? "/usr/bin/cc")
    process.arguments = ["-O3", "-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math", "-shared", "-fPIC", "-o", path, source]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw POSIXError(.ENOEXEC) }
  }
}
