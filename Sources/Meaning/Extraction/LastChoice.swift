extension ScannedText {
  func lastChoice() -> String? { nil }
}
