extension ScannedText {
  func lastNumber() -> String? { nil }
}
