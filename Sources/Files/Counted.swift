/// A number of things in words, such as "1 column" and "2 columns".
///
/// - Parameter several: The word for several, where it is not that for one with an s.
package func counted(_ number: some BinaryInteger, _ one: String, _ several: String? = nil) -> String {
  "\(number) \(number == 1 ? one : several ?? one + "s")"
}
