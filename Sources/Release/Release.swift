// Release: which program this is. Imports nothing.

/// The release and build of this program.
public enum Release {
  /// The version, as CHANGELOG.md has it.
  public static let version = "0.1.0"

  /// The commit that the program was built from, such as `894321b0c1`, or `894321b0c1, with local changes` where its sources differed
  /// from it; what `EMPO_BUILD` says, which overrides git; `unknown build` without either.
  ///
  /// Two programs of one name are the same sources, but for those with local changes and unknown ones.
  public static var build: String { stampedBuild() }

  /// What `empo --version` prints, and what workers, relays and learners call their software: `empo 0.1.0 (894321b0c1)`.
  public static var name: String { "empo \(version) (\(build))" }

  /// Whether two programs of this name are the same sources: not where the sources differed from the commit, or no commit is known.
  public static func isExact(_ name: String) -> Bool { !name.contains("local changes") && !name.contains("unknown build") }
}
