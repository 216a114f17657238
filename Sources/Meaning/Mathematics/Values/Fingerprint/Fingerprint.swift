/// An expression's image in a finite field: expressions whose value is the same have the same, others by a chance of 2^-60 at most.
///
/// Sums, products and roots of numbers in the field obey the same laws as those of complex numbers. What has no counterpart in the field has
/// no fingerprint: |x|, sin x, √x, roots within roots that can't be taken apart. So equal fingerprints prove an equality, as far as anything
/// random does.
package struct Fingerprint: Hashable, Sendable {
  private let element: Residue

  init(_ element: Residue) {
    self.element = element
  }
}

extension Expression {
  /// The fingerprint; nil if there is none.
  package func fingerprint() -> Fingerprint? {
    if case .number(let number) = self { return Residue(number).map(Fingerprint.init) }
    // The survey bounds the size and depth.
    guard Survey(self) != nil else { return nil }
    var evaluator = ImageEvaluator()
    return evaluator.image(of: self).map { Fingerprint($0.element) }
  }
}
