import ArgumentParser
import HuggingFace

/// `empo tokenize`: texts to tokens, and back.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Turns texts into tokens, or tokens into texts; JSON lines in and out.",
    discussion: """
      {"text": …} becomes {"ids": […]}; with --decode, {"ids": […], "skip_special_tokens": true or false} becomes {"text": …}. \
      A folder with tokenizer.json is enough.
      """)

  @Option(name: .customLong("model"), help: ArgumentHelp("A Hugging Face folder.", valueName: "DIR"))
  var folder: String

  @Flag(help: "Leaves out the tokens that the model puts around a text, such as the one that begins a document.")
  var noSpecial = false

  @Flag(help: "From tokens to text.")
  var decode = false

  @Argument(help: ArgumentHelp("JSON lines; by default, or for -, the standard input.", valueName: "FILE"))
  var file: String?

  /// Output is written when this much has gathered, or when the next line would have to be waited for.
  private static let outputSize = 1 << 17

  func run() throws {
    let tokenizer = try Tokenizer(folder: folder)
    var reader = try JSONLineReader(path: file)
    var output: [UInt8] = []
    do {
      while let line = try reader.next() {
        JSONLineWriter.append(try answer(line, of: reader, tokenizer), to: &output)
        guard output.count >= Self.outputSize || !reader.hasLine else { continue }
        try JSONLineWriter.write(output)
        output.removeAll(keepingCapacity: true)
      }
    } catch let error as CommandLineError {
      // What came before the line that is wrong has been answered.
      try JSONLineWriter.write(output)
      throw error
    }
    try JSONLineWriter.write(output)
  }

  private func answer(
    _ line: (number: Int, value: JSONValue), of reader: JSONLineReader, _ tokenizer: Tokenizer
  ) throws -> JSONValue {
    if decode {
      let line = try JSONLine(line, of: reader, expected: "\"ids\"")
      let text = tokenizer.decode(try line.tokens("ids"), skippingSpecialTokens: try line.boolean("skip_special_tokens"))
      return .members(["text": .string(text)])
    }
    let line = try JSONLine(line, of: reader, expected: "\"text\"")
    return .members(["ids": .tokens(tokenizer.encode(try line.string("text"), addingSpecialTokens: !noSpecial))])
  }
}
